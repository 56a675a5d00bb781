// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace assay::cpu {

/// Sleeps while `value` is `old`; may return early. Elsewhere than on Linux it is std::atomic's own wait.
inline void futex_wait(std::atomic<std::uint32_t>& value, std::uint32_t old) {
#if defined(__linux__)
  static_assert(sizeof value == sizeof old);
  syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, old, nullptr, nullptr, 0);
#else
  value.wait(old);
#endif
}

inline void futex_wake_all(std::atomic<std::uint32_t>& value) {
#if defined(__linux__)
  syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, 0x7fffffff, nullptr, nullptr, 0);
#else
  value.notify_all();
#endif
}

}  // namespace assay::cpu
