// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/judge/comparison.h"
#include "reports/document/document.h"

namespace assay::reports {

Tone tone_of(Outcome outcome);

/// The verdict's ratio with its interval, in unit "x" or "change"; absent without one, or where it is no
/// number.
Cell ratio_cell(const Verdict& verdict, const std::string& unit = "x");

/// Ratios with their intervals about 1 on a logarithmic axis, the first `most` that are added.
class RatioChart {
 public:
  explicit RatioChart(std::string title, std::size_t most = 40);
  void add(const std::string& name, const Verdict& verdict);
  void add_to(std::vector<Block>& blocks) const;  ///< nothing where no ratio was added

 private:
  chart::BarChart chart_;
  std::size_t most_;
  std::size_t left_out_ = 0;
};

}  // namespace assay::reports
