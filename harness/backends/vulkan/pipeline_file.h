// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/backends/vulkan/facts.h"

/// Compiled pipelines, kept on disk between launches: a driver's compiler takes longer than most cases. Built
/// and tested without Vulkan.
namespace assay::vulkan {

/// What a file of pipelines is for: the device's UUID and its driver's version. Empty where the driver gives
/// no UUID: then nothing is kept.
std::string pipeline_key(const Facts& facts);

/// One file of the cache folder ($ASSAY_CACHE, else $XDG_CACHE_HOME/assay): vulkan/KEY.pipelines. It holds
/// the key, too, and a checksum over all: drivers trust what they are given.
class PipelineFile {
 public:
  /// `key` empty: there is no file, whatever is asked.
  explicit PipelineFile(const std::string& key);
  PipelineFile(const std::string& folder, const std::string& key);  ///< there instead

  /// What keep() was given; nothing where there is no such file, or a damaged one: then note() says so.
  std::optional<std::vector<char>> load();
  /// Replaces the file at once, where `data` is not what it holds. What goes wrong is in note(): the case
  /// runs without.
  void keep(const std::vector<char>& data);
  /// The same of what a driver has: `get` is vkGetPipelineCacheData of its cache. One that grew between the
  /// two questions, how much and what (VK_INCOMPLETE), is asked again.
  void keep(const std::function<int(std::size_t* bytes, void* data)>& get);
  const std::string& note() const { return note_; }

 private:
  std::string path_;  ///< empty: none
  std::string key_;
  std::vector<char> loaded_;
  std::string note_;
};

}  // namespace assay::vulkan
