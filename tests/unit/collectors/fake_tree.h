// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

/// A tree of sensor files of a machine that we do not have; ASSAY_SYSFS_ROOT points to it while it lives.
class FakeTree {
 public:
  FakeTree() {
    std::string folder = (std::filesystem::temp_directory_path() / "assay-sensors-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    root_ = folder;
    setenv("ASSAY_SYSFS_ROOT", root_.c_str(), 1);
  }
  ~FakeTree() {
    unsetenv("ASSAY_SYSFS_ROOT");
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }
  FakeTree(const FakeTree&) = delete;
  FakeTree& operator=(const FakeTree&) = delete;

  void write(const std::string& path, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path, std::ios::binary) << content;
  }
  /// A file that answers every read with an error: a folder in its place.
  void unreadable(const std::string& path) const { std::filesystem::create_directories(root_ + path); }
  const std::string& root() const { return root_; }
  void remove(const std::string& path) const { std::filesystem::remove_all(root_ + path); }

 private:
  std::string root_;
};
