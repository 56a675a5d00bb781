// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "harness/core/error.h"
#include "workloads/support/f16.h"
#include "workloads/support/seeded.h"

namespace assay::llm {

Format parse_format(const std::string& text) {
  if (text == "f32") return Format::f32;
  if (text == "f16") return Format::f16;
  if (text == "q8_0") return Format::q8_0;
  if (text == "q4_0") return Format::q4_0;
  throw Error(ErrorCode::usage, "weights cannot be '" + text + "'", "choose f32, f16, q8_0 or q4_0");
}

std::string to_string(Format format) {
  switch (format) {
    case Format::f32:
      return "f32";
    case Format::f16:
      return "f16";
    case Format::q8_0:
      return "q8_0";
    case Format::q4_0:
      return "q4_0";
  }
  return {};
}

BlockQ8 quantise_q8(const float* values) {
  float largest = 0;
  for (std::size_t j = 0; j < block_size; ++j) largest = std::max(largest, std::fabs(values[j]));
  const float scale = largest / 127.0f;
  const float inverse = scale == 0 ? 0.0f : 1.0f / scale;
  BlockQ8 block{f32_to_f16(scale), {}};
  for (std::size_t j = 0; j < block_size; ++j) {
    block.q[j] = static_cast<std::int8_t>(std::round(static_cast<double>(values[j]) * inverse));
  }
  return block;
}

BlockQ4 quantise_q4(const float* values) {
  float largest = 0;
  for (std::size_t j = 0; j < block_size; ++j) {
    if (std::fabs(values[j]) > std::fabs(largest)) largest = values[j];
  }
  const float scale = largest / -8.0f;
  const float inverse = scale == 0 ? 0.0f : 1.0f / scale;
  const auto nibble = [inverse](float value) {
    return static_cast<unsigned>(std::min(15.0, static_cast<double>(value) * inverse + 8.5));
  };
  BlockQ4 block{f32_to_f16(scale), {}};
  for (std::size_t j = 0; j < block_size / 2; ++j) {
    block.q[j] = static_cast<std::uint8_t>(nibble(values[j]) | nibble(values[j + block_size / 2]) << 4);
  }
  return block;
}

void dequantise(const BlockQ8& block, float* values) {
  const float scale = f16_to_f32(block.scale);
  for (std::size_t j = 0; j < block_size; ++j) values[j] = scale * static_cast<float>(block.q[j]);
}

void dequantise(const BlockQ4& block, float* values) {
  const float scale = f16_to_f32(block.scale);
  for (std::size_t j = 0; j < block_size / 2; ++j) {
    values[j] = scale * static_cast<float>((block.q[j] & 15) - 8);
    values[j + block_size / 2] = scale * static_cast<float>((block.q[j] >> 4) - 8);
  }
}

std::size_t weight_bytes(Format format, std::size_t rows, std::size_t cols) {
  constexpr std::size_t most = std::size_t{1} << 24;
  if (rows == 0 || rows > most || cols == 0 || cols > most || cols % block_size != 0) {
    throw Error(ErrorCode::usage,
                "a matrix of " + std::to_string(rows) + " x " + std::to_string(cols) + " cannot be made",
                "rows and cols are from 1 to 16777216, cols a multiple of 32");
  }
  switch (format) {
    case Format::f32:
      return rows * cols * sizeof(float);
    case Format::f16:
      return rows * cols * sizeof(std::uint16_t);
    case Format::q8_0:
      return rows * (cols / block_size) * sizeof(BlockQ8);
    case Format::q4_0:
      return rows * (cols / block_size) * sizeof(BlockQ4);
  }
  return 0;
}

std::size_t Matrix::row_bytes() const { return weight_bytes(format, 1, cols); }

namespace {

void fill_row(Matrix& matrix, std::size_t r, const Stream& stream, float scale) {
  float values[block_size];
  std::byte* out = matrix.bytes.data() + r * matrix.row_bytes();
  for (std::size_t c = 0; c < matrix.cols; c += block_size) {
    for (std::size_t j = 0; j < block_size; ++j) values[j] = scale * stream.normal(r * matrix.cols + c + j);
    const auto append = [&out](const auto& block) {
      std::memcpy(out, &block, sizeof block);
      out += sizeof block;
    };
    switch (matrix.format) {
      case Format::f32:
        append(values);
        break;
      case Format::f16: {
        std::array<std::uint16_t, block_size> halves;
        std::transform(values, values + block_size, halves.begin(), f32_to_f16);
        append(halves);
        break;
      }
      case Format::q8_0:
        append(quantise_q8(values));
        break;
      case Format::q4_0:
        append(quantise_q4(values));
        break;
    }
  }
}

}  // namespace

Matrix seeded_matrix(Format format, std::size_t rows, std::size_t cols, float scale, std::uint64_t seed,
                     std::string_view name, cpu::Pool* pool) {
  Matrix matrix{format, rows, cols, Aligned<std::byte>(weight_bytes(format, rows, cols), pool)};
  const Stream stream(seed, name);
  const auto fill_rows = [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) fill_row(matrix, r, stream, scale);
  };
  if (pool == nullptr) {
    fill_rows(0, rows);
  } else {
    pool->run([&](int index) {
      const auto [begin, end] = pool->share(rows, index);
      fill_rows(begin, end);
    });
  }
  return matrix;
}

void dequantise_row(const Matrix& matrix, std::size_t r, float* values) {
  const std::size_t blocks = matrix.cols / block_size;
  switch (matrix.format) {
    case Format::f32:
      std::copy_n(matrix.f32_row(r), matrix.cols, values);
      break;
    case Format::f16:
      std::transform(matrix.f16_row(r), matrix.f16_row(r) + matrix.cols, values, f16_to_f32);
      break;
    case Format::q8_0:
      for (std::size_t b = 0; b < blocks; ++b) dequantise(matrix.q8_row(r)[b], values + b * block_size);
      break;
    case Format::q4_0:
      for (std::size_t b = 0; b < blocks; ++b) dequantise(matrix.q4_row(r)[b], values + b * block_size);
      break;
  }
}

void quantise_activations(const float* x, std::size_t cols, double* out) {
  for (std::size_t c = 0; c < cols; c += block_size) {
    float most = 0;
    for (std::size_t j = c; j < c + block_size; ++j) most = std::max(most, std::fabs(x[j]));
    const float scale = most / 127.0f;
    const float inverse = most == 0 ? 0.0f : 127.0f / most;
    for (std::size_t j = c; j < c + block_size; ++j) {
      const float product = x[j] * inverse;
      out[j] = static_cast<double>(scale) * std::nearbyint(product);
    }
  }
}

void matvec_reference(const Matrix& matrix, const double* x, double* y, std::size_t begin, std::size_t end,
                      float* row) {
  for (std::size_t r = begin; r < end; ++r) {
    dequantise_row(matrix, r, row);
    double sum = 0;
    for (std::size_t c = 0; c < matrix.cols; ++c) sum += static_cast<double>(row[c]) * x[c];
    y[r] = sum;
  }
}

}  // namespace assay::llm
