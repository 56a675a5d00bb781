// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/regression_id.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

Candidates find_candidates(const std::string& id, const HistoryOptions& from, const Context& context,
                           std::int64_t now_utc_ms) {
  Candidates candidates;
  for (const std::vector<std::string>& metrics : {std::vector<std::string>{}, {"*"}}) {
    HistoryOptions wanted = from;
    wanted.metrics = metrics;
    const History history = gather(wanted, context);
    candidates.series = history.series(history_rules(wanted));
    candidates.all = regressions(candidates.series, {}, now_utc_ms);
    const bool found = std::any_of(candidates.all.begin(), candidates.all.end(),
                                   [&](const Regression& one) { return one.change->id.starts_with(id); });
    if (found) break;
  }
  return candidates;
}

const Regression& find_regression(const std::string& id, const std::vector<Regression>& all) {
  std::vector<const Regression*> found;
  for (const Regression& one : all) {
    if (id.size() < 4 || !one.change->id.starts_with(id)) continue;
    const bool again =
        !found.empty() && found.front()->change->id == one.change->id;  // two changes at one commit
    if (!again) found.push_back(&one);
  }
  if (found.empty()) {
    throw Error(ErrorCode::bad_input, fmt::format("there is no regression '{}'", printable(id, 100)),
                "'assay regressions --all' has their ids (4 characters are the least)");
  }
  if (found.size() > 1) {
    throw Error(ErrorCode::bad_input,
                fmt::format("'{}' is the beginning of {} regressions: {}, {}", id, found.size(),
                            found[0]->change->id, found[1]->change->id),
                "give more characters");
  }
  return *found.front();
}

}  // namespace assay::cli
