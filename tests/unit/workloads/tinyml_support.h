// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/int8.h"

namespace assay::tinyml_test {

/// A layer that owns its arrays, with random weights, biases, multipliers and zero points.
struct RandomLayer {
  assay_layer_int8 layer{};
  std::vector<std::int8_t> weights, in;
  std::vector<std::int32_t> bias, multiplier, shift;

  std::size_t out_size() const {
    return static_cast<std::size_t>(layer.out_height) * static_cast<std::size_t>(layer.out_width) *
           static_cast<std::size_t>(layer.out_channels);
  }
};

struct Shape {
  int height, width, in, out, kernel_height, kernel_width, stride;
};

inline Shape random_shape(std::uint64_t seed) {
  const auto pick = [&](std::uint64_t i, std::uint32_t n) {
    return static_cast<int>(assay_seed_below(seed, i, n));
  };
  return {1 + pick(0, 14), 1 + pick(1, 14), 1 + pick(2, 40), 1 + pick(3, 90),
          1 + pick(4, 5),  1 + pick(5, 5),  1 + pick(6, 3)};
}

/// depthwise: out is ignored. `extreme`: shifts over their whole range and multipliers up to INT32_MAX.
inline RandomLayer random_layer(std::uint64_t seed, Shape s, bool depthwise, bool extreme = false) {
  RandomLayer r;
  assay_layer_int8& l = r.layer;
  const auto pick = [&](std::uint64_t stream, std::uint64_t i, std::uint32_t n) {
    return static_cast<std::int32_t>(assay_seed_below(seed * 1000 + stream, i, n));
  };
  l.in_height = s.height;
  l.in_width = s.width;
  l.in_channels = s.in;
  l.out_channels = depthwise ? s.in : s.out;
  l.kernel_height = s.kernel_height;
  l.kernel_width = s.kernel_width;
  l.stride = s.stride;
  l.out_height = assay_same_size(s.height, s.stride);
  l.out_width = assay_same_size(s.width, s.stride);
  l.pad_top = assay_same_pad(s.height, s.kernel_height, s.stride);
  l.pad_left = assay_same_pad(s.width, s.kernel_width, s.stride);
  l.in_zero = pick(1, 0, 256) - 128;
  l.out_zero = pick(1, 1, 256) - 128;
  const bool relu = pick(1, 2, 2) == 1;
  l.low = relu ? l.out_zero : -128;
  l.high = 127;
  const int taps = s.kernel_height * s.kernel_width;
  r.weights.resize(static_cast<std::size_t>(taps * s.in * (depthwise ? 1 : s.out)));
  for (std::size_t i = 0; i < r.weights.size(); ++i)
    r.weights[i] = static_cast<std::int8_t>(pick(2, i, 256) - 128);
  r.in.resize(static_cast<std::size_t>(s.height * s.width * s.in));
  for (std::size_t i = 0; i < r.in.size(); ++i) r.in[i] = static_cast<std::int8_t>(pick(3, i, 256) - 128);
  const double spread = 6000.0 * std::sqrt(double{1} * taps * (depthwise ? 1 : s.in));
  for (std::uint64_t o = 0; o < static_cast<std::uint64_t>(l.out_channels); ++o) {
    r.bias.push_back(pick(4, o, 20001) - 10000);
    if (extreme) {
      r.multiplier.push_back(pick(5, o, 4) == 0 ? INT32_MAX
                                                : static_cast<std::int32_t>(pick(6, o, 0x7FFFFFFF)));
      r.shift.push_back(pick(7, o, 62) - 31);
    } else {
      r.multiplier.push_back(
          static_cast<std::int32_t>((1u << 30) + assay_seed_below(seed * 1000 + 6, o, 1u << 30)));
      r.shift.push_back(static_cast<std::int32_t>(std::floor(std::log2(100 / spread))) + pick(7, o, 3) - 1);
    }
  }
  l.weights = r.weights.data();
  l.bias = r.bias.data();
  l.multiplier = r.multiplier.data();
  l.shift = r.shift.data();
  return r;
}

}  // namespace assay::tinyml_test
