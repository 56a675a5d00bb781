// SPDX-License-Identifier: Apache-2.0
#include "harness/run/host_lock.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"
#include "harness/store/in_progress.h"

namespace assay::run {

namespace {

std::string lock_path() {
  const char* chosen = std::getenv("ASSAY_LOCK");
  return chosen != nullptr && *chosen != 0 ? chosen : "/tmp/assay-host.lock";
}

constexpr std::string_view holder_begins = "assay ";  // what every holder writes: its command

/// Never a folder, a pipe or a device, nor a file that holds, or may be, somebody's data: the mode and the
/// text of a lock file are changed.
bool is_lock_file(int file) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_nlink > 1) return false;
  std::array<char, holder_begins.size()> begin{};
  const auto length = ::pread(file, begin.data(), begin.size(), 0);
  return length == 0 || std::string_view(begin.data(), begin.size()) == holder_begins;
}

int open_lock_file(const std::string& path) {
  const int how = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;  // a pipe holds nobody up
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | how, 0666);
  // Made by another user (fs.protected_regular): reading is enough for the lock itself.
  if (file < 0) file = ::open(path.c_str(), O_RDONLY | how);
  if (file < 0) {
    throw Error(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)),
                "this file keeps two timing runs apart; remove it, or name another with ASSAY_LOCK");
  }
  if (!is_lock_file(file)) {
    ::close(file);
    throw Error(ErrorCode::bad_input, path + " is not a lock file of Assay's, and is left as it is",
                "this file keeps two timing runs apart; remove it, or name another with ASSAY_LOCK");
  }
  (void)::fchmod(file, 0666);  // so that other users can say who they are; refused when another user owns it
  return file;
}

std::string holder_of(int file) {
  std::array<char, 512> holder{};
  const auto length = ::pread(file, holder.data(), holder.size() - 1, 0);
  return length > 0 ? printable(std::string_view(holder.data(), static_cast<std::size_t>(length)))
                    : "another Assay process";
}

/// Waits until the open file is locked. On an error it is closed.
void lock_file(int file, const std::string& path, const std::function<void(const std::string&)>& waiting) {
  bool said = false;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const int reason = errno;
      ::close(file);
      throw Error(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(reason)));
    }
    if (!said) waiting(holder_of(file));
    said = true;
    if (interrupt_signal() != 0) {
      ::close(file);
      throw Error(ErrorCode::interrupted, "stopped while waiting for the host");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

HostLock::HostLock(const std::string& purpose, const std::function<void(const std::string&)>& waiting) {
  const std::string path = lock_path();
  for (;;) {
    file_ = open_lock_file(path);
    lock_file(file_, path, waiting);
    if (store_detail::is_named(file_, path)) break;
    ::close(file_);  // it was removed meanwhile, and who came later locked another of that name
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string me =
      fmt::format("{}, process {}, since {:%F %T} UTC", purpose, ::getpid(), fmt::gmtime(now));
  if (::ftruncate(file_, 0) == 0) {
    // Who holds the lock is a courtesy to whoever waits; the lock holds without it.
    [[maybe_unused]] const auto written = ::pwrite(file_, me.data(), me.size(), 0);
  }
}

HostLock::~HostLock() { ::close(file_); }

}  // namespace assay::run
