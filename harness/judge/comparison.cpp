// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/comparison.h"

#include <algorithm>
#include <map>
#include <set>

namespace assay {

namespace {

/// What two runs have in common: the canonical text without the definition's version, which is judged.
std::string run_key(const ResultRow& row) {
  Case value = row.value;
  value.params.erase("v");
  return to_string(value);
}

Verdict presence(Outcome outcome, const std::string& against, std::string reason) {
  Verdict verdict;
  verdict.rule = "presence";
  verdict.outcome = outcome;
  verdict.against = against;
  verdict.reason = std::move(reason);
  return verdict;
}

using Rows = std::vector<const ResultRow*>;

/// Takes the row that belongs to `row` out of `others`: the same subject, else the same name, else the only
/// one.
const ResultRow* take_partner(const ResultRow& row, Rows& others, bool lone) {
  auto found =
      std::find_if(others.begin(), others.end(), [&](const auto* o) { return o->subject == row.subject; });
  if (found == others.end()) {
    found = std::find_if(others.begin(), others.end(),
                         [&](const auto* o) { return o->subject.name == row.subject.name; });
  }
  if (found == others.end() && lone && others.size() == 1) found = others.begin();
  if (found == others.end()) return nullptr;
  const ResultRow* partner = *found;
  others.erase(found);
  return partner;
}

std::string run_of(const std::vector<ResultRow>& rows) {
  return rows.empty() ? std::string() : rows.front().run;
}

}  // namespace

std::string to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::faster:
      return "faster";
    case Outcome::same:
      return "same";
    case Outcome::slower:
      return "slower";
    case Outcome::undecided:
      return "undecided";
    case Outcome::new_:
      return "new";
    case Outcome::missing:
      return "missing";
    case Outcome::incomparable:
      return "incomparable";
  }
  return "undecided";
}

const Verdict* Pair::headline() const {
  if (verdicts.empty()) return nullptr;
  const auto time = std::find_if(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.metric.empty() || verdict.metric == "time.wall.p50";
  });
  if (time == verdicts.end()) return &verdicts.front();
  if (time->cause != cause_work) return &*time;
  const auto rate = std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) {
    return candidate && verdict.metric == "throughput." + candidate->unit_of_work;
  });
  return rate == verdicts.end() ? &*time : &*rate;
}

Comparison compare_runs(const std::vector<ResultRow>& base, const std::vector<ResultRow>& candidate) {
  Comparison comparison;
  comparison.base = run_of(base);
  comparison.candidates = {run_of(candidate)};
  std::map<std::string, std::pair<Rows, Rows>> groups;
  for (const ResultRow& row : base) groups[run_key(row)].first.push_back(&row);
  for (const ResultRow& row : candidate) groups[run_key(row)].second.push_back(&row);
  for (auto& [key, sides] : groups) {
    auto& [old_rows, new_rows] = sides;
    const bool lone = old_rows.size() == 1 && new_rows.size() == 1;
    for (const ResultRow* row : old_rows) {
      Pair pair;
      pair.key = key;
      pair.base = *row;
      if (const ResultRow* partner = take_partner(*row, new_rows, lone)) {
        pair.candidate = *partner;
        pair.verdicts = judge_pair(*row, *partner, "run", comparison.base);
      } else {
        pair.verdicts = {presence(Outcome::missing, comparison.base, "the new side does not have this case")};
      }
      comparison.pairs.push_back(std::move(pair));
    }
    for (const ResultRow* row : new_rows) {
      Pair pair;
      pair.key = key;
      pair.candidate = *row;
      pair.verdicts = {presence(Outcome::new_, comparison.base, "the base does not have this case")};
      comparison.pairs.push_back(std::move(pair));
    }
  }
  return comparison;
}

}  // namespace assay
