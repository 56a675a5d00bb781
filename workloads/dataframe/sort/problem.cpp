// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "workloads/dataframe/sort/sort.h"

namespace assay::sorting {

SortProblem::SortProblem(const Preparation& preparation) : rows(dataframe::count_rows(preparation)) {
  InputDigest digests;
  v3 = dataframe::make_micro(preparation, "v3", rows, digests);
  digest = digests.text();
  const auto [least, most] = std::minmax_element(v3.values.begin(), v3.values.end());
  minimum = *least;
  maximum = *most;
}

Work SortProblem::work() const {
  const auto n = static_cast<double>(rows);
  return {.operations = 0, .minimum_bytes = 12 * n, .units = n};
}

std::vector<Tensor> SortProblem::output(std::span<const std::uint32_t> order) const {
  return {Tensor::from<std::uint32_t>("row", {static_cast<std::int64_t>(rows)}, order)};
}

int SortProblem::bits() const {
  const auto range = static_cast<std::uint64_t>(maximum) - static_cast<std::uint64_t>(minimum);
  return std::max(static_cast<int>(std::bit_width(range)), 1);
}

}  // namespace assay::sorting
