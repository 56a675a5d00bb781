// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"
#include "workloads/tinyml/kernels/rows.h"

namespace {

std::int8_t value(std::uint64_t stream, std::size_t i) {
  return static_cast<std::int8_t>(static_cast<int>(assay_seed_below(stream, i, 256)) - 128);
}

}  // namespace

TEST_CASE("An addition is that of the real numbers, rounded once more in each of its three steps") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const double a_scale = 1 + assay_seed_below(seed, 0, 1000);
    const double b_scale = 1 + assay_seed_below(seed, 1, 1000);
    const double out_scale = 1 + assay_seed_below(seed, 2, 2000);
    const double common = 2 * std::max(a_scale, b_scale);
    assay_add_scales_int8 scales{};
    scales.low = -128, scales.high = 127;
    scales.a_zero = value(seed, 3), scales.b_zero = value(seed, 4), scales.out_zero = value(seed, 5);
    const auto ratio = [](double a, double b, std::int32_t* multiplier, std::int32_t* shift) {
      assay_q_ratio(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b), multiplier, shift);
    };
    ratio(a_scale, common, &scales.a_multiplier, &scales.a_shift);
    ratio(b_scale, common, &scales.b_multiplier, &scales.b_shift);
    ratio(common, out_scale * (1 << 20), &scales.out_multiplier, &scales.out_shift);
    constexpr std::size_t count = 500;
    std::vector<std::int8_t> a(count), b(count), out(count);
    for (std::size_t i = 0; i < count; ++i) a[i] = value(seed + 100, i), b[i] = value(seed + 200, i);
    assay_add_int8(&scales, a.data(), b.data(), count, out.data());
    for (std::size_t i = 0; i < count; ++i) {
      const double real = (a[i] - scales.a_zero) * a_scale + (b[i] - scales.b_zero) * b_scale;
      const double exact = std::clamp(real / out_scale + scales.out_zero, -128.0, 127.0);
      CHECK(std::abs(out[i] - exact) <= 0.5 + 1e-3);
    }
  }
}

TEST_CASE("Every row's results at its defaults and at xs are these, on every target") {
  struct Pinned {
    const assay_kernel& row;
    std::uint32_t at_defaults, at_xs;
  };
  for (const auto& [row, at_defaults, at_xs] : {
           Pinned{assay_kernel_depthwise_int8, 0x19b09068, 0x2b447de2},
           Pinned{assay_kernel_fully_connected_int8, 0x9c920c3b, 0x2bf593c5},
           Pinned{assay_kernel_softmax_int8, 0x5d4f7dc4, 0x9d88f2bc},
           Pinned{assay_kernel_avgpool_int8, 0x6f1aa57f, 0x880663d7},
           Pinned{assay_kernel_add_int8, 0x68742407, 0xc3a1459f},
       }) {
    INFO(row.workload);
    std::vector<std::int32_t> defaults;
    for (std::int32_t i = 0; i < row.parameter_count; ++i)
      defaults.push_back(row.parameters[i].default_value);
    const auto digest = [&](const std::int32_t* params) {
      std::vector<std::uint64_t> arena(row.arena_bytes(params) / 8 + 1);
      row.prepare(arena.data(), params, 1);
      row.call(arena.data());
      assay_kernel_tensor result{};
      row.output(arena.data(), 0, &result);
      return assay_kernel_digest(&result);
    };
    CHECK(digest(defaults.data()) == at_defaults);
    CHECK(digest(row.xs) == at_xs);
  }
}
