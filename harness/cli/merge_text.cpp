// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/merge_text.h"

#include <fmt/format.h>

#include "harness/core/text.h"

namespace assay::cli {

std::string merge_text(const MergeReport& report) {
  std::string text = fmt::format("{} runs and {} launches added, {} launches were there already\n",
                                 report.runs_added, report.launches_added, report.launches_known);
  if (report.events_added > 0)
    text += fmt::format("{} decisions about regressions added\n", report.events_added);
  for (const auto& conflict : report.conflicts) text += "left out: " + printable(conflict) + "\n";
  return text;
}

nlohmann::ordered_json merge_json(const std::string& source, const MergeReport& report) {
  return {{"source", source},
          {"runs_added", report.runs_added},
          {"launches_added", report.launches_added},
          {"launches_known", report.launches_known},
          {"events_added", report.events_added},
          {"conflicts", report.conflicts}};
}

}  // namespace assay::cli
