// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/unit/workloads/vision_cases.h"
#include "workloads/support/isa.h"
#include "workloads/vision/frame.h"
#include "workloads/vision/plan.h"
#include "workloads/vision/taps.h"

namespace assay {
Workload workload_vision_resize();
}

using namespace assay;
using vision_test::Size;

namespace {

Tensor resized(const std::string& implementation, Size size, int threads, std::uint64_t seed = 1) {
  return vision_test::output(workload_vision_resize(), implementation, size, threads, seed);
}

/// Bilinear in doubles from the textbook formula, with none of the workload's integer arithmetic.
double in_doubles(const vision::Frame& frame, int out_width, int out_height, int x, int y, int c) {
  const auto place = [](int i, int in, int out) {
    return std::clamp((i + 0.5) * in / out - 0.5, 0.0, static_cast<double>(in - 1));
  };
  const double u = place(x, frame.width, out_width);
  const double v = place(y, frame.height, out_height);
  const auto pixel = [&](double px, double py) {
    const int ix = std::min(static_cast<int>(px), frame.width - 1);
    const int iy = std::min(static_cast<int>(py), frame.height - 1);
    return static_cast<double>(frame.row(iy)[ix * 3 + c]);
  };
  const double fx = u - std::floor(u);
  const double fy = v - std::floor(v);
  return (pixel(u, v) * (1 - fx) + pixel(u + 1, v) * fx) * (1 - fy) +
         (pixel(u, v + 1) * (1 - fx) + pixel(u + 1, v + 1) * fx) * fy;
}

}  // namespace

TEST_CASE("half-pixel taps are the textbook positions to within half a weight step") {
  for (const auto& [in, out] :
       {std::pair{1920, 640}, {1280, 640}, {7, 5}, {5, 7}, {1, 4}, {4, 1}, {3840, 641}}) {
    const auto taps = vision::bilinear_taps(in, out);
    for (int i = 0; i < out; ++i) {
      const auto& tap = taps[static_cast<std::size_t>(i)];
      const double place = std::clamp((i + 0.5) * in / out - 0.5, 0.0, in - 1.0);
      INFO(in << " -> " << out << " at " << i);
      REQUIRE(std::abs(tap.first + tap.weight / 2048.0 - place) <= 0.5 / 2048 + 1e-9);
      REQUIRE(tap.second >= tap.first);
      REQUIRE(tap.second < in);
    }
  }
}

TEST_CASE("source lines without a weight are not counted as touched") {
  REQUIRE(vision::touched(vision::bilinear_taps(1080, 360)) == 360);  // centres fall on one line of three
  REQUIRE(vision::touched(vision::bilinear_taps(720, 360)) == 720);
  REQUIRE(vision::touched(vision::bilinear_taps(2160, 360)) == 720);
  REQUIRE(vision::touched(vision::bilinear_taps(100, 100)) == 100);
}

TEST_CASE("the reference is bilinear sampling in doubles, rounded, to within the weights' steps") {
  const Size size{37, 23, 20, 41};
  const auto frame = vision::seeded_frame(size.width, size.height, 1, nullptr);
  const Tensor got = resized("reference", size, 1);
  const auto values = got.view<std::uint8_t>();
  std::size_t i = 0;
  for (int y = 0; y < size.out_height; ++y) {
    for (int x = 0; x < size.out_width; ++x) {
      for (int c = 0; c < 3; ++c, ++i) {
        REQUIRE(std::abs(values[i] - in_doubles(frame, size.out_width, size.out_height, x, y, c)) <=
                0.5 + 0.25);
      }
    }
  }
}

TEST_CASE("halving averages two by two pixels with ties up") {
  const Size size{16, 8, 0, 0};
  const auto frame = vision::seeded_frame(16, 8, 1, nullptr);
  const Tensor got = resized("reference", size, 1);
  REQUIRE(got.shape == std::vector<std::int64_t>{4, 8, 3});
  const auto values = got.view<std::uint8_t>();
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 8; ++x) {
      const auto at = [&](int dx, int dy) { return frame.row(2 * y + dy)[(2 * x + dx) * 3 + 1]; };
      REQUIRE(values[static_cast<std::size_t>((y * 8 + x) * 3 + 1)] ==
              (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4);
    }
  }
}

TEST_CASE("simd gives the reference's digest at every size, scale and thread count") {
  if (!vision_test::available(workload_vision_resize(), "simd")) return;
  for (const Size size : vision_test::odd_sizes()) {
    const std::string expected = digest(resized("reference", size, 1));
    for (const int threads : {1, 2, 3, 5}) {
      INFO(size.width << "x" << size.height << " -> " << size.out_width << "x" << size.out_height << ", "
                      << threads);
      REQUIRE(digest(resized("simd", size, threads)) == expected);
    }
  }
}

TEST_CASE("simd gives the reference's digest at the sizes that people measure") {
  if (!vision_test::available(workload_vision_resize(), "simd")) return;
  const Workload workload = workload_vision_resize();
  for (const auto& preset : workload.definition.presets) {
    INFO(preset.name);
    const Size size = vision_test::size_of(preset);
    REQUIRE(digest(resized("simd", size, 2)) == digest(resized("reference", size, 1)));
  }
}

TEST_CASE("every SIMD path of this machine gives the reference's digest") {
  vision_test::for_each_target([](const std::string& target) {
    const auto isa = vision_test::make(workload_vision_resize(), "simd", {8, 8, 4, 4}, nullptr)->isa();
    REQUIRE(isa.starts_with(isa_name(target)));  // and the length of vectors, where it is not of the target
    for (const Size size : vision_test::odd_sizes()) {
      INFO(target << " " << size.width << "x" << size.height << " -> " << size.out_width << "x"
                  << size.out_height);
      REQUIRE(digest(resized("simd", size, 2)) == digest(resized("reference", size, 1)));
    }
  });
}

TEST_CASE("one changed pixel changes the result's digest, and another seed the input's") {
  const Size size{64, 48, 30, 20};
  Tensor result = resized("reference", size, 1);
  const std::string before = digest(result);
  result.bytes[777] ^= std::byte{1};
  REQUIRE(digest(result) != before);
  REQUIRE(digest(resized("reference", size, 1, 2)) != before);
}

TEST_CASE("the preset xs fits 8 KiB") {
  const Workload workload = workload_vision_resize();
  for (const char* name : {"reference", "simd"}) {
    if (!vision_test::available(workload, name)) continue;
    REQUIRE(
        vision_test::make(workload, name, vision_test::size_of(workload.definition.presets.at(0)), nullptr)
            ->resident_bytes() <= 8192);
  }
}

TEST_CASE("a size that cannot be is refused with the parameter's name") {
  for (const Size size : {Size{0, 1, 1, 1}, Size{1, 99999, 1, 1}, Size{1, 1, -1, 1}}) {
    REQUIRE_THROWS_AS(resized("reference", size, 1), Error);
  }
}

TEST_CASE("the plan of a row never reads more than a vector behind its last pixel") {
  for (const Size size : vision_test::odd_sizes()) {
    const auto taps =
        vision::bilinear_taps(size.width, size.out_width ? size.out_width : std::max(size.width / 2, 1));
    for (const auto& plan : {vision::make_block_plan(taps), vision::make_window_plan(taps)}) {
      for (const auto base : plan.base) REQUIRE((base >= 0 && base < 3 * size.width));
    }
  }
}

TEST_CASE("an implementation that is not in the build says why and how to get it") {
  const Workload workload = workload_vision_resize();
  for (const auto& implementation : workload.implementations) {
    const Probe probe = implementation.probe();
    if (probe.available) continue;
    REQUIRE_FALSE(probe.reason.empty());
    REQUIRE(probe.remedy.find("libhwy-dev") != std::string::npos);
    REQUIRE_THROWS_AS(implementation.make({}), Error);
  }
}

TEST_CASE("a real image is used at its own size, whatever width and height say") {
  std::vector<std::uint8_t> pixels(6 * 4 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(3 * i);
  const vision_test::NpyFile file(Tensor::from<std::uint8_t>("image", {4, 6, 3}, pixels));
  const auto instance =
      vision_test::make(workload_vision_resize(), "reference", {1920, 1080, 6, 4}, nullptr, 1, file.path());
  instance->call();
  const Tensor result = instance->output().at(0);
  const auto same = result.view<std::uint8_t>();
  REQUIRE(std::equal(same.begin(), same.end(), pixels.begin(), pixels.end()));
}

TEST_CASE("an input that is no picture is refused with the file's name") {
  const std::vector<float> reals(12);
  const std::vector<std::uint8_t> bytes(12);
  for (const Tensor& wrong :
       {Tensor::from<float>("image", {2, 2, 3}, reals), Tensor::from<std::uint8_t>("image", {3, 4}, bytes),
        Tensor::from<std::uint8_t>("image", {1, 3, 4}, bytes),
        Tensor::from<std::uint8_t>("image", {0, 3, 3}, std::vector<std::uint8_t>{})}) {
    const vision_test::NpyFile file(wrong);
    try {
      vision_test::make(workload_vision_resize(), "reference", {8, 8, 4, 4}, nullptr, 1, file.path());
      FAIL("it was accepted");
    } catch (const Error& error) {
      REQUIRE(error.code == ErrorCode::bad_input);
      REQUIRE(std::string(error.what()).find(file.path()) != std::string::npos);
    }
  }
}
