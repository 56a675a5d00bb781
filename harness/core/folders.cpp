// SPDX-License-Identifier: Apache-2.0
#include "harness/core/folders.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace assay {

namespace {

std::string absolute_variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value == '/' ? value : "";
}

/// The home in the password database; "" where this user is not in it.
std::string listed_home() {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return "";
  return found->pw_dir != nullptr ? found->pw_dir : "";
}

UserFolder home() {
  if (auto set = absolute_variable("HOME"); !set.empty()) return {std::move(set), ""};
  const std::string listed = listed_home();
  if (listed.empty() || listed.front() != '/')
    return {"", "HOME is not set, and the password database has no home for this user"};
  struct stat status {};
  if (::stat(listed.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    return {"", "HOME is not set, and " + listed + ", this user's home, is no folder"};
  if (status.st_uid != ::geteuid() || (status.st_mode & S_IWOTH) != 0)
    return {"", "HOME is not set, and " + listed + ", this user's home, is not this user's alone"};
  return {listed, ""};
}

bool foreign(const struct stat& status) { return status.st_uid != 0 && status.st_uid != ::geteuid(); }

}  // namespace

UserFolder user_folder(UserFiles files) {
  const char* variable = files == UserFiles::config ? "XDG_CONFIG_HOME"
                         : files == UserFiles::data ? "XDG_DATA_HOME"
                                                    : "XDG_CACHE_HOME";
  if (const auto set = absolute_variable(variable); !set.empty()) return {set + "/assay", ""};
  UserFolder folder = home();
  if (folder.path.empty()) return folder;
  folder.path += files == UserFiles::config ? "/.config/assay"
                 : files == UserFiles::data ? "/.local/share/assay"
                                            : "/.cache/assay";
  return folder;
}

std::string distrusted(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return "";
  const bool link_is_foreign = foreign(status);
  if (::stat(path.c_str(), &status) != 0) return "";
  if (link_is_foreign || foreign(status)) return "it belongs to another user";
  if ((status.st_mode & S_IWOTH) != 0) return "everybody can write it";
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (::stat(parent.empty() ? "." : parent.c_str(), &status) != 0) return "";
  if (foreign(status)) return "its folder belongs to another user";
  if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0)
    return "everybody can write its folder";
  return "";
}

}  // namespace assay
