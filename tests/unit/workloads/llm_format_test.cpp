// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "harness/core/error.h"
#include "workloads/llm/support/matrix.h"
#include "workloads/support/f16.h"

using namespace assay;
using namespace assay::llm;

TEST_CASE("every finite binary16 survives the way to binary32 and back") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if ((half & 0x7C00) == 0x7C00 && (half & 0x3FF) != 0) {
      CHECK(std::isnan(f16_to_f32(half)));
      CHECK(std::isnan(f16_to_f32(f32_to_f16(f16_to_f32(half)))));
    } else if (f32_to_f16(f16_to_f32(half)) != half) {
      FAIL("0x" << std::hex << bits);
    }
  }
}

TEST_CASE("binary16 has the values of IEEE 754, subnormals included") {
  CHECK(f16_to_f32(0x3C00) == 1.0f);
  CHECK(f16_to_f32(0xC000) == -2.0f);
  CHECK(f16_to_f32(0x7BFF) == 65504.0f);
  CHECK(f16_to_f32(0x0400) == 0x1p-14f);
  CHECK(f16_to_f32(0x03FF) == 1023 * 0x1p-24f);
  CHECK(f16_to_f32(0x0001) == 0x1p-24f);
  CHECK(std::signbit(f16_to_f32(0x8000)));
  CHECK(f16_to_f32(0xFC00) == -std::numeric_limits<float>::infinity());
}

TEST_CASE("binary32 rounds to the nearest binary16, ties to even") {
  CHECK(f32_to_f16(1.0f + 0x1p-11f) == 0x3C00);             // tie, down to even
  CHECK(f32_to_f16(1.0f + 0x1p-10f + 0x1p-11f) == 0x3C02);  // tie, up to even
  CHECK(f32_to_f16(1.0f + 0x1p-11f + 0x1p-20f) == 0x3C01);  // above the tie
  CHECK(f32_to_f16(65519.996f) == 0x7BFF);
  CHECK(f32_to_f16(65520.0f) == 0x7C00);
  CHECK(f32_to_f16(0x1p-25f) == 0x0000);  // tie with zero
  CHECK(f32_to_f16(0x1p-25f * 1.0001f) == 0x0001);
  CHECK(f32_to_f16(1.5f * 0x1p-24f) == 0x0002);      // tie between subnormals
  CHECK(f32_to_f16(0x1p-14f - 0x1p-26f) == 0x0400);  // the largest subnormals round to a normal
  CHECK(f32_to_f16(-1e-10f) == 0x8000);
}

TEST_CASE("a q8_0 block has ggml's bytes") {
  // Largest magnitude 127 * 0.5, so the scale is 0.5 = 0x3800 and value j is 2 * x.
  std::array<float, 32> values{};
  values[0] = 63.5f;
  values[1] = -63.5f;
  values[2] = 0.5f;
  values[3] = -1.25f;  // -2.5 rounds away from zero
  values[31] = 10.0f;
  const BlockQ8 block = quantise_q8(values.data());
  std::array<unsigned char, 34> bytes{};
  std::memcpy(bytes.data(), &block, sizeof block);
  std::array<unsigned char, 34> expected{0x00, 0x38, 127, 0x81, 1, 0xFD};
  expected[33] = 20;
  CHECK(bytes == expected);
  std::array<float, 32> back{};
  dequantise(block, back.data());
  CHECK(back[1] == -63.5f);
  CHECK(back[3] == -1.5f);
}

TEST_CASE("a q4_0 block has ggml's bytes: j and j + 16 share a byte, the low nibble is j") {
  // The value of largest magnitude is -4, so the scale is -4 / -8 = 0.5 = 0x3800 and nibble j is 2 * x + 8.
  std::array<float, 32> values{};
  values[0] = -4.0f;   // 0
  values[16] = 3.5f;   // 15
  values[1] = 0.5f;    // 9
  values[17] = -0.5f;  // 7
  values[15] = 1.0f;   // 10
  values[31] = 3.9f;   // 15.8 is cut to 15
  const BlockQ4 block = quantise_q4(values.data());
  std::array<unsigned char, 18> bytes{};
  std::memcpy(bytes.data(), &block, sizeof block);
  std::array<unsigned char, 18> expected{0x00, 0x38, 0xF0, 0x79};
  for (std::size_t i = 4; i < 17; ++i) expected[i] = 0x88;
  expected[17] = 0xFA;
  CHECK(bytes == expected);
  std::array<float, 32> back{};
  dequantise(block, back.data());
  CHECK(back[0] == -4.0f);
  CHECK(back[16] == 3.5f);
  CHECK(back[17] == -0.5f);
  CHECK(back[5] == 0.0f);
}

TEST_CASE("a block of zeros has scale zero and comes back as zeros") {
  const std::array<float, 32> zeros{};
  std::array<float, 32> back{};
  back.fill(1);
  dequantise(quantise_q8(zeros.data()), back.data());
  CHECK(back == zeros);
  back.fill(1);
  dequantise(quantise_q4(zeros.data()), back.data());
  CHECK(back == zeros);
}

TEST_CASE("a seeded matrix is the same matrix in every format, within half a step") {
  const Matrix exact = seeded_matrix(Format::f32, 3, 64, 0.02f, 7, "w", nullptr);
  std::array<float, 64> row{};
  for (const auto format : {Format::q8_0, Format::q4_0}) {
    const Matrix rounded = seeded_matrix(format, 3, 64, 0.02f, 7, "w", nullptr);
    CHECK(rounded.size_bytes() == weight_bytes(format, 3, 64));
    for (std::size_t r = 0; r < 3; ++r) {
      dequantise_row(rounded, r, row.data());
      // 0.02 * 3.464 is the largest value there is; q4_0 may cut the side away from its extreme by a whole
      // step
      const float step = 0.0693f / (format == Format::q8_0 ? 127.0f * 2 * 0.95f : 8.0f);
      for (std::size_t c = 0; c < 64; ++c) CHECK(std::fabs(row[c] - exact.f32_row(r)[c]) <= step);
    }
  }
}

TEST_CASE("a matrix whose columns do not fill blocks is refused with the rule") {
  CHECK_THROWS_WITH(weight_bytes(Format::q4_0, 4, 48), Catch::Contains("4 x 48"));
  CHECK_THROWS_AS(weight_bytes(Format::f32, 0, 32), Error);
}
