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
#include <thread>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"

namespace assay::run {

namespace {

std::string lock_path() {
  const char* chosen = std::getenv("ASSAY_LOCK");
  return chosen != nullptr ? chosen : "/tmp/assay-host.lock";
}

}  // namespace

HostLock::HostLock(const std::string& purpose, const std::function<void(const std::string&)>& waiting) {
  const std::string path = lock_path();
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file_ < 0) {
    // Made by another user (fs.protected_regular): reading is enough for the lock itself.
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  }
  if (file_ < 0) {
    throw Error(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)),
                "this file keeps two timing runs apart; remove it, or name another with ASSAY_LOCK");
  }
  (void)::fchmod(file_, 0666);  // so that other users can say who they are; refused when another user owns it
  bool said = false;
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const int reason = errno;
      ::close(file_);
      throw Error(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(reason)));
    }
    if (!said) {
      std::array<char, 512> holder{};
      const auto length = ::pread(file_, holder.data(), holder.size() - 1, 0);
      waiting(length > 0 ? printable(std::string_view(holder.data(), static_cast<std::size_t>(length)))
                         : "another Assay process");
      said = true;
    }
    if (interrupt_signal() != 0) {
      ::close(file_);
      throw Error(ErrorCode::interrupted, "stopped while waiting for the host");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
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

bool host_is_free() {
  const int file = ::open(lock_path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return errno == ENOENT;
  const bool free = ::flock(file, LOCK_SH | LOCK_NB) == 0;
  ::close(file);
  return free;
}

}  // namespace assay::run
