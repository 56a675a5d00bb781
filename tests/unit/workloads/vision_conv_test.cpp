// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "workloads/support/f16.h"
#include "workloads/vision/conv_layers/conv.h"

using namespace assay;
using namespace assay::vision;

namespace {

struct Made {
  explicit Made(const Params& params) : pool({0, 0}) {
    preparation.params = resolve(conv_definition(), params);
    preparation.pool = &pool;
  }
  std::vector<float> result() {
    const auto instance = conv_reference().make(preparation);
    instance->call();
    const auto tensors = instance->output();
    const auto values = tensors.at(0).view<float>();
    return {values.begin(), values.end()};
  }
  cpu::Pool pool;
  Preparation preparation;
};

Params layer(std::int64_t in, std::int64_t size, std::int64_t out, std::int64_t kernel, std::int64_t stride,
             std::int64_t groups) {
  return {{"in_channels", in}, {"height", size},   {"width", size},   {"out_channels", out},
          {"kernel", kernel},  {"stride", stride}, {"groups", groups}};
}

}  // namespace

TEST_CASE(
    "vision.conv_layers: the reference is the definition's sum, with stride, groups and zeros outside") {
  for (auto params : {layer(4, 5, 6, 3, 2, 2), layer(3, 4, 2, 1, 1, 1), layer(4, 6, 4, 5, 1, 4)}) {
    const bool half = get_integer(params, "kernel") == 5;
    if (half) params["dtype"] = std::string("f16");
    Made made(params);
    const ConvProblem p(made.preparation);
    CHECK((p.input[1] == f16_to_f32(f32_to_f16(p.input[1]))) == half);
    CHECK((p.weights[1] == f16_to_f32(f32_to_f16(p.weights[1]))) == half);
    const auto result = made.result();
    REQUIRE(static_cast<std::int64_t>(result.size()) == p.results());
    std::size_t at = 0;
    for (std::int64_t o = 0; o < p.out_channels; ++o) {
      for (std::int64_t y = 0; y < p.out_height; ++y) {
        for (std::int64_t x = 0; x < p.out_width; ++x) {
          double sum = 0;
          for (std::int64_t c = 0; c < p.group_in; ++c) {
            for (std::int64_t i = 0; i < p.kernel; ++i) {
              for (std::int64_t j = 0; j < p.kernel; ++j) {
                const std::int64_t row = y * p.stride + i - p.kernel / 2;
                const std::int64_t column = x * p.stride + j - p.kernel / 2;
                if (row < 0 || row >= p.height || column < 0 || column >= p.width) continue;
                const std::int64_t channel = o / p.group_out * p.group_in + c;
                const auto in = static_cast<std::size_t>((channel * p.height + row) * p.width + column);
                const auto w = static_cast<std::size_t>(((o * p.group_in + c) * p.kernel + i) * p.kernel + j);
                sum += static_cast<double>(p.input[in]) * static_cast<double>(p.weights[w]);
              }
            }
          }
          CHECK(result[at++] == Approx(sum).margin(1e-6));
        }
      }
    }
  }
}

TEST_CASE("vision.conv_layers refuses layers that are none") {
  CHECK_THROWS_AS(ConvProblem(Made(layer(3, 4, 4, 3, 1, 2)).preparation), Error);
  CHECK_THROWS_AS(ConvProblem(Made(layer(4, 4, 4, 2, 1, 1)).preparation), Error);
  CHECK_THROWS_AS(ConvProblem(Made(layer(4, 0, 4, 3, 1, 1)).preparation), Error);
}
