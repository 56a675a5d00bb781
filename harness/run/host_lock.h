// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace assay::run {

/// One timing run at a time per host: an advisory lock on a file in a place that all users share. The kernel
/// drops it with the process, so a killed run leaves nothing behind.
class HostLock {
 public:
  /// Waits until the lock is free, calling `waiting` with who holds it ("assay run ..., process 123, since
  /// ...") once for each file that it waits for (it may be removed meanwhile), and giving up with
  /// Error{interrupted} when the user asks to stop. \throws Error{io} when the lock file can be neither made
  /// nor opened.
  explicit HostLock(const std::string& purpose, const std::function<void(const std::string&)>& waiting);
  ~HostLock();
  HostLock(const HostLock&) = delete;
  HostLock& operator=(const HostLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace assay::run
