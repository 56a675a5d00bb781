// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::run {

/// A random (version 4) UUID from the operating system's generator. \throws Error{io} when it has none.
std::string make_uuid();

}  // namespace assay::run
