// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/write_file.h"

#include <stdlib.h>  // mkstemp
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/core/error.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot_write(const std::string& path, int reason) {
  const bool named_wrong =
      reason == ENOENT || reason == ENOTDIR || reason == EISDIR || reason == ELOOP || reason == ENAMETOOLONG;
  throw Error(named_wrong ? ErrorCode::usage : ErrorCode::io, path + ": " + std::strerror(reason),
              "name a file in a folder that is there and can be written");
}

/// Where writing to that path would end: every link followed, also one to a file that is not there yet.
fs::path place_of(fs::path path) {
  constexpr int most_links = 40;  // as the kernel
  std::error_code error;
  for (int i = 0; i < most_links && fs::is_symlink(path, error); ++i) {
    const fs::path next = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;  // an absolute one replaces it all
  }
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path : whole;
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

void check_output(const std::string& path, const std::string& database) {
  if (path.empty()) {
    throw Error(ErrorCode::usage, "the name of the file to write is empty",
                "name one, or leave the option out");
  }
  const fs::path target = place_of(path);
  const fs::path kept = place_of(database);
  std::error_code ignored;
  bool refused = fs::equivalent(target, kept, ignored);  // also a second name of its file
  for (const char* beside : {"", "-wal", "-shm", "-journal", "-run"}) {
    refused = refused || target == fs::path(kept.string() + beside);
  }
  if (refused)
    throw Error(ErrorCode::usage, path + " is the database " + database + ", or belongs to it",
                "name another file");
  if (fs::is_directory(path, ignored)) cannot_write(path, EISDIR);
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) return;  // a pipe, a terminal
  const fs::path folder =
      target.has_parent_path() ? target.parent_path() : ".";  // also a file that is there is replaced in it
  if (!fs::exists(folder, ignored))
    throw Error(ErrorCode::usage, path + ": there is no folder " + folder.string(),
                "make it first: mkdir -p");
  if (!fs::is_directory(folder, ignored)) cannot_write(path, ENOTDIR);
  if (::access(folder.c_str(), W_OK) != 0) cannot_write(path, errno);
}

void write_file(const std::string& path, const std::string& text, const std::string& database) {
  check_output(path, database);
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    if (const int reason = write_and_close(std::fopen(path.c_str(), "wb"), text)) cannot_write(path, reason);
    return;
  }
  const fs::path target = place_of(path);
  std::string fresh = (target.parent_path() / ".assay-XXXXXX").string();
  const int descriptor = ::mkstemp(fresh.data());
  if (descriptor < 0) cannot_write(path, errno);
  (void)::fchmod(descriptor, mode_for(target));  // refused on some file systems, and no reason to fail
  int reason = write_and_close(::fdopen(descriptor, "wb"), text);
  if (reason == 0 && ::rename(fresh.c_str(), target.c_str()) != 0) reason = errno;
  if (reason == 0) return;
  ::unlink(fresh.c_str());
  cannot_write(path, reason);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw Error(ErrorCode::bad_input, path + ": cannot be read", "see whether the file is there");
  return text.str();
}

}  // namespace assay::cli
