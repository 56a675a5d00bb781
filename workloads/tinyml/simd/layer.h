// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/core/probe.h"
#include "workloads/support/aligned.h"
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/simd/task.h"

namespace assay::tinyml {

/// One way to run the inner loops.
struct Path {
  const char* name;   ///< "avx512vnni", "avxvnni", "avx2", "i8mm", "dotprod", "highway"
  int taps;           ///< staged bytes that a step of a convolution consumes
  bool wide_weights;  ///< convolution weights are stored as i16, not i8
  bool signed_taps;   ///< a convolution reads staged bytes as i8: as they were before staging
  bool grouped;       ///< depthwise weights and channels are in the order of depthwise_avx512vnni
  Probe (*probe)();
  void (*conv)(const ConvTask&);
  void (*depthwise)(const ConvTask&);
  std::string (*isa)();  ///< what Instance::isa() reports: with Highway's target where that does the work
};

/// All paths, the preferred one first. The last is always present.
std::span<const Path> paths();
/// The first path whose probe is present.
const Path& best_path();

/// Where a layer's staged input lies: u8 rows with their padding in place (see ConvTask).
struct Staging {
  std::ptrdiff_t height = 0;  ///< padded rows
  std::ptrdiff_t width = 0;   ///< padded pixels in a row
  std::ptrdiff_t channels = 0;
  std::ptrdiff_t row_bytes() const { return width * channels; }
  std::ptrdiff_t bytes() const { return height * row_bytes(); }
};

/// A layer made ready for one path: weights packed, zero point folded into the bias. Holds no activations.
class PackedLayer {
 public:
  enum class Kind { conv, depthwise };
  PackedLayer(const assay_layer_int8& layer, Kind kind, const Path& path);

  /// The whole padded input: what run() expects at `staged`.
  Staging staging() const;
  std::uint8_t padding_byte() const { return static_cast<std::uint8_t>(layer_.in_zero + 128); }

  /// Computes output rows [first, last). `staged` is where the window of output row `first` begins; pixel (y,
  /// x) goes to out + (y - first) * out_line + x * out_pixel, each byte XORed with `flip`.
  void run(const std::uint8_t* staged, std::ptrdiff_t first, std::ptrdiff_t last, std::uint8_t* out,
           std::ptrdiff_t out_line, std::ptrdiff_t out_pixel, std::uint8_t flip) const;

  const assay_layer_int8& shape() const { return layer_; }
  std::size_t bytes() const;

 private:
  void pack_conv(const assay_layer_int8& layer);
  void pack_depthwise(const assay_layer_int8& layer);
  void pack_grouped(const assay_layer_int8& layer);
  bool grouped() const { return kind_ == Kind::depthwise && path_.grouped; }
  std::size_t position(std::int32_t channel) const;  ///< in the per-channel arrays

  assay_layer_int8 layer_;  ///< its pointers are not used after the constructor
  Kind kind_;
  const Path& path_;
  int blocks_ = 0;
  int steps_ = 0;
  std::ptrdiff_t block_step_ = 0;
  Aligned<std::int8_t> weights_;
  std::vector<std::ptrdiff_t> offsets_;
  Aligned<std::int32_t> bias_, multiplier_, left_, right_;
};

/// Copies input rows that padded rows [first, last) of `staging` need into `staged` (which begins at padded
/// row `first`), flipped from i8 to u8. Padding is left as it is: fill `staged` with padding_byte() once.
void stage_rows(const assay_layer_int8& layer, const Staging& staging, const std::int8_t* in,
                std::ptrdiff_t first, std::ptrdiff_t last, std::uint8_t* staged);

}  // namespace assay::tinyml
