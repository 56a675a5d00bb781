// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/unit/workloads/llm_support.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay {
Implementation implementation_llm_gemv_openblas();
}

using namespace assay;
using namespace assay::llm;

TEST_CASE("llm.gemv: OpenBLAS is within class float of the reference at 1 to 3 threads") {
  for (int threads = 1; threads <= 3; ++threads) {
    const auto pool = llm::testing::pool_of(threads);
    const Params params = {{"rows", std::int64_t{50}}, {"cols", std::int64_t{288}}};
    const auto expected = llm::testing::make(gemv_definition(), gemv_reference(), params, *pool);
    const auto got = llm::testing::make(gemv_definition(), implementation_llm_gemv_openblas(), params, *pool);
    expected->call();
    got->call();
    CHECK(got->input_digest() == expected->input_digest());
    const auto a = got->output();
    const auto b = expected->output();
    CHECK(llm::testing::rel_rms(a[0].view<float>(), b[0].view<float>()) <= 2e-5);
  }
}

TEST_CASE("llm.gemv: OpenBLAS refuses quantised weights and says what can be done") {
  const auto pool = llm::testing::pool_of(1);
  try {
    llm::testing::make(gemv_definition(), implementation_llm_gemv_openblas(),
                       {{"dtype", std::string("q4_0")}}, *pool);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::unavailable);
    CHECK(!error.remedy.empty());
  }
}
