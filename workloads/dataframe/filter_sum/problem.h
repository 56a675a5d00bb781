// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <span>

#include "harness/core/error.h"
#include "workloads/dataframe/columns/columns.h"

namespace assay::filter_sum {

/// The columns of dataframe.filter_sum, seeded or given, and the bounds of the query.
struct FilterProblem {
  /// No bound is above it, so a missing value never qualifies.
  static constexpr std::int32_t missing = std::numeric_limits<std::int32_t>::max();

  std::int32_t v1_below;
  std::int32_t v2_below;
  InputDigest digest;
  std::size_t rows;
  dataframe::Int32Column v1;
  dataframe::Int32Column v2;
  dataframe::MicroColumn v3;

  explicit FilterProblem(const Preparation& preparation)
      : v1_below(bound(preparation, "v1_below")),
        v2_below(bound(preparation, "v2_below")),
        rows(dataframe::count_rows(preparation)),
        v1(dataframe::make_int32(preparation, "v1", rows, 5, missing, digest)),
        v2(dataframe::make_int32(preparation, "v2", rows, 15, missing, digest)),
        v3(dataframe::make_micro(preparation, "v3", rows, digest)) {}

  Work work() const {
    const auto n = static_cast<double>(rows);
    return {.operations = 3 * n, .minimum_bytes = 16 * n, .units = n};
  }

  static std::vector<Tensor> output(std::int64_t sum) {
    return {Tensor::from<std::int64_t>("v3_micro", {1}, std::span<const std::int64_t>(&sum, 1))};
  }

 private:
  static std::int32_t bound(const Preparation& preparation, const char* name) {
    const std::int64_t value = get_integer(preparation.params, name);
    if (value == static_cast<std::int32_t>(value)) return static_cast<std::int32_t>(value);
    throw Error(ErrorCode::usage, std::string(name) + "=" + std::to_string(value) + " does not fit 32 bits",
                "v1 and v2 are columns of i32");
  }
};

}  // namespace assay::filter_sum
