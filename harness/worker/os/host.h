// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// What only the operating system can tell, for workers.
namespace assay::worker::os {

/// The folder of the running program, with links resolved; "." when it cannot be told.
std::string program_folder();

/// CPUs on which this process may run, ascending.
std::vector<int> allowed_cpus();

/// The largest caches of these CPUs, each that several share counted once, all together, from sysfs: within
/// 1 MiB..2 GiB; 64 MiB when it is not told.
std::size_t last_level_cache_bytes(const std::vector<int>& cpus);

/// A crash writes no core file, and a vanished reader of our output is an error of the write, not a signal.
void set_process_rules();

/// Do both ends share no folder (ASSAY_FILES=none: Assay is on another machine)?
bool shares_no_folder();

/// A fresh directory below $TMPDIR or /tmp, removed with all it holds by the destructor.
class TemporaryDirectory {
 public:
  TemporaryDirectory() = default;
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  /// Made at the first call. \throws Error{io}.
  const std::string& path();

 private:
  std::string path_;
};

}  // namespace assay::worker::os
