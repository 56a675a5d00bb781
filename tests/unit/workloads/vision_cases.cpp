// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/workloads/vision_cases.h"

#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

namespace vision_test {

using namespace assay;

const std::vector<Size>& odd_sizes() {
  static const std::vector<Size> sizes{
      {1, 1, 1, 1},      {1, 1, 7, 5},      {5, 3, 1, 1},     {2, 2, 1, 1},     {3, 3, 6, 6},
      {40, 24, 24, 14},  {17, 9, 33, 21},   {100, 7, 99, 7},  {100, 7, 101, 7}, {64, 64, 64, 64},
      {333, 17, 100, 9}, {390, 20, 101, 7}, {640, 20, 99, 5}, {700, 31, 65, 3}, {999, 12, 60, 4},
      {2000, 9, 51, 2},  {1999, 6, 17, 3},  {130, 50, 0, 0},  {31, 2, 0, 0},    {1, 50, 0, 0},
      {600, 4, 5, 9}};
  return sizes;
}

Size size_of(const Preset& preset) {
  const auto get = [&](const char* key) { return static_cast<int>(get_integer(preset.params, key)); };
  return {get("width"), get("height"), get("out_width"), get("out_height")};
}

std::unique_ptr<Instance> make(const Workload& workload, const std::string& implementation, Size size,
                               cpu::Pool* pool, std::uint64_t seed, const std::string& image_path) {
  Preparation preparation;
  preparation.params = resolve(workload.definition, {{"width", std::int64_t{size.width}},
                                                     {"height", std::int64_t{size.height}},
                                                     {"out_width", std::int64_t{size.out_width}},
                                                     {"out_height", std::int64_t{size.out_height}}});
  preparation.seed = seed;
  preparation.pool = pool;
  if (!image_path.empty()) preparation.inputs["image"] = image_path;
  for (const auto& candidate : workload.implementations) {
    if (candidate.name == implementation) return candidate.make(preparation);
  }
  FAIL("no implementation " << implementation);
  return nullptr;
}

bool available(const Workload& workload, const std::string& implementation) {
  for (const auto& candidate : workload.implementations) {
    if (candidate.name == implementation) return candidate.probe().available;
  }
  return false;
}

Tensor output(const Workload& workload, const std::string& implementation, Size size, int threads,
              std::uint64_t seed) {
  cpu::Pool pool(std::vector<int>(static_cast<std::size_t>(threads), 0));
  const auto instance = make(workload, implementation, size, &pool, seed);
  instance->call();
  instance->call();  // a second call must find everything as the first did
  return instance->output().at(0);
}

NpyFile::NpyFile(const Tensor& tensor) {
  path_ = (std::filesystem::temp_directory_path() / "assay-vision-XXXXXX").string();
  const int file = ::mkstemp(path_.data());
  REQUIRE(file >= 0);
  ::close(file);
  write_npy(path_, tensor);
}

NpyFile::~NpyFile() { std::filesystem::remove(path_); }

}  // namespace vision_test
