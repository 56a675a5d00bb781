// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/backends/cpu/pool.h"
#include "workloads/support/aligned.h"

namespace assay::llm {

/// How weights are stored: binary32, binary16, or in blocks. Q8_0 and Q4_0 are ggml's block formats, byte for
/// byte (github.com/ggerganov/ggml, ggml-common.h: block_q8_0, block_q4_0), so that files can be exchanged.
enum class Format { f32, f16, q8_0, q4_0 };

Format parse_format(const std::string& text);  ///< "f32", "f16", "q8_0", "q4_0". \throws Error{usage}
std::string to_string(Format format);

/// Whether a product with such weights sees x in 8 bits (quantise_activations): accuracy class q8, not float.
constexpr bool in_blocks(Format format) { return format == Format::q8_0 || format == Format::q4_0; }

inline constexpr std::size_t block_size = 32;  ///< weights that share one scale

/// w[j] = scale * q[j].
struct BlockQ8 {
  std::uint16_t scale;  ///< binary16
  std::int8_t q[block_size];
};
static_assert(sizeof(BlockQ8) == 34);

/// w[j] = scale * ((q[j] & 15) - 8), w[j + 16] = scale * ((q[j] >> 4) - 8), for j in [0, 16).
struct BlockQ4 {
  std::uint16_t scale;  ///< binary16
  std::uint8_t q[block_size / 2];
};
static_assert(sizeof(BlockQ4) == 18);

/// ggml's rules (quantize_row_q8_0_ref, quantize_row_q4_0_ref), in f64 so that no fused multiply-add can
/// change a rounding: q8_0 has scale = max|x| / 127; q4_0 has scale = m / -8 with m the value of largest
/// magnitude.
BlockQ8 quantise_q8(const float* values);
BlockQ4 quantise_q4(const float* values);
void dequantise(const BlockQ8& block, float* values);
void dequantise(const BlockQ4& block, float* values);

/// A row-major matrix in one of the formats, followed by Aligned<>::padding readable bytes: kernels may read
/// past the last block. `cols` is a multiple of block_size.
struct Matrix {
  Format format = Format::f32;
  std::size_t rows = 0;
  std::size_t cols = 0;
  Aligned<std::byte> bytes;

  std::size_t row_bytes() const;
  std::size_t size_bytes() const { return rows * row_bytes(); }
  const std::byte* row(std::size_t r) const { return bytes.data() + r * row_bytes(); }
  const float* f32_row(std::size_t r) const { return reinterpret_cast<const float*>(row(r)); }
  const std::uint16_t* f16_row(std::size_t r) const { return reinterpret_cast<const std::uint16_t*>(row(r)); }
  const BlockQ8* q8_row(std::size_t r) const { return reinterpret_cast<const BlockQ8*>(row(r)); }
  const BlockQ4* q4_row(std::size_t r) const { return reinterpret_cast<const BlockQ4*>(row(r)); }
};

/// Bytes of rows * cols weights. \throws Error{usage} unless both are positive and cols is a multiple of
/// block_size.
std::size_t weight_bytes(Format format, std::size_t rows, std::size_t cols);

/// Weights scale * normal(stream `name`, r * cols + c), rounded to f32, then to the format block by block:
/// the same matrix in every format. Rows are made by the pool's members, so pages lie where `Pool::share` of
/// rows puts them.
Matrix seeded_matrix(Format format, std::size_t rows, std::size_t cols, float scale, std::uint64_t seed,
                     std::string_view name, cpu::Pool* pool);

/// Row `r` as floats: cols values, exact (a product of a binary16 and a small integer fits binary32).
void dequantise_row(const Matrix& matrix, std::size_t r, float* values);

/// x as a product with quantised weights sees it, exactly: blocks of 32 values with m = max |x|, each value
/// m / 127 * q with q = x * (127 / m) to the nearest integer, ties to even; quotients and products in
/// binary32. Every implementation has to arrive at these q and m / 127.
void quantise_activations(const float* x, std::size_t cols, double* out);

/// y[r] = sum over c of W[r][c] * x[c] for r in [begin, end): f64 accumulation over the dequantised weights,
/// in the order of c. The obviously right one, against which every other is verified. `row` is scratch of
/// cols floats.
void matvec_reference(const Matrix& matrix, const double* x, double* y, std::size_t begin, std::size_t end,
                      float* row);

}  // namespace assay::llm
