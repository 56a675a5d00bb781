// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/simd/layer.h"

#include <algorithm>

#include "workloads/support/isa.h"

namespace assay::tinyml {

namespace {

Probe probe_avx512vnni() {
  if (supported_avx512vnni()) return Probe::present();
  return Probe::absent("this CPU has no AVX-512 VNNI, or the build is not for x86");
}

Probe probe_avxvnni() {
  if (supported_avxvnni()) return Probe::present();
  return Probe::absent("this CPU has no AVX-VNNI, or the build is not for x86");
}

Probe probe_avx2() {
  if (supported_avx2()) return Probe::present();
  return Probe::absent("this CPU has no AVX2, or the build is not for x86");
}

Probe probe_i8mm() {
  if (supported_i8mm()) return Probe::present();
  return Probe::absent("this CPU has no i8mm, or the build is not for Linux on aarch64");
}

Probe probe_dotprod() {
  if (supported_dotprod()) return Probe::present();
  return Probe::absent("this CPU has no dotprod, or the build is not for Linux on aarch64");
}

// Of depthwise layers, too, where a path has none of its own: their counts are Highway's.
std::string highway_isa() { return isa_name(highway_target(), highway_vector_bytes()); }

constexpr Path table[] = {
    {"avx512vnni", 4, false, false, true, probe_avx512vnni, conv_avx512vnni, depthwise_avx512vnni,
     [] { return std::string("avx512vnni"); }},
    {"avxvnni", 4, false, false, false, probe_avxvnni, conv_avxvnni, depthwise_highway,
     [] { return std::string("avxvnni"); }},
    {"avx2", 2, true, false, false, probe_avx2, conv_avx2, depthwise_highway,
     [] { return std::string("avx2"); }},
    {"i8mm", 4, false, false, false, probe_i8mm, conv_i8mm, depthwise_highway,
     [] { return "i8mm_" + highway_isa(); }},
    {"dotprod", 4, false, true, false, probe_dotprod, conv_dotprod, depthwise_highway,
     [] { return "dotprod_" + highway_isa(); }},
    {"highway", 1, false, false, false, Probe::present, conv_highway, depthwise_highway, highway_isa},
};

}  // namespace

std::span<const Path> paths() { return table; }

const Path& best_path() {
  return *std::find_if(std::begin(table), std::end(table), [](const Path& p) { return p.probe().available; });
}

PackedLayer::PackedLayer(const assay_layer_int8& layer, Kind kind, const Path& path)
    : layer_(layer), kind_(kind), path_(path) {
  blocks_ = (layer.out_channels + block_channels - 1) / block_channels;
  const std::size_t unit = grouped() ? group_channels : block_channels;
  const std::size_t stored = (static_cast<std::size_t>(layer.out_channels) + unit - 1) / unit * unit;
  bias_ = Aligned<std::int32_t>(stored);
  multiplier_ = Aligned<std::int32_t>(stored);
  left_ = Aligned<std::int32_t>(stored);
  right_ = Aligned<std::int32_t>(stored);
  for (std::int32_t o = 0; o < layer.out_channels; ++o) {
    const std::size_t i = position(o);
    bias_[i] = layer.bias[o];
    multiplier_[i] = layer.multiplier[o];
    left_[i] = std::max(layer.shift[o], 0);
    right_[i] = std::max(-layer.shift[o], 0);
  }
  if (kind == Kind::conv) {
    pack_conv(layer);
  } else if (grouped()) {
    pack_grouped(layer);
  } else {
    pack_depthwise(layer);
  }
}

std::size_t PackedLayer::position(std::int32_t channel) const {
  const auto at = static_cast<std::size_t>(channel);
  if (!grouped()) return at;
  const std::size_t c = at % group_channels;
  return at - c + c / 4 % 4 * 16 + c / 16 * 4 + c % 4;
}

// The folded zero point may leave the range of i32 on its own; sums wrap as the vector additions do, and the
// final sum is the exact one.
void PackedLayer::pack_conv(const assay_layer_int8& layer) {
  const int row_taps = layer.kernel_width * layer.in_channels;
  steps_ = (row_taps + path_.taps - 1) / path_.taps;
  const std::int32_t zero = layer.in_zero + (path_.signed_taps ? 0 : 128);
  const std::ptrdiff_t element = path_.wide_weights ? 2 : 1;
  block_step_ = std::ptrdiff_t{layer.kernel_height} * steps_ * block_channels * path_.taps * element;
  weights_ = Aligned<std::int8_t>(static_cast<std::size_t>(block_step_ * blocks_));
  for (std::int32_t o = 0; o < layer.out_channels; ++o) {
    std::uint32_t total = 0;
    for (std::int32_t r = 0; r < layer.kernel_height; ++r) {
      for (int k = 0; k < row_taps; ++k) {
        const std::int8_t w = layer.weights[(std::int64_t{o} * layer.kernel_height + r) * row_taps + k];
        total += static_cast<std::uint32_t>(std::int32_t{w});
        const std::ptrdiff_t step = std::ptrdiff_t{r} * steps_ + k / path_.taps;
        const std::ptrdiff_t lane = o % block_channels;
        const std::ptrdiff_t at = (step * block_channels + lane) * path_.taps + k % path_.taps;
        std::int8_t* target = weights_.data() + o / block_channels * block_step_ + at * element;
        const auto wide = static_cast<std::int16_t>(w);
        std::memcpy(target, path_.wide_weights ? static_cast<const void*>(&wide) : &w,
                    static_cast<std::size_t>(element));
      }
    }
    auto& bias = bias_[static_cast<std::size_t>(o)];
    bias = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias) -
                                     static_cast<std::uint32_t>(zero) * total);
  }
}

void PackedLayer::pack_depthwise(const assay_layer_int8& layer) {
  steps_ = layer.kernel_width;
  const std::ptrdiff_t stored = std::ptrdiff_t{blocks_} * block_channels;
  const std::ptrdiff_t taps = std::ptrdiff_t{layer.kernel_height} * layer.kernel_width;
  weights_ = Aligned<std::int8_t>(static_cast<std::size_t>(taps * stored * 2));
  for (std::ptrdiff_t k = 0; k < taps; ++k) {
    for (std::int32_t c = 0; c < layer.out_channels; ++c) {
      const std::int16_t w = layer.weights[k * layer.out_channels + c];
      std::memcpy(weights_.data() + (k * stored + c) * 2, &w, 2);
      bias_[static_cast<std::size_t>(c)] -= (layer.in_zero + 128) * w;
    }
  }
}

void PackedLayer::pack_grouped(const assay_layer_int8& layer) {
  const std::int32_t taps = layer.kernel_height * layer.kernel_width;
  const Staging s = staging();
  for (std::int32_t k = 0; k < (taps + 3) / 4 * 4; ++k) {
    const std::int32_t tap = std::min(k, taps - 1);  // the last group's weights beyond the kernel are zero
    offsets_.push_back(tap / layer.kernel_width * s.row_bytes() + tap % layer.kernel_width * s.channels);
  }
  block_step_ = std::ptrdiff_t{group_channels} * static_cast<std::ptrdiff_t>(offsets_.size());
  weights_ = Aligned<std::int8_t>(bias_.size() / group_channels * static_cast<std::size_t>(block_step_));
  for (std::int32_t c = 0; c < layer.out_channels; ++c) {
    const std::size_t lane = position(c) % group_channels;
    std::int32_t total = 0;
    for (std::int32_t k = 0; k < taps; ++k) {
      const std::int8_t w = layer.weights[std::ptrdiff_t{k} * layer.out_channels + c];
      total += w;
      const std::ptrdiff_t group = c / group_channels * block_step_ + k / 4 * group_channels * 4;
      weights_[static_cast<std::size_t>(group) + lane * 4 + static_cast<std::size_t>(k % 4)] = w;
    }
    bias_[position(c)] -= (layer.in_zero + 128) * total;
  }
}

Staging PackedLayer::staging() const {
  const auto padded = [&](std::int32_t in, std::int32_t out, std::int32_t kernel, std::int32_t pad) {
    return std::ptrdiff_t{std::max(pad + in, (out - 1) * layer_.stride + kernel)};
  };
  return {padded(layer_.in_height, layer_.out_height, layer_.kernel_height, layer_.pad_top),
          padded(layer_.in_width, layer_.out_width, layer_.kernel_width, layer_.pad_left),
          layer_.in_channels};
}

void PackedLayer::run(const std::uint8_t* staged, std::ptrdiff_t first, std::ptrdiff_t last,
                      std::uint8_t* out, std::ptrdiff_t out_line, std::ptrdiff_t out_pixel,
                      std::uint8_t flip) const {
  const Staging s = staging();
  ConvTask t;
  t.staged = staged;
  t.line_step = s.row_bytes() * layer_.stride;
  t.pixel_step = s.channels * layer_.stride;
  t.row_step = s.row_bytes();
  t.column_step = s.channels;
  t.rows = layer_.kernel_height;
  t.steps = steps_;
  t.weights = weights_.data();
  t.offsets = offsets_.data();
  t.groups = static_cast<int>(offsets_.size() / 4);
  t.block_step = block_step_;
  t.blocks = blocks_;
  t.channels = layer_.out_channels;
  t.bias = bias_.data();
  t.multiplier = multiplier_.data();
  t.left = left_.data();
  t.right = right_.data();
  t.low = layer_.low - layer_.out_zero;
  t.high = layer_.high - layer_.out_zero;
  t.zero = layer_.out_zero;
  t.flip = flip;
  t.out_width = layer_.out_width;
  t.out = out;
  t.out_line = out_line;
  t.out_pixel = out_pixel;
  t.end = (last - first) * layer_.out_width;
  if (t.end <= 0) return;
  (kind_ == Kind::conv ? path_.conv : path_.depthwise)(t);
}

std::size_t PackedLayer::bytes() const {
  return weights_.bytes() + bias_.bytes() + multiplier_.bytes() + left_.bytes() + right_.bytes();
}

void stage_rows(const assay_layer_int8& layer, const Staging& staging, const std::int8_t* in,
                std::ptrdiff_t first, std::ptrdiff_t last, std::uint8_t* staged) {
  const std::ptrdiff_t bytes = std::ptrdiff_t{layer.in_width} * layer.in_channels;
  for (std::ptrdiff_t row = first; row < last; ++row) {
    const std::ptrdiff_t source = row - layer.pad_top;
    if (source < 0 || source >= layer.in_height) continue;
    const std::int8_t* from = in + source * bytes;
    std::uint8_t* to = staged + (row - first) * staging.row_bytes() + layer.pad_left * staging.channels;
    for (std::ptrdiff_t i = 0; i < bytes; ++i) {
      to[i] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(from[i]) ^ 0x80u);
    }
  }
}

}  // namespace assay::tinyml
