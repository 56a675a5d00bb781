// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/unit/workloads/vision_cases.h"
#include "workloads/support/isa.h"
#include "workloads/vision/frame.h"
#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay {
Workload workload_vision_letterbox_f32();
}

using namespace assay;
using vision::Placement;
using vision_test::Size;

namespace {

Tensor boxed(const std::string& implementation, Size size, int threads) {
  return vision_test::output(workload_vision_letterbox_f32(), implementation, size, threads);
}

std::vector<Size> sizes() {
  std::vector<Size> result;
  for (Size size : vision_test::odd_sizes()) {
    if (size.out_width == 0) continue;
    result.push_back(size);
    result.push_back({size.width, size.height, size.out_width, size.out_width});
    result.push_back({size.width, size.height, size.out_height, size.out_width});
  }
  return result;
}

}  // namespace

TEST_CASE("a picture is placed in the middle with its proportions kept") {
  REQUIRE(vision::place(1920, 1080, 640, 640) == Placement{0, 140, 640, 360});
  REQUIRE(vision::place(1080, 1920, 640, 640) == Placement{140, 0, 360, 640});
  REQUIRE(vision::place(100, 100, 7, 7) == Placement{0, 0, 7, 7});
  REQUIRE(vision::place(10000, 1, 64, 64) == Placement{0, 31, 64, 1});
  REQUIRE(vision::place(4, 3, 10, 10) == Placement{0, 1, 10, 8});  // 7.5 rounds up; the odd row lies below
}

TEST_CASE("the border is 114 / 255 and the planes are red, green, blue of a blue-green-red picture") {
  const Size size{40, 24, 20, 20};
  const auto frame = vision::seeded_frame(40, 24, 1, nullptr);
  for (const char* name : {"reference", "simd"}) {
    if (!vision_test::available(workload_vision_letterbox_f32(), name)) continue;
    const Tensor got = boxed(name, size, 2);
    REQUIRE(got.shape == std::vector<std::int64_t>{3, 20, 20});
    const auto values = got.view<float>();
    REQUIRE(values[0] == static_cast<float>(114 / 255.0));
    REQUIRE(values[values.size() - 1] == static_cast<float>(114 / 255.0));
    // 40 x 24 -> 20 x 12 from row 4 on: each value is the mean of two by two pixels.
    for (int plane = 0; plane < 3; ++plane) {
      const int channel = 2 - plane;
      const int mean4 = frame.row(0)[6 * 3 + channel] + frame.row(0)[7 * 3 + channel] +
                        frame.row(1)[6 * 3 + channel] + frame.row(1)[7 * 3 + channel];
      REQUIRE(values[static_cast<std::size_t>((plane * 20 + 4) * 20 + 3)] ==
              Approx(mean4 / 4.0 / 255).margin(1e-6));
    }
  }
}

TEST_CASE("simd is the reference to 1e-6 at every size, and the same to the bit at every thread count") {
  if (!vision_test::available(workload_vision_letterbox_f32(), "simd")) return;
  for (const Size size : sizes()) {
    const Tensor expected = boxed("reference", size, 1);
    const Tensor got = boxed("simd", size, 1);
    INFO(size.width << "x" << size.height << " -> " << size.out_width << "x" << size.out_height);
    REQUIRE(vision_test::largest_difference<float>(got, expected) <= 1e-6);
    for (const int threads : {2, 3, 5}) REQUIRE(digest(boxed("simd", size, threads)) == digest(got));
  }
}

TEST_CASE("every SIMD path of this machine letterboxes to within 1e-6 of the reference") {
  const auto workload = workload_vision_letterbox_f32();
  vision_test::for_each_target([&](const std::string& target) {
    const auto isa = vision_test::make(workload, "simd", {8, 8, 4, 4}, nullptr)->isa();
    REQUIRE(isa.starts_with(isa_name(target)));  // and the length of vectors, where it is not of the target
    for (const Size size : sizes()) {
      INFO(target << " " << size.width << "x" << size.height << " -> " << size.out_width << "x"
                  << size.out_height);
      REQUIRE(vision_test::largest_difference<float>(boxed("simd", size, 2), boxed("reference", size, 1)) <=
              1e-6);
    }
  });
}

TEST_CASE("every element of the letterbox is written by each call") {
  if (!vision_test::available(workload_vision_letterbox_f32(), "simd")) return;
  const auto workload = workload_vision_letterbox_f32();
  for (const Size size : {Size{40, 24, 21, 19}, Size{24, 40, 21, 20}}) {
    cpu::Pool pool({0, 0});
    const auto instance = vision_test::make(workload, "simd", size, &pool);
    // The result starts as zeros, and no pixel of this picture is black everywhere: a zero was left.
    instance->call();
    const Tensor expected = boxed("reference", size, 1);
    REQUIRE(vision_test::largest_difference<float>(instance->output().at(0), expected) <= 1e-6);
  }
}

TEST_CASE("the letterbox's preset xs fits 8 KiB") {
  const auto workload = workload_vision_letterbox_f32();
  for (const char* name : {"reference", "simd"}) {
    if (!vision_test::available(workload_vision_letterbox_f32(), name)) continue;
    const auto instance =
        vision_test::make(workload, name, vision_test::size_of(workload.definition.presets.at(0)), nullptr);
    REQUIRE(instance->resident_bytes() <= 8192);
  }
}

TEST_CASE("work of the 1080p letterbox is the published formula") {
  const auto instance =
      vision_test::make(workload_vision_letterbox_f32(), "reference", {1920, 1080, 640, 640}, nullptr);
  REQUIRE(instance->work().operations == 640.0 * 360 * 3 * 8);
  REQUIRE(instance->work().minimum_bytes == 1920.0 * 3 * 360 + 640.0 * 640 * 12);
}

TEST_CASE("a real image, given as red, green, blue, keeps red in plane 0") {
  const std::vector<std::uint8_t> pixels{255, 128, 0, 255, 128, 0, 255, 128, 0, 255, 128, 0};
  const vision_test::NpyFile file(Tensor::from<std::uint8_t>("image", {2, 2, 3}, pixels));
  for (const char* name : {"reference", "simd"}) {
    if (!vision_test::available(workload_vision_letterbox_f32(), name)) continue;
    const auto instance =
        vision_test::make(workload_vision_letterbox_f32(), name, {8, 8, 2, 2}, nullptr, 1, file.path());
    instance->call();
    const Tensor got = instance->output().at(0);
    const auto values = got.view<float>();
    REQUIRE(values[0] == Approx(1.0).margin(1e-6));
    REQUIRE(values[4] == Approx(128 / 255.0).margin(1e-6));
    REQUIRE(values[8] == Approx(0.0).margin(1e-6));
  }
}
