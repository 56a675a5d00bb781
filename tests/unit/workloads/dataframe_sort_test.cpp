// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "harness/backends/cpu/pool.h"
#include "workloads/dataframe/sort/sort.h"

namespace assay {
Workload workload_dataframe_sort();
}

using namespace assay;

TEST_CASE("dataframe.sort: rows come in ascending order of v3, equal ones in the order of the table") {
  cpu::Pool pool({0});
  Preparation preparation;
  preparation.params = resolve(workload_dataframe_sort().definition, {{"rows", std::int64_t{3000}}});
  preparation.pool = &pool;
  const sorting::SortProblem problem(preparation);
  const auto instance = sorting::reference().make(preparation);
  instance->call();
  const auto tensors = instance->output();
  const auto order = tensors.at(0).view<std::uint32_t>();
  std::vector<std::uint32_t> expected(3000);
  std::iota(expected.begin(), expected.end(), 0U);
  std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
    return problem.v3.values[a] < problem.v3.values[b];
  });
  CHECK(std::equal(order.begin(), order.end(), expected.begin(), expected.end()));
  CHECK(problem.bits() == 27);  // of values below 100,000,000
  CHECK(problem.maximum < 100'000'000);
}
