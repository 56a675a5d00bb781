// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/cache.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>
#include <vector>

#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "harness/core/folders.h"
#include "harness/inputs/sha256.h"

namespace assay::inputs {

namespace fs = std::filesystem;

namespace {

constexpr const char* manifest_name = "manifest";

std::string default_directory() {
  if (const char* chosen = ::getenv("ASSAY_CACHE"); chosen != nullptr && *chosen != 0) return chosen;
  const UserFolder folder = user_folder(UserFiles::cache);
  if (folder.path.empty()) {
    throw Error(ErrorCode::usage, "there is no folder for the cache: " + folder.reason,
                "name one with ASSAY_CACHE, or set XDG_CACHE_HOME");
  }
  return folder.path;
}

constexpr const char* where_else = "make room there, or name another folder with ASSAY_CACHE";

Error refused(const std::string& path, const std::string& what) {
  return {ErrorCode::io, path + ": " + what, where_else};
}

/// A link, a folder, a pipe or a device is nobody's entry, and reading it may never end.
bool is_plain_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error));
}

/// "<bytes> <crc32 in hex>" of a file; empty when it cannot be read.
std::string fingerprint(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  constexpr std::size_t size = std::size_t{1} << 20;
  const auto buffer = std::make_unique_for_overwrite<char[]>(size);  // most files are small
  std::uint32_t crc = 0;
  std::uint64_t bytes = 0;
  while (file) {
    file.read(buffer.get(), static_cast<std::streamsize>(size));
    const auto got = static_cast<std::size_t>(file.gcount());
    crc = crc32(crc, buffer.get(), got);
    bytes += got;
  }
  std::ostringstream text;
  text << bytes << ' ' << std::hex << crc;
  return text.str();
}

/// The entry's name, then one line a file, sorted by name: "<name>\t<bytes> <crc>".
std::string make_manifest(const fs::path& directory, const fs::path& entry) {
  std::vector<std::string> lines;
  for (const auto& file : fs::directory_iterator(directory)) {
    if (!file.is_regular_file() || file.path().filename() == manifest_name) continue;
    lines.push_back(file.path().filename().string() + "\t" + fingerprint(file.path()));
  }
  std::sort(lines.begin(), lines.end());
  std::string text = entry.filename().string() + "\n";
  for (const auto& line : lines) text += line + "\n";
  return text;
}

std::string read_all(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The file whose lock says that the cache is in use; negative when it cannot be opened.
int open_use(const std::string& directory) {
  return ::open((directory + "/in-use").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
}

/// One process at a time puts an entry into its place: who finds a damaged one must not remove the whole one
/// that another process has just put there and uses.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : file_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (file_ >= 0) (void)::flock(file_, LOCK_EX);
  }
  ~FolderLock() {
    if (file_ >= 0) ::close(file_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

bool holds_its_files(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(directory, error)))
    return false;  // a symbolic link is nobody's entry
  for (const auto& file : fs::directory_iterator(directory)) {
    if (!is_plain_file(file.path())) return false;
  }
  const std::string manifest = read_all(directory / manifest_name);
  return !manifest.empty() && manifest == make_manifest(directory, directory);
}

/// What Cache made: an entry, named by a SHA-256 and with a manifest, or one that it was making when it was
/// killed. Folders of others stay, wherever ASSAY_CACHE points.
bool is_ours(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(directory, error))) return false;
  const std::string name = directory.filename().string();
  constexpr std::string_view making = "assay-making-";
  if (name.starts_with(making)) {  // as mkdtemp names it
    const std::string rest = name.substr(making.size());
    return rest.size() == 6 &&
           std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  }
  const bool digest = name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
  return digest && is_plain_file(directory / manifest_name);
}

}  // namespace

Cache::Cache(std::string directory)
    : directory_(directory.empty() ? default_directory() : std::move(directory)) {}

std::string Cache::entry(const std::string& key) const { return directory_ + "/" + sha256(key); }

std::optional<std::string> Cache::find(const std::string& key) const {
  std::string path = entry(key);
  return use(path) ? std::optional(std::move(path)) : std::nullopt;
}

bool Cache::use(const std::string& entry) {
  if (!is_whole(entry)) return false;
  std::error_code ignored;  // when it was used last: what prune() goes by
  fs::last_write_time(entry, fs::file_time_type::clock::now(), ignored);
  return true;
}

bool Cache::is_whole(const std::string& entry) {
  try {
    return holds_its_files(entry);
  } catch (const fs::filesystem_error&) {
    return false;  // another process replaces it at this moment; the caller makes it
  }
}

std::string Cache::get(const std::string& key, const std::function<void(const std::string&)>& build) {
  if (auto found = find(key)) return *found;
  const std::string path = entry(key);
  std::error_code error;
  fs::create_directories(directory_, error);
  std::string fresh = directory_ + "/assay-making-XXXXXX";
  if (error || ::mkdtemp(fresh.data()) == nullptr) {
    throw refused(directory_, error ? error.message() : std::strerror(errno));
  }
  try {
    build(fresh);
    std::ofstream manifest(fs::path(fresh) / manifest_name, std::ios::binary);
    manifest << make_manifest(fresh, path);
    manifest.close();
    if (!manifest) throw refused(fresh, "cannot be written");
    const FolderLock lock(directory_);
    if (is_whole(path)) {  // another process was faster
      fs::remove_all(fresh);
      return path;
    }
    fs::remove_all(path);  // a damaged one
    if (::rename(fresh.c_str(), path.c_str()) != 0) throw refused(path, std::strerror(errno));
  } catch (const fs::filesystem_error& failure) {
    fs::remove_all(fresh, error);
    throw refused(path, failure.code().message());
  } catch (const Error& failure) {
    fs::remove_all(fresh, error);
    if (failure.code != ErrorCode::io) throw;
    throw Error(ErrorCode::io, failure.what(), where_else);
  } catch (...) {
    fs::remove_all(fresh, error);
    throw;
  }
  return path;
}

Cache::Pruned Cache::prune(std::uint64_t most_bytes, bool dry_run) {
  Pruned pruned;
  const int lock = open_use(directory_);
  if (lock < 0) return pruned;  // there is no cache, or none that could be changed
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    pruned.in_use = true;
    ::close(lock);
    return pruned;
  }
  struct Entry {
    fs::file_time_type used;
    std::uint64_t bytes = 0;
    fs::path path;
  };
  std::vector<Entry> entries;
  std::uint64_t left = 0;
  std::error_code error;
  for (const auto& item : fs::directory_iterator(directory_, error)) {
    if (!is_ours(item.path())) continue;
    Entry entry{item.last_write_time(error), 0, item.path()};
    for (const auto& file : fs::directory_iterator(item.path(), error)) {
      const auto bytes = file.file_size(error);
      if (!error) entry.bytes += bytes;
    }
    left += entry.bytes;
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const auto& entry : entries) {
    if (left <= most_bytes) break;
    error.clear();
    if (!dry_run) fs::remove_all(entry.path, error);
    if (error) continue;
    left -= entry.bytes;
    ++pruned.entries;
    pruned.bytes += entry.bytes;
  }
  ::close(lock);
  return pruned;
}

CacheUse::CacheUse(const Cache& cache) {
  std::error_code ignored;
  fs::create_directories(cache.directory(), ignored);
  file_ = open_use(cache.directory());
  if (file_ >= 0) (void)::flock(file_, LOCK_SH);
}

void CacheUse::release() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

}  // namespace assay::inputs
