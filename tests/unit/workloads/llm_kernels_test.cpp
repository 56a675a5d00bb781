// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/kernels.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/workloads/llm_support.h"
#include "workloads/support/f16.h"
#include "workloads/support/seeded.h"

using namespace assay;
using namespace assay::llm;
using assay::llm::testing::rel_l2;

namespace {

std::vector<float> normals(std::size_t n, const char* name) {
  const Stream stream(3, name);
  std::vector<float> values(n);
  fill(values.data(), n, nullptr, [&](std::size_t i) { return stream.normal(i); });
  return values;
}

}  // namespace

TEST_CASE("paths have names of their own and the first is the one that is used") {
  const auto paths = all_kernels();
  REQUIRE(!paths.empty());
  CHECK(std::string(kernels().isa) == paths.front()->isa);
  std::set<std::string> names;
  for (const auto* path : paths) names.insert(path->isa);
  CHECK(names.size() == paths.size());
}

TEST_CASE("every ISA path multiplies within its class at every count of blocks up to 17") {
  for (const auto* path : all_kernels()) {
    for (const auto format : {Format::f32, Format::f16, Format::q8_0, Format::q4_0}) {
      for (std::size_t cols = 32; cols <= 17 * 32; cols += 32) {
        const std::size_t rows = 9;
        const Matrix w = seeded_matrix(format, rows, cols, 0.02f, 1, "w", nullptr);
        const auto x = normals(cols, "x");
        std::vector<double> wide(x.begin(), x.end());
        if (in_blocks(format)) quantise_activations(x.data(), cols, wide.data());
        std::vector<double> sums(rows);
        std::vector<float> row(cols);
        matvec_reference(w, wide.data(), sums.data(), 0, rows, row.data());
        const std::vector<float> expected(sums.begin(), sums.end());
        Activations activations(17 * 32);
        path->prepare(x.data(), cols, format, activations);
        std::vector<float> y(rows);
        path->matvec(w, activations, y.data(), 0, rows);
        INFO(path->isa << " " << to_string(format) << " cols " << cols);
        CHECK(rel_l2(y, expected) <= 1e-6);
      }
    }
  }
}

TEST_CASE("activations that lie halfway between two steps round to the even one on every path") {
  std::vector<float> x(32);
  for (std::size_t j = 0; j < 32; ++j) x[j] = static_cast<float>(j) - 15.5f;
  x[31] = 127;  // the largest: scale 1
  std::vector<double> wide(32);
  quantise_activations(x.data(), 32, wide.data());
  Matrix w = seeded_matrix(Format::q8_0, 1, 32, 0.02f, 1, "w", nullptr);
  auto& block = *reinterpret_cast<BlockQ8*>(w.bytes.data());
  block.scale = f32_to_f16(1.0f);
  for (const auto* path : all_kernels()) {
    Activations activations(32);
    path->prepare(x.data(), 32, Format::q8_0, activations);
    for (std::size_t j = 0; j < 32; ++j) {  // one at a time, so that no two errors cancel
      for (auto& q : block.q) q = 0;
      block.q[j] = 1;
      float y = 0;
      path->matvec(w, activations, &y, 0, 1);
      INFO(path->isa << ", x = " << x[j]);
      CHECK(static_cast<double>(y) == wide[j]);
    }
  }
}

TEST_CASE("int8 products are exact at the ends of the range on every path") {
  // x is 127 times the sign of a pattern, so its quantisation is exact (scale 1); weights of -128, 127, -8
  // and 7.
  const std::size_t cols = 128;
  std::vector<float> x(cols);
  for (std::size_t c = 0; c < cols; ++c) x[c] = c % 3 == 0 ? -127.0f : 127.0f;
  const std::vector<double> wide(x.begin(), x.end());
  std::vector<float> row(cols);
  double expected = 0;
  for (const auto* path : all_kernels()) {
    for (const auto format : {Format::q8_0, Format::q4_0}) {
      Matrix w = seeded_matrix(format, 1, cols, 0.02f, 1, "w", nullptr);
      for (std::size_t b = 0; b < 4; ++b) {
        if (format == Format::q8_0) {
          auto& block = reinterpret_cast<BlockQ8*>(w.bytes.data())[b];
          block.scale = f32_to_f16(0.25f);
          for (std::size_t j = 0; j < 32; ++j)
            block.q[j] = static_cast<std::int8_t>((j + b) % 2 == 0 ? -128 : 127);
        } else {
          auto& block = reinterpret_cast<BlockQ4*>(w.bytes.data())[b];
          block.scale = f32_to_f16(0.25f);
          for (std::size_t j = 0; j < 16; ++j) block.q[j] = (j + b) % 2 == 0 ? 0xF0 : 0x0F;
        }
      }
      matvec_reference(w, wide.data(), &expected, 0, 1, row.data());
      Activations activations(cols);
      path->prepare(x.data(), cols, format, activations);
      float y = 0;
      path->matvec(w, activations, &y, 0, 1);
      INFO(path->isa << " " << to_string(format));
      CHECK(static_cast<double>(y) == expected);
    }
  }
}

TEST_CASE("a vector of zeros gives zeros, not NaN, on every path") {
  const std::vector<float> zeros(64);
  for (const auto* path : all_kernels()) {
    for (const auto format : {Format::f32, Format::f16, Format::q8_0, Format::q4_0}) {
      const Matrix w = seeded_matrix(format, 3, 64, 0.02f, 1, "w", nullptr);
      Activations activations(64);
      path->prepare(zeros.data(), 64, format, activations);
      std::vector<float> y(3, 1.0f);
      path->matvec(w, activations, y.data(), 0, 3);
      CHECK(y == std::vector<float>(3, 0.0f));
    }
  }
}

TEST_CASE("RMSNorm, SwiGLU and attention follow their formulas on every path") {
  for (const auto* path : all_kernels()) {
    INFO(path->isa);
    const auto x = normals(96, "x");
    const auto gain = normals(96, "gain");
    std::vector<float> got(96);
    std::vector<float> expected(96);
    double squares = 0;
    for (const float v : x) squares += static_cast<double>(v) * v;
    for (std::size_t i = 0; i < 96; ++i) {
      expected[i] = static_cast<float>(x[i] / std::sqrt(squares / 96 + 1e-5) * gain[i]);
    }
    path->rms_norm(x.data(), gain.data(), 96, 1e-5f, got.data());
    CHECK(rel_l2(got, expected) < 1e-6);

    for (std::size_t i = 0; i < 91; ++i) {
      expected[i] = static_cast<float>(x[i] / (1.0 + std::exp(-static_cast<double>(x[i]))) * gain[i]);
    }
    got = x;
    path->swiglu(got.data(), gain.data(), 91);
    CHECK(rel_l2(std::span(got).first(91), std::span(expected).first(91)) < 1e-6);

    constexpr std::size_t head = 24;
    constexpr std::size_t positions = 7;
    constexpr std::size_t stride = 40;
    const auto k = normals(positions * stride, "k");
    const auto v = normals(positions * stride, "v");
    std::vector<std::uint16_t> k16(k.size());
    std::vector<std::uint16_t> v16(v.size());
    for (std::size_t i = 0; i < k.size(); ++i) k16[i] = f32_to_f16(k[i]), v16[i] = f32_to_f16(v[i]);
    std::vector<double> weights(positions);
    double total = 0;
    for (std::size_t t = 0; t < positions; ++t) {
      double dot = 0;
      for (std::size_t i = 0; i < head; ++i)
        dot += static_cast<double>(x[i]) * f16_to_f32(k16[t * stride + i]);
      total += weights[t] = std::exp(dot / std::sqrt(24.0));
    }
    std::vector<float> out(head);
    std::vector<float> wanted(head);
    std::vector<float> scores(positions);
    for (std::size_t i = 0; i < head; ++i) {
      double sum = 0;
      for (std::size_t t = 0; t < positions; ++t) sum += weights[t] / total * f16_to_f32(v16[t * stride + i]);
      wanted[i] = static_cast<float>(sum);
    }
    path->attend(x.data(), k16.data(), v16.data(), stride, positions, head, scores.data(), out.data());
    CHECK(rel_l2(out, wanted) < 1e-5);
  }
}
