// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"

namespace {

/// The definition, word for word: nudge by sign, truncating division, saturation.
std::int32_t high_mul_by_definition(std::int32_t a, std::int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t nudge = product >= 0 ? (1LL << 30) : 1 - (1LL << 30);
  return static_cast<std::int32_t>((product + nudge) / (1LL << 31));
}

double round_half_away(double x) { return x < 0 ? std::ceil(x - 0.5) : std::floor(x + 0.5); }

const std::int32_t edges[] = {
    INT32_MIN, INT32_MIN + 1, -(1 << 30), -65536, -129,    -128,          -3,       -2, -1, 0, 1, 2, 3,
    127,       128,           255,        65535,  1 << 30, INT32_MAX - 1, INT32_MAX};

}  // namespace

TEST_CASE("The doubling high product equals its definition at the edges and at random") {
  for (const auto a : edges) {
    for (const auto b : edges) CHECK(assay_q_high_mul(a, b) == high_mul_by_definition(a, b));
  }
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const auto a = static_cast<std::int32_t>(assay_seed_u32(1, i));
    const auto b = static_cast<std::int32_t>(assay_seed_u32(2, i));
    if (assay_q_high_mul(a, b) != high_mul_by_definition(a, b)) FAIL("differs for " << a << " and " << b);
  }
  CHECK(assay_q_high_mul(INT32_MIN, INT32_MIN) == INT32_MAX);
  CHECK(assay_q_high_mul(1 << 30, 1) == 1);     // exactly one half rounds up
  CHECK(assay_q_high_mul(-(1 << 30), 1) == 0);  // minus one half too
}

TEST_CASE("The rounding shift rounds to nearest with ties away from zero for every exponent") {
  for (std::int32_t exponent = 0; exponent <= 31; ++exponent) {
    for (const auto x : edges) {
      CHECK(assay_q_round_shift(x, exponent) == round_half_away(std::ldexp(double{1} * x, -exponent)));
    }
  }
}

TEST_CASE("A multiplier with its shift rounds twice, and shifts left before it multiplies") {
  const std::int32_t half = 1 << 30;
  CHECK(assay_q_multiply(100, half, 0) == 50);
  CHECK(assay_q_multiply(100, half, 3) == 400);
  CHECK(assay_q_multiply(101, half, -1) == 26);    // 50.5 -> 51 -> 25.5 -> 26: one rounding would give 25
  CHECK(assay_q_multiply(-101, half, -1) == -25);  // -50.5 -> -50 -> -25
  CHECK(assay_q_multiply(INT32_MAX, INT32_MAX, -31) == 1);
  CHECK(assay_q_multiply(INT32_MIN, INT32_MAX, -31) == -1);
  CHECK(assay_q_multiply(1, INT32_MAX, 30) == (1 << 30));
  CHECK(assay_q_multiply(5, 0, 0) == 0);
}

TEST_CASE("Requantising saturates instead of overflowing when the multiplier is extreme") {
  CHECK(assay_q_requantise(INT32_MAX, INT32_MAX, 0, 127, -128, 127) == 127);
  CHECK(assay_q_requantise(INT32_MIN, INT32_MAX, 0, -128, -128, 127) == -128);
  CHECK(assay_q_requantise(1000, 1 << 30, 0, -128, -128, 127) == 127);
  CHECK(assay_q_requantise(-1000, 1 << 30, 0, 5, 5, 127) == 5);  // ReLU: nothing below the zero point
  CHECK(assay_q_requantise(7, 1 << 30, 4, 1, -128, 127) == 57);  // left shift
}

TEST_CASE("A ratio becomes a normalised multiplier within half a unit of its last place") {
  for (const std::uint64_t numerator : {1, 77, 153, 229, 65536}) {
    for (const std::uint64_t denominator : {1ull, 2ull, 3ull, 229ull, 1000003ull, 2147483648ull}) {
      std::int32_t multiplier = 0;
      std::int32_t shift = 0;
      assay_q_ratio(numerator, denominator, &multiplier, &shift);
      CHECK(multiplier >= (1 << 30));
      const double real = std::ldexp(double{1} * multiplier, shift - 31);
      CHECK(real == Approx(static_cast<double>(numerator) / static_cast<double>(denominator)).epsilon(1e-9));
    }
  }
}

TEST_CASE("Average pooling rounds to nearest with ties away from zero") {
  const std::vector<std::int8_t> in = {1, -1, 2, -2, 127, -128, 127, -128};  // 4 pixels of 2 channels
  std::int8_t out[2];
  assay_avgpool_int8(in.data(), 2, 2, 1, 2, out);
  CHECK(out[0] == 2);   // 1.5
  CHECK(out[1] == -2);  // -1.5
  assay_avgpool_int8(in.data(), 2, 2, 2, 2, out);
  CHECK(out[0] == 64);   // 64.25
  CHECK(out[1] == -65);  // -64.75
}

TEST_CASE("Softmax is within one step of the real one and its outputs sum to about one") {
  const std::int32_t multiplier = 1610612736;  // 0.75
  const std::int32_t left_shift = 22;          // scale * 2^26 = 0.75 * 2^22, so the scale is 3/64
  const double scale = 3.0 / 64;
  for (std::uint64_t round = 0; round < 200; ++round) {
    const int count = 1 + static_cast<int>(round % 40);
    std::vector<std::int8_t> in(static_cast<std::size_t>(count));
    std::vector<std::int8_t> out(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      in[i] = static_cast<std::int8_t>(static_cast<int>(assay_seed_below(round, i, 256)) - 128);
    }
    assay_softmax_int8(in.data(), count, multiplier, left_shift, -496, out.data());
    const int top = *std::max_element(in.begin(), in.end());
    double sum = 0;
    for (const auto q : in) sum += std::exp(scale * (q - top));
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double expected = std::min(256 * std::exp(scale * (in[i] - top)) / sum - 128, 127.0);
      CHECK(std::fabs(out[i] - expected) <= 0.5 + 1e-3);
    }
  }
}

TEST_CASE("Softmax gives nothing to values too far below the maximum") {
  const std::int8_t in[3] = {127, 120, -128};
  std::int8_t out[3];
  assay_softmax_int8(in, 3, 1 << 30, 27, -15, out);  // scale 1: differences below -15 are out of range
  CHECK(out[0] == 127);
  CHECK(out[1] == -128);
  CHECK(out[2] == -128);
}
