// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace assay {

/// No CPU feeds a thread's registers faster, in bytes a second: some 2 KiB a cycle.
inline constexpr double cpu_thread_limit = 1e13;

}  // namespace assay
