// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/settled.h"

#include <algorithm>

#include "harness/judge/figures.h"
#include "harness/judge/triage.h"

namespace assay {

namespace {

std::string without_version(Case value) {
  value.params.erase("v");
  return to_string(value);
}

/// The event that settles a change; nullptr: none does.
const TriageEvent* settling(const Series& series, const Change& change,
                            const std::vector<TriageEvent>& events) {
  const TriageEvent* event = triage(series, change, events, 0).event;
  return event == nullptr || event->kind == "reopened" ? nullptr : event;
}

}  // namespace

std::vector<Settled> find_settled(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                                  const std::function<bool(const std::string& commit)>& between) {
  std::vector<Settled> found;
  for (const Series& one : series) {
    Settled settled{one.key.case_key, one.key.metric, 1, {}};
    std::vector<const Change*> better;
    for (const Change& change : one.changes) {
      if (!change.cause.empty() || change.ended || !change.ratio) continue;
      if (!change.regression) {
        if (*change.ratio > 1) better.push_back(&change);
        continue;
      }
      const TriageEvent* event = settling(one, change, events);
      if (event != nullptr && between(change.commit)) settled.decisions.push_back({*change.ratio, *event});
    }
    if (settled.decisions.empty()) continue;
    for (const Change* change : better) {
      if (between(change->commit)) settled.improved *= *change->ratio;
    }
    found.push_back(std::move(settled));
  }
  return found;
}

bool holds(const Decision& decision, Day today) {
  const auto& until = decision.event.until_utc_ms;
  return !until || today <= day_of(*until - 1);
}

std::string to_string(const Decision& decision) {
  const TriageEvent& event = decision.event;
  return event.kind + " by " + (event.person.empty() ? "somebody" : event.person) + " on " +
         to_string(day_of(event.at_utc_ms)) +
         (event.until_utc_ms ? " until " + to_string(day_of(*event.until_utc_ms - 1)) : "") + ": " +
         event.reason + " (regression " + event.regression + ", ratio " + ratio_figure(decision.ratio) +
         " at commit " + event.commit.substr(0, 12) + ")";
}

Allowance allowance_of(const std::vector<Settled>& settled, const Case& value, const Verdict& verdict,
                       double effect, Day today) {
  if (verdict.rule == "tail") return {};
  const std::string key = without_version(value);
  const auto found = std::find_if(settled.begin(), settled.end(), [&](const Settled& one) {
    return one.case_key == key && one.metric == verdict.metric;
  });
  if (found == settled.end()) return {};
  double worst = found->improved;
  std::string why;
  std::string ended;
  for (const Decision& decision : found->decisions) {
    const bool still = holds(decision, today);
    if (still) worst *= decision.ratio;
    std::string& text = still ? why : ended;
    text += (text.empty() ? "" : "; ") + to_string(decision);
  }
  if (why.empty()) return {false, "no longer " + ended};
  worst = std::min(worst, 1.0);
  if (!verdict.ratio) return {false, "it has no ratio to hold against what was " + why};
  const bool worse = *verdict.ratio < worst / (1 + effect) && (!verdict.ci_high || *verdict.ci_high < worst);
  if (worse) return {false, "worse than the ratio of " + ratio_figure(worst) + " that was " + why};
  return {true, why};
}

}  // namespace assay
