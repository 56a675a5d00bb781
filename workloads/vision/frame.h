// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"

namespace assay::vision {

/// An image u8[height][width][3], interleaved, rows without gaps.
struct Frame {
  int width = 0;
  int height = 0;
  Aligned<std::uint8_t> pixels;

  const std::uint8_t* row(int y) const {
    return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3;
  }
  std::string digest() const;  ///< of the pixels, as Instance::input_digest() reports it
};

/// The largest width and height that a workload takes: products stay far below 2^31.
inline constexpr int max_extent = 16384;

/// The seeded image, bit-exact everywhere: for pixel (x, y), channel c
/// - lattice: 9 x 9 x 3 values 16 + below(208) of stream "image.lattice", at index (j * 9 + i) * 3 + c,
///   bilinear: u = x * 2048 / width (8 cells of 256 steps), v likewise; (sum of 4 values * weights) >> 16
/// - over it: 12 rectangles, later over earlier, stream "image.rectangles": for rectangle k, index
///   8 k + 0..6: left below(width), top below(height), wide 1 + below(width / 6 + 1), high
///   1 + below(height / 6 + 1), then three channel values below(256)
/// - plus noise: below(9) - 4 of stream "image.noise" at index (y * width + x) * 3 + c, clamped to 0..255.
///
/// White noise would defeat prefetching, a flat image the clamping paths.
Frame seeded_frame(int width, int height, std::uint64_t seed, cpu::Pool* pool);

/// What the case asks for: the real image of role "image" (RGB; `as_bgr` swaps red and blue on the way in),
/// at its own size, else the seeded one at parameters width and height. \throws Error{bad_input} on an image
/// of another shape or type; Error{usage} on an impossible size.
Frame make_frame(const Preparation& preparation, bool as_bgr);

/// The parameter's value when it lies in [least, max_extent]. \throws Error{usage} naming it.
int extent_parameter(const Params& params, const std::string& key, int least = 1);

/// The role "image", the same in every vision workload.
InputRole image_role();

}  // namespace assay::vision
