// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::store_detail {

/// Whether the open file is still the one of that name: whoever held a lock on it before may have removed it.
bool is_named(int file, const std::string& path);

/// While it stands, some run of this database is in progress: shared locks on the file `DATABASE-run` beside
/// the database, which the kernel drops with the process. The last one to end removes the file. It never
/// fails: where no such file can be made, nothing says that a run is in progress.
class InProgress {
 public:
  explicit InProgress(const std::string& database);
  ~InProgress();
  InProgress(const InProgress&) = delete;
  InProgress& operator=(const InProgress&) = delete;

  /// Whether one stands for that database, in whatever process; so it is where the file cannot be opened.
  /// Asking locks nothing: many may ask at once.
  static bool stands(const std::string& database);

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace assay::store_detail
