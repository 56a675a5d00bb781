// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/filter_sum/filter_sum.h"

namespace assay::filter_sum {

namespace {

std::int64_t sum(const std::int32_t* v1, const std::int32_t* v2, const std::int64_t* v3, std::size_t rows,
                 std::int32_t v1_below, std::int32_t v2_below) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (v1[i] < v1_below && v2[i] < v2_below) total += v3[i];
  }
  return total;
}

}  // namespace

Implementation reference() {
  Implementation row;
  row.name = "reference";
  row.doc = "the query as a plain loop, each thread over its share of the rows";
  row.make = [](const Preparation& preparation) { return make_instance(preparation, sum, "scalar"); };
  return row;
}

}  // namespace assay::filter_sum
