// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace assay {

/// Can int8_roof_call() run here?
bool has_int8_roof();

/// `rounds` times 16 independent u8 x i8 dot products of 64 bytes, in registers. Returns the operations done
/// (a multiply-add is two).
double int8_roof_call(int rounds);

}  // namespace assay
