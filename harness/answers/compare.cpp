// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/compare.h"

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

Comparison compare(const Store& base_store, const std::string& base_run, const Store& candidate_store,
                   const std::string& candidate_run, const std::optional<Selector>& selector) {
  Comparison comparison = compare_runs(results(base_store, base_run, selector),
                                       results(candidate_store, candidate_run, selector));
  comparison.base = base_run;
  comparison.candidates = {candidate_run};
  std::string difference;
  for (Pair& pair : comparison.pairs) {
    for (Verdict& verdict : pair.verdicts) {
      verdict.against = base_run;
      if (verdict.rule != "host") continue;
      if (difference.empty()) {
        difference = class_difference(base_store.load_run(base_run).host,
                                      candidate_store.load_run(candidate_run).host);
      }
      verdict.reason = "another host class: " + difference;
    }
  }
  return comparison;
}

Comparison compare_axis(const Store& store, const std::string& run_id, const std::string& axis,
                        const std::string& base, const std::optional<Selector>& selector) {
  return compare_across(results(store, run_id, selector), axis, base);
}

}  // namespace assay
