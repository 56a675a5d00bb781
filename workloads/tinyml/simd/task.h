// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Plain data and functions only: the files that include this are compiled for other instruction sets than the
// rest of the program, and an inline function instantiated there could be the one that the linker keeps for
// everybody.

namespace assay::tinyml {

/// Channels are processed in blocks of this many; weights and per-channel arrays are padded to whole blocks.
inline constexpr int block_channels = 16;
/// ... and by the grouped depthwise kernel in blocks of this many.
inline constexpr int group_channels = 64;

/// What the inner loops of a convolution read and write. Activations are staged as u8 = q XOR 0x80 (so zero
/// stands for -128) with their padding in place; the zero point is folded into the bias:
///   bias'[o] = bias[o] - (in_zero + 128) * sum of o's weights.
/// Output pixel p of [begin, end) is counted row by row; its staged window starts at
///   staged + (p / out_width) * line_step + (p % out_width) * pixel_step   and has `rows` kernel rows.
struct ConvTask {
  const std::uint8_t* staged = nullptr;
  std::ptrdiff_t line_step = 0;    ///< staged bytes between windows of consecutive output rows
  std::ptrdiff_t pixel_step = 0;   ///< ... of consecutive output pixels
  std::ptrdiff_t row_step = 0;     ///< staged bytes from one kernel row to the next
  std::ptrdiff_t column_step = 0;  ///< depthwise: staged bytes from one kernel column to the next
  int rows = 0;                    ///< kernel rows
  int steps = 0;  ///< steps in a kernel row; a step consumes `taps` bytes (depthwise: kernel columns)
  const void* weights =
      nullptr;  ///< [block][row][step][block_channels][taps]; depthwise [row][column][channel] i16
  const std::ptrdiff_t* offsets =
      nullptr;  ///< grouped depthwise: of each tap in its window, 4 * groups of them
  int groups = 0;
  std::ptrdiff_t block_step = 0;  ///< bytes from one block's weights to the next's
  int blocks = 0;
  int channels = 0;  ///< valid output channels, <= blocks * block_channels
  const std::int32_t* bias = nullptr;
  const std::int32_t* multiplier = nullptr;
  const std::int32_t* left = nullptr;   ///< left shift, >= 0
  const std::int32_t* right = nullptr;  ///< rounding right shift, >= 0
  std::int32_t low = 0;                 ///< clamp before the zero point is added
  std::int32_t high = 0;
  std::int32_t zero = 0;
  std::uint8_t flip = 0;  ///< XORed into every output byte: 0x80 keeps the result staged
  int out_width = 0;
  std::uint8_t* out = nullptr;  ///< pixel p at out + (p / out_width) * out_line + (p % out_width) * out_pixel
  std::ptrdiff_t out_line = 0;
  std::ptrdiff_t out_pixel = 0;
  std::ptrdiff_t begin = 0;
  std::ptrdiff_t end = 0;
};

/// The windows and results of up to `Count` consecutive pixels; beyond the last valid one its window is
/// repeated.
template <int Count>
struct Pixels {
  const std::uint8_t* window[Count];
  std::uint8_t* out[Count];
  int valid;
};

template <int Count>
static inline Pixels<Count> pixels_at(const ConvTask& t, std::ptrdiff_t first) {
  Pixels<Count> p;
  std::ptrdiff_t y = first / t.out_width;
  std::ptrdiff_t x = first % t.out_width;
  p.valid = t.end - first < Count ? static_cast<int>(t.end - first) : Count;
  for (int m = 0; m < Count; ++m) {
    p.window[m] = t.staged + y * t.line_step + x * t.pixel_step;
    p.out[m] = t.out + y * t.out_line + x * t.out_pixel;
    if (m + 1 < p.valid && ++x == t.out_width) {
      x = 0;
      ++y;
    }
  }
  return p;
}

bool supported_avx512vnni();
void conv_avx512vnni(const ConvTask& task);  ///< taps = 4, weights i8
/// Grouped: four taps at once. For each 64 channels and each group of 4 taps, 4 vectors of 16 channels x 4
/// taps, i8. Lane i of vector k is channel (i / 4) * 16 + k * 4 + i % 4 (what interleaving bytes leaves), and
/// so lie the per-channel arrays.
void depthwise_avx512vnni(const ConvTask& task);
bool supported_avxvnni();
void conv_avxvnni(const ConvTask& task);  ///< taps = 4, weights i8
bool supported_avx2();
void conv_avx2(const ConvTask& task);  ///< taps = 2, weights i16
bool supported_i8mm();
void conv_i8mm(const ConvTask& task);  ///< taps = 4, weights i8
bool supported_dotprod();
void conv_dotprod(const ConvTask& task);  ///< the same, of signed bytes: bias'[o] = bias[o] - in_zero * sum
void conv_highway(const ConvTask& task);  ///< taps = 1, weights i8
void depthwise_highway(const ConvTask& task);
const char* highway_target();
std::size_t highway_vector_bytes();

}  // namespace assay::tinyml
