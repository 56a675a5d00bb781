// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workloads/llm/support/matrix.h"
#include "workloads/support/aligned.h"

namespace assay::llm {

/// A vector made ready for matvec(): as it is for f32 and f16 weights, else quantised to 8 bits in blocks of
/// 32 with one f32 scale each, max|x| / 127, in a layout that belongs to the ISA path and the format that it
/// was made for. One thread fills and reads it; it allocates in its constructor only.
struct Activations {
  explicit Activations(std::size_t most_columns);

  Format format = Format::f32;
  std::size_t cols = 0;
  Aligned<float> values;             ///< f32 and f16 weights: a copy
  Aligned<std::int8_t> q;            ///< padded with zeros to a multiple of 4 blocks
  Aligned<std::int32_t> correction;  ///< a block: takes back the offset that makes weights unsigned
  Aligned<float> scale;              ///< a block

  std::size_t resident_bytes() const;
};

/// The fast kernels on one ISA path (Google Highway's targets). Functions are thread-safe and allocate
/// nothing.
struct Kernels {
  const char* isa;  ///< "avx3_dl": 512 bit with VNNI; "avx2"; "neon_dotprod"; "sve256"; ...

  /// Makes `x`, cols floats (a multiple of 32, at most as many as `out` was made for), ready for weights in
  /// `format`.
  void (*prepare)(const float* x, std::size_t cols, Format format, Activations& out);

  /// y[r] = W[r] . x for r in [begin, end). `x` was prepared by the same path for W's format and columns.
  void (*matvec)(const Matrix& w, const Activations& x, float* y, std::size_t begin, std::size_t end);

  /// out[i] = x[i] * gain[i] / sqrt(mean(x^2) + epsilon), n a multiple of 16.
  void (*rms_norm)(const float* x, const float* gain, std::size_t n, float epsilon, float* out);

  /// gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i].
  void (*swiglu)(float* gate, const float* up, std::size_t n);

  /// Attention of one head over `positions` cached keys and values in binary16, `stride` elements apart:
  /// scores = q . k / sqrt(head), softmax, out = weighted sum of v. head is a multiple of 8; scores holds
  /// positions floats.
  void (*attend)(const float* q, const std::uint16_t* k, const std::uint16_t* v, std::size_t stride,
                 std::size_t positions, std::size_t head, float* scores, float* out);

  /// Index of the largest of n > 0 values, the first of equals; no NaN among them.
  std::size_t (*argmax)(const float* values, std::size_t n);
};

/// The best path for this CPU.
const Kernels& kernels();

/// Every path that was built and that this CPU can run, the best first. For tests and benchmarks: not
/// thread-safe.
std::vector<const Kernels*> all_kernels();

}  // namespace assay::llm
