// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/pipeline_file.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/core/crc32.h"
#include "harness/core/folders.h"

namespace assay::vulkan {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "ASSAYVK1";

std::string default_folder() {
  if (const char* chosen = std::getenv("ASSAY_CACHE"); chosen != nullptr && *chosen != 0)
    return std::string(chosen) + "/vulkan";
  const UserFolder cache = user_folder(UserFiles::cache);
  return cache.path.empty() ? "" : cache.path + "/vulkan";
}

/// Magic, checksum of what follows, the key and a line's end, the driver's data.
std::vector<char> with_header(const std::string& key, const std::vector<char>& data) {
  std::vector<char> body(key.begin(), key.end());
  body.push_back('\n');
  body.insert(body.end(), data.begin(), data.end());
  const std::uint32_t sum = crc32(0, body.data(), body.size());
  std::vector<char> all(magic.begin(), magic.end());
  all.resize(magic.size() + sizeof sum);
  std::memcpy(all.data() + magic.size(), &sum, sizeof sum);
  all.insert(all.end(), body.begin(), body.end());
  return all;
}

std::optional<std::vector<char>> without_header(const std::string& key, const std::vector<char>& all) {
  std::uint32_t sum = 0;
  const std::size_t header = magic.size() + sizeof sum;
  if (all.size() < header + key.size() + 1) return std::nullopt;
  std::memcpy(&sum, all.data() + magic.size(), sizeof sum);
  const char* const body = all.data() + header;
  if (std::string_view(all.data(), magic.size()) != magic || crc32(0, body, all.size() - header) != sum ||
      std::string_view(body, key.size() + 1) != key + "\n") {
    return std::nullopt;
  }
  return std::vector<char>(body + key.size() + 1, all.data() + all.size());
}

}  // namespace

std::string pipeline_key(const Facts& facts) {
  const std::string uuid = uuid_text(facts);
  return uuid.empty() ? "" : uuid + "-" + std::to_string(facts.driver_version);
}

PipelineFile::PipelineFile(const std::string& key) : PipelineFile(default_folder(), key) {}

PipelineFile::PipelineFile(const std::string& folder, const std::string& key) : key_(key) {
  if (!folder.empty() && !key.empty()) path_ = folder + "/" + key + ".pipelines";
}

std::optional<std::vector<char>> PipelineFile::load() {
  std::error_code ignored;  // what cannot be asked for cannot be read either
  if (path_.empty() || !fs::exists(path_, ignored)) return std::nullopt;
  std::ifstream file(path_, std::ios::binary);
  const std::vector<char> all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto data = without_header(key_, all);
  if (!data) {
    note_ = "the file of compiled pipelines was damaged and is made anew (" + path_ + ")";
  } else {
    loaded_ = *data;
  }
  return data;
}

void PipelineFile::keep(const std::function<int(std::size_t*, void*)>& get) {
  constexpr int incomplete = 5;
  constexpr int most_tries = 8;  // nothing else compiles while it is asked: one that grows for ever is broken
  int result = incomplete;
  std::vector<char> data;
  for (int i = 0; i < most_tries && result == incomplete; ++i) {
    std::size_t bytes = 0;
    result = get(&bytes, nullptr);
    if (result != 0) continue;
    data.resize(bytes);
    result = get(&bytes, data.data());
    data.resize(bytes);
  }
  if (result == 0)
    keep(data);
  else
    note_ = "compiled pipelines cannot be kept: the driver does not give them (VkResult " +
            std::to_string(result) + ")";
}

void PipelineFile::keep(const std::vector<char>& data) {
  if (path_.empty() || data.empty() || data == loaded_) return;
  const std::vector<char> all = with_header(key_, data);
  const std::string fresh = path_ + "." + std::to_string(getpid());
  std::error_code error;
  fs::create_directories(fs::path(path_).parent_path(), error);
  std::ofstream file(fresh, std::ios::binary);
  file.write(all.data(), static_cast<std::streamsize>(all.size()));
  file.close();
  if (!file) {
    note_ = "compiled pipelines cannot be kept in " + path_;
    fs::remove(fresh, error);
    return;
  }
  fs::rename(fresh, path_, error);
  if (error) note_ = "compiled pipelines cannot be kept in " + path_ + ": " + error.message();
  loaded_ = data;
}

}  // namespace assay::vulkan
