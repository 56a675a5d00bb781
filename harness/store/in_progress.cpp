// SPDX-License-Identifier: Apache-2.0
#include "harness/store/in_progress.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace assay::store_detail {

namespace {

/// Beside the file itself, whatever link led to it, as SQLite's own `-wal`.
std::string mark_path(const std::string& database) {
  std::error_code error;
  const auto whole = std::filesystem::weakly_canonical(database, error);
  return (error ? database : whole.string()) + "-run";
}

constexpr int how = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;  // a pipe holds nobody up

/// Of the whole file, and of the open file rather than of the process.
struct flock range_lock(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

bool is_named(int file, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(file, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

InProgress::InProgress(const std::string& database) : path_(mark_path(database)) {
  do {
    if (file_ >= 0) ::close(file_);
    file_ = ::open(path_.c_str(), O_RDONLY | O_CREAT | how, 0644);
  } while (file_ >= 0 && ::flock(file_, LOCK_SH) == 0 && !is_named(file_, path_));
  // The lock above keeps whoever ends last from removing the file; this one is what others ask for.
  struct flock asked = range_lock(F_RDLCK);
  if (file_ >= 0) (void)::fcntl(file_, F_OFD_SETLK, &asked);
}

InProgress::~InProgress() {
  if (file_ < 0) return;
  struct stat facts {};
  const bool last = ::flock(file_, LOCK_EX | LOCK_NB) == 0;
  const bool ours = ::fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0;
  if (last && ours && is_named(file_, path_)) ::unlink(path_.c_str());
  ::close(file_);
}

bool InProgress::stands(const std::string& database) {
  const int file = ::open(mark_path(database).c_str(), O_RDONLY | how);
  if (file < 0) return errno != ENOENT;  // what cannot be asked is busy
  struct flock asked = range_lock(F_WRLCK);
  const bool free = ::fcntl(file, F_OFD_GETLK, &asked) == 0 && asked.l_type == F_UNLCK;
  ::close(file);
  return !free;
}

}  // namespace assay::store_detail
