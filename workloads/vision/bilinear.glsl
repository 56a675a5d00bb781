// SPDX-License-Identifier: Apache-2.0
// For compute shaders: bilinear sums over an image u8[height][width][3] (taps.h), which is read by words of four bytes.
#extension GL_EXT_buffer_reference : require

struct Tap {
  uint first;
  uint second;
  uint weight;  // of `second`, of 2048
};

layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Image { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer Taps { Tap at[]; };

/// The three channels that begin at byte `offset`.
uvec3 pixel(Image image, uint offset) {
  const uint shift = 8 * (offset & 3u);
  const uint low = image.at[offset >> 2];
  const uint high = image.at[(offset + 2) >> 2];
  const uint bytes = shift == 0 ? low : low >> shift | high << (32 - shift);
  return uvec3(bytes, bytes >> 8, bytes >> 16) & 0xFFu;
}

uvec3 across(Image image, uint line, Tap column) {
  return pixel(image, line + 3 * column.first) * (2048u - column.weight) +
         pixel(image, line + 3 * column.second) * column.weight;
}

/// Of four pixels, times 2^22.
uvec3 bilinear(Image image, uint width, Tap column, Tap row) {
  return across(image, 3 * width * row.first, column) * (2048u - row.weight) +
         across(image, 3 * width * row.second, column) * row.weight;
}
