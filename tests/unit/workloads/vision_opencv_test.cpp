// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/unit/workloads/vision_cases.h"

namespace assay {
Workload workload_vision_resize();
Workload workload_vision_letterbox_f32();
Implementation implementation_vision_resize_opencv();
Implementation implementation_vision_letterbox_f32_opencv();
}  // namespace assay

using namespace assay;
using vision_test::Size;

TEST_CASE("OpenCV's resize is ours to within one level") {
  Workload workload = workload_vision_resize();
  workload.implementations.push_back(implementation_vision_resize_opencv());
  for (const Size size : vision_test::odd_sizes()) {
    INFO(size.width << "x" << size.height << " -> " << size.out_width << "x" << size.out_height);
    REQUIRE(vision_test::largest_difference<std::uint8_t>(
                vision_test::output(workload, "opencv", size, 2),
                vision_test::output(workload, "reference", size, 1)) <= 1);
  }
}

TEST_CASE("OpenCV's unfused letterbox is ours to within one level") {
  Workload workload = workload_vision_letterbox_f32();
  workload.implementations.push_back(implementation_vision_letterbox_f32_opencv());
  for (const Size size : {Size{1920, 1080, 640, 640}, Size{333, 500, 101, 64}, Size{40, 24, 18, 18}}) {
    REQUIRE(vision_test::largest_difference<float>(vision_test::output(workload, "opencv", size, 2),
                                                   vision_test::output(workload, "reference", size, 1)) <=
            1.0 / 255 + 1e-6);
  }
}
