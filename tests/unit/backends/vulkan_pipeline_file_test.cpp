// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "harness/backends/vulkan/pipeline_file.h"

using namespace assay;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
  fs::path path = fs::temp_directory_path() / ("assay-pipelines-" + std::to_string(getpid()));
};

const std::vector<char> pipelines{'a', '\0', 'b'};

}  // namespace

TEST_CASE("compiled pipelines come back for the same device and driver alone") {
  const Folder folder;
  vulkan::Facts facts;
  CHECK(vulkan::pipeline_key(facts).empty());  // no UUID
  facts.uuid[0] = 1;
  facts.driver_version = 7;
  const std::string key = vulkan::pipeline_key(facts);
  vulkan::PipelineFile first(folder.path, key);
  CHECK_FALSE(first.load().has_value());
  first.keep(pipelines);
  CHECK(first.note().empty());
  CHECK(vulkan::PipelineFile(folder.path, key).load() == pipelines);
  facts.driver_version = 8;
  CHECK_FALSE(vulkan::PipelineFile(folder.path, vulkan::pipeline_key(facts)).load().has_value());
  vulkan::PipelineFile none(folder.path, "");
  none.keep(pipelines);
  CHECK_FALSE(none.load().has_value());
}

TEST_CASE("a damaged file of pipelines, or another device's, is left out with a note and made anew") {
  const Folder folder;
  vulkan::PipelineFile(folder.path, "one").keep(pipelines);
  const fs::path file = folder.path / "one.pipelines";
  const auto size = fs::file_size(file);
  fs::copy_file(file, folder.path / "two.pipelines");
  vulkan::PipelineFile other(folder.path, "two");
  CHECK_FALSE(other.load().has_value());
  CHECK_THAT(other.note(), Contains("damaged") && Contains("two.pipelines"));

  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(-1, std::ios::end).put('c');
  CHECK(fs::file_size(file) == size);
  vulkan::PipelineFile damaged(folder.path, "one");
  CHECK_FALSE(damaged.load().has_value());
  CHECK_THAT(damaged.note(), Contains("damaged"));
  damaged.keep(pipelines);
  CHECK(vulkan::PipelineFile(folder.path, "one").load() == pipelines);

  fs::resize_file(file, 3);
  vulkan::PipelineFile shortened(folder.path, "one");
  CHECK_FALSE(shortened.load().has_value());
  CHECK_THAT(shortened.note(), Contains("damaged"));
}

TEST_CASE("pipelines that cannot be kept cost a note") {
  const Folder folder;
  std::ofstream(folder.path.string()) << "a file where the folder should be";
  vulkan::PipelineFile file(folder.path, "one");
  file.keep(pipelines);
  CHECK_THAT(file.note(), Contains("cannot be kept"));
}

namespace {

/// A driver whose cache grows by a byte each time that its size was asked, so often.
struct Growing {
  int times;
  int operator()(std::size_t* bytes, void* data) {
    const std::size_t offered = *bytes;
    *bytes = pipelines.size();
    if (data == nullptr) {
      if (times > 0) --*bytes;
      return 0;
    }
    if (offered < pipelines.size()) {
      --times;
      *bytes = offered;
      return 5;  // VK_INCOMPLETE
    }
    std::copy(pipelines.begin(), pipelines.end(), static_cast<char*>(data));
    return 0;
  }
};

}  // namespace

TEST_CASE(
    "a driver's cache that grows while it is asked is asked again; one that is not given costs a note") {
  const Folder folder;
  vulkan::PipelineFile file(folder.path, "one");
  file.keep(Growing{2});
  CHECK(file.note().empty());
  CHECK(vulkan::PipelineFile(folder.path, "one").load() == pipelines);

  vulkan::PipelineFile restless(folder.path, "two");
  restless.keep(Growing{1000});
  CHECK_THAT(restless.note(), Contains("cannot be kept") && Contains("VkResult 5"));
  vulkan::PipelineFile refused(folder.path, "three");
  refused.keep([](std::size_t*, void*) { return -1; });
  CHECK_THAT(refused.note(), Contains("cannot be kept") && Contains("VkResult -1"));
  CHECK_FALSE(vulkan::PipelineFile(folder.path, "three").load().has_value());
}
