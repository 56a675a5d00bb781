// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "harness/judge/hardware.h"
#include "reports/document/document.h"

/// Inside: parts of a report of hardware.
namespace assay::reports::hardware {

/// An answer with the order in which its machines are shown: by speed, then those that are not ranked.
struct Shown {
  const HardwareAnswer& answer;
  const HardwareQuestion& question;
  std::vector<std::size_t> order;  ///< machines

  const std::string& name(std::size_t machine) const { return answer.machines[machine].name; }
  const std::string& ranked(std::size_t host) const { return name(answer.ranked[host]); }
};

/// A row of a table that has a column for each machine.
struct WideRow {
  std::vector<Cell> keys;
  std::function<Cell(std::size_t machine)> cell;
};

/// Such a table, in pieces of so many machines as fit a sheet of paper. Nothing without rows.
void add_wide(std::vector<Block>& blocks, const Shown& shown, const std::string& title,
              const std::vector<Column>& keys, const std::vector<WideRow>& rows, bool numbers = true);

Section task_speeds(const Shown& shown);     ///< bars with intervals against the reference, ratios, times
Section summary_speeds(const Shown& shown);  ///< one figure a host
Section efficiency(const Shown& shown);
Section fronts(const Shown& shown);
Section sensitivity(const Shown& shown);
std::vector<Block> environment(const Shown& shown);
std::vector<Block> reproduce(const Shown& shown, const std::string& command);

/// Whether intervals stand beside each figure of each host and task: those of ratios and energy always do,
/// but a page of 20 hosts and 200 tasks has to stay one that opens.
bool has_room(const Shown& shown);

Cell ratio_cell(double ratio, const std::optional<stats::Interval>& interval);

}  // namespace assay::reports::hardware
