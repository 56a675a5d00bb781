// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/dataframe/columns/columns.h"

namespace assay::sorting {

/// The column of dataframe.sort, seeded or given.
struct SortProblem {
  /// \throws as the makers of dataframe/columns do.
  explicit SortProblem(const Preparation& preparation);

  Work work() const;
  std::vector<Tensor> output(std::span<const std::uint32_t> order) const;
  /// How many of the lowest bits of v3 - minimum differ between rows.
  int bits() const;

  std::size_t rows;
  std::string digest;
  dataframe::MicroColumn v3;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
};

Implementation reference();

}  // namespace assay::sorting
