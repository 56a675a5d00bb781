// SPDX-License-Identifier: Apache-2.0
// The boards' layers on this host (the portable inner loops; those of dsp and mve run in
// tests/cli/boards_test.py).
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "harness/agent/seed.h"
#include "tests/unit/workloads/tinyml_support.h"
#include "workloads/tinyml/boards/on_host.h"
#include "workloads/tinyml/boards/rescale.h"
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"

using namespace assay::tinyml_test;

namespace {

template <typename Layer>
std::vector<std::int8_t> run(const RandomLayer& r, Layer layer) {
  std::vector<std::int8_t> out(r.out_size());
  layer(&r.layer, r.in.data(), out.data());
  return out;
}

}  // namespace

TEST_CASE("The boards' layers equal the reference's for any shape, padding, stride and scale") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Shape shape = random_shape(seed);
    const bool extreme = seed % 3 == 0;
    INFO("seed " << seed);
    const auto conv = random_layer(seed, shape, false, extreme);
    CHECK(run(conv, assay_board_conv2d_int8) == run(conv, assay_conv2d_int8));
    const auto depthwise = random_layer(seed, shape, true, extreme);
    CHECK(run(depthwise, assay_board_depthwise_int8) == run(depthwise, assay_depthwise_int8));
    const auto fully = random_layer(seed, {1, 1, shape.in, shape.out, 1, 1, 1}, false, extreme);
    CHECK(run(fully, assay_board_fully_connected_int8) == run(fully, assay_fully_connected_int8));
  }
}

TEST_CASE("Rescaling in fewer instructions is rescaling, at ties and at both ends") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const std::int32_t multiplier =
        seed % 5 == 0 ? INT32_MAX : static_cast<std::int32_t>(assay_seed_u32(seed, 0) >> 1);
    const std::int32_t shift = static_cast<std::int32_t>(assay_seed_below(seed, 1, 62)) - 31;
    assay_layer_int8 layer{};
    layer.multiplier = &multiplier;
    layer.shift = &shift;
    layer.low = -128;
    layer.high = 127;
    layer.out_zero = static_cast<std::int32_t>(assay_seed_below(seed, 2, 256)) - 128;
    const auto random = static_cast<std::int32_t>(assay_seed_u32(seed, 3));
    for (const std::int32_t sum :
         {random, random >> 12, 0, 1, -1, INT32_MAX, INT32_MIN, 1 << 20, -(1 << 20)}) {
      INFO(sum << " * " << multiplier << " << " << shift);
      CHECK(assay_rescale(&layer, 0, sum) ==
            assay_q_requantise(sum, multiplier, shift, layer.out_zero, -128, 127));
    }
  }
}
