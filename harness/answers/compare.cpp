// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/compare.h"

#include "harness/answers/calibration.h"
#include "harness/judge/policy.h"
#include "harness/judge/sessions.h"

namespace assay {

std::string class_difference(const Host& a, const Host& b) {
  std::string text;
  const auto add = [&](const std::string& key, const std::string& x, const std::string& y) {
    text += (text.empty() ? "" : "; ") + key + ": " + x + " and " + y;
  };
  for (const auto& [key, value] : a.host_class) {
    const auto other = b.host_class.find(key);
    if (other == b.host_class.end()) {
      add(key, value, "nothing");
    } else if (other->second != value) {
      add(key, value, other->second);
    }
  }
  for (const auto& [key, value] : b.host_class) {
    if (!a.host_class.contains(key)) add(key, "nothing", value);
  }
  return text;
}

namespace {

/// Times of two sessions, by what is known of this class of hosts.
void answer_sessions(Comparison& comparison, const Store& store) {
  const Policy policy;
  std::vector<Calibration> known;
  std::vector<SessionQuestion> questions;
  for (Pair& pair : comparison.pairs) {
    for (Verdict& verdict : pair.verdicts) {
      if (verdict.rule != "session") continue;
      if (questions.empty()) known = known_calibrations(store, pair.candidate->host_class_id);
      questions.push_back({&verdict, find_calibration(known, pair.candidate->case_key), policy.effect,
                           is_same_machine_code(*pair.base, *pair.candidate)});
    }
  }
  judge_sessions(questions, policy.budget);
}

}  // namespace

Comparison compare(const Store& base_store, const std::string& base_run, const Store& candidate_store,
                   const std::string& candidate_run, const std::optional<Selector>& selector) {
  return compare(results(base_store, base_run, selector), base_store.load_run(base_run).host, base_run,
                 candidate_store, candidate_run, selector);
}

Comparison compare(const std::vector<ResultRow>& base, const Host& base_host, const std::string& name,
                   const Store& candidate_store, const std::string& candidate_run,
                   const std::optional<Selector>& selector) {
  Comparison comparison = compare_runs(base, results(candidate_store, candidate_run, selector));
  comparison.base = name;
  comparison.candidates = {candidate_run};
  std::string difference;
  for (Pair& pair : comparison.pairs) {
    for (Verdict& verdict : pair.verdicts) {
      verdict.against = name;
      if (verdict.rule != "host") continue;
      if (difference.empty())
        difference = class_difference(base_host, candidate_store.load_run(candidate_run).host);
      verdict.reason = "another host class: " + difference;
    }
  }
  answer_sessions(comparison, candidate_store);
  return comparison;
}

Comparison compare_axis(const Store& store, const std::string& run_id, const std::string& axis,
                        const std::string& base, const std::optional<Selector>& selector) {
  return compare_across(results(store, run_id, selector), axis, base);
}

}  // namespace assay
