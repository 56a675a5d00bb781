// SPDX-License-Identifier: Apache-2.0
// CuBlasLt with a stand-in for NVIDIA's library (fake_cublaslt.cpp), which is found as the real one is.
#include <dlfcn.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "workloads/llm/support/cublaslt.h"
#include "workloads/support/f16.h"

using namespace assay;
using namespace assay::llm;
using Catch::Matchers::Contains;

namespace {

/// A library that is here already is found by its name.
void* stand_in() {
  static void* const here = [] {
    const char* root = std::getenv("ASSAY_BINARY_DIR");
    const std::string path =
        std::string(root == nullptr ? "." : root) + "/tests/fake_cublaslt/libcublasLt.so.13";
    return dlopen(path.c_str(), RTLD_NOW);
  }();
  REQUIRE(here != nullptr);
  return here;
}

int& told(const char* name) {
  auto* const at = static_cast<int*>(dlsym(stand_in(), name));
  REQUIRE(at != nullptr);
  return *at;
}

}  // namespace

TEST_CASE("cuBLASLt multiplies row-major matrices of f32 and f16, by any of its candidates") {
  told("fake_found") = 100;
  REQUIRE(cublaslt_probe().available);
  constexpr int rows = 3;
  constexpr int cols = 4;
  constexpr int tokens = 2;
  std::vector<float> w(rows * cols);
  std::vector<float> x(tokens * cols);
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<float>(i % 5) - 2;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 3) + 0.5f;
  std::vector<float> expected;
  for (int t = 0; t < tokens; ++t) {
    for (int r = 0; r < rows; ++r) {
      float sum = 0;
      for (int c = 0; c < cols; ++c)
        sum += w[static_cast<std::size_t>(r * cols + c)] * x[static_cast<std::size_t>(t * cols + c)];
      expected.push_back(sum);
    }
  }
  const auto halves = [](const std::vector<float>& from) {
    std::vector<std::uint16_t> to;
    for (const float value : from) to.push_back(f32_to_f16(value));
    return to;
  };
  for (const Stored stored : {Stored::f32, Stored::f16}) {
    const auto half_w = halves(w);
    const auto half_x = halves(x);
    const bool half = stored == Stored::f16;
    {
      CuBlasLt lt(stored, rows, cols, tokens);
      CHECK(lt.candidates() == CuBlasLt::most_candidates - 1);  // one of them cannot run
      CHECK(lt.workspace() == CuBlasLt::most_workspace / 2);
      std::vector<std::byte> scratch(lt.workspace());
      for (std::size_t i = 0; i < lt.candidates(); ++i) {
        std::vector<float> y(expected.size(), -1);
        lt.choose(i);
        lt.multiply(half ? static_cast<const void*>(half_w.data()) : w.data(),
                    half ? static_cast<const void*>(half_x.data()) : x.data(), y.data(), scratch.data(),
                    nullptr);
        CHECK(y == expected);
        CHECK(told("fake_last") == static_cast<int>(i == 0 ? 0 : i + 1));
      }
      lt.choose(1);
      CHECK(lt.chosen() ==
            "cuBLASLt 13.1.0, algorithm 2, tile 15, stages not told, split 1, workspace 16777216 of "
            "33554432 bytes, chosen by time of 7");
    }
    CHECK(told("fake_live") == 0);
  }
}

TEST_CASE("a product for which cuBLASLt has no algorithm is not available, and leaves nothing behind") {
  told("fake_found") = 0;
  try {
    const CuBlasLt none(Stored::f16, 1, 32, 1);
    FAIL("it was made");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::unavailable);
    CHECK_THAT(error.what(), Contains("no algorithm"));
    CHECK_FALSE(error.remedy.empty());
  }
  CHECK(told("fake_live") == 0);
}

TEST_CASE("among algorithms that are as fast, the heuristic's order chooses") {
  CHECK(first_of_the_fastest(std::vector<double>{7}) == 0);
  CHECK(first_of_the_fastest(std::vector<double>{101.9, 120, 100}) == 0);
  CHECK(first_of_the_fastest(std::vector<double>{102.1, 120, 100}) == 2);
}
