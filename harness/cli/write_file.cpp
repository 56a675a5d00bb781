// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/write_file.h"

#include <stdlib.h>  // mkstemp
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "harness/core/error.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot_write(const std::string& path, int reason) {
  throw Error(ErrorCode::io, path + ": " + std::strerror(reason),
              "name a file in a folder that is there and can be written");
}

/// Writes and closes. 0, or errno.
int write_and_close(std::FILE* file, const std::string& text) {
  int reason = file == nullptr ? errno : 0;
  if (file != nullptr && std::fwrite(text.data(), 1, text.size(), file) != text.size()) reason = errno;
  if (file != nullptr && std::fclose(file) != 0 && reason == 0) reason = errno;
  return reason;
}

/// The mode that a new file gets here, or that of the one that is replaced.
mode_t mode_for(const fs::path& target) {
  struct stat facts {};
  if (::stat(target.c_str(), &facts) == 0) return facts.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

void write_file(const std::string& path, const std::string& text) {
  std::error_code ignored;
  fs::path target = path;
  if (fs::exists(target, ignored)) {
    if (!fs::is_regular_file(target, ignored)) {
      if (const int reason = write_and_close(std::fopen(path.c_str(), "wb"), text))
        cannot_write(path, reason);
      return;
    }
    target = fs::canonical(target, ignored);
  }
  std::string fresh = (fs::absolute(target, ignored).parent_path() / ".assay-XXXXXX").string();
  const int descriptor = ::mkstemp(fresh.data());
  if (descriptor < 0) cannot_write(path, errno);
  (void)::fchmod(descriptor, mode_for(target));  // refused on some file systems, and no reason to fail
  int reason = write_and_close(::fdopen(descriptor, "wb"), text);
  if (reason == 0 && ::rename(fresh.c_str(), target.c_str()) != 0) reason = errno;
  if (reason == 0) return;
  ::unlink(fresh.c_str());
  cannot_write(path, reason);
}

}  // namespace assay::cli
