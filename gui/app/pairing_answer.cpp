// SPDX-License-Identifier: Apache-2.0
// Two runs, or one across an axis, side by side.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "gui/app/answers.h"
#include "gui/app/stored.h"
#include "harness/answers/compare.h"
#include "harness/core/error.h"
#include "harness/exchange/baseline_document.h"
#include "harness/store/history.h"

namespace assay::gui {

namespace {

constexpr std::size_t most_places = 12 /* hosts, databases: as many as one looks at */;

bool is_measurement(const RunHead& head) { return head.state == "complete" && head.suite != "roofline"; }

/// The results of the newest complete run of each host, but for what measured limits.
std::vector<ResultRow> rows_of_hosts(const std::vector<std::string>& databases) {
  std::vector<ResultRow> all;
  std::set<std::string> seen;
  for (const std::string& path : databases) {
    const Store store = Store::open(path, Store::Mode::read_only);
    for (const RunHead& head : run_heads(store)) {
      if (!is_measurement(head) || seen.size() == most_places || !seen.insert(head.host_name).second)
        continue;
      for (ResultRow& row : results(store, head.id)) all.push_back(std::move(row));
    }
  }
  return all;
}

/// The newest complete runs of the databases, each of the others beside `from`'s, as two runs are compared.
Comparison compare_databases(const std::vector<std::string>& databases, const std::string& from) {
  std::vector<std::pair<Store, std::string>> newest;
  std::vector<std::string> names;
  for (const std::string& path : databases) {
    Store store = Store::open(path, Store::Mode::read_only);
    const std::vector<RunHead> heads = run_heads(store);
    const auto head = std::find_if(heads.begin(), heads.end(), &is_measurement);
    if (head == heads.end()) continue;
    names.push_back(std::filesystem::path(path).filename().string());
    newest.emplace_back(std::move(store), head->id);
  }
  if (newest.empty())
    throw Error(ErrorCode::bad_input, "no database has a complete run",
                "'assay run --suite quick' makes one");
  const auto named = std::find(names.begin(), names.end(), from);
  const auto base = static_cast<std::size_t>(named == names.end() ? 0 : named - names.begin());
  Comparison all;
  all.base = names[base];
  for (std::size_t i = 0; i < newest.size(); ++i) {
    if (i == base || all.candidates.size() == most_places) continue;
    Comparison one =
        assay::compare(newest[base].first, newest[base].second, newest[i].first, newest[i].second);
    all.candidates.push_back(names[i]);
    for (Pair& pair : one.pairs) {
      pair.value = names[i];
      all.pairs.push_back(std::move(pair));
    }
  }
  return all;
}

/// A run beside the results that a file keeps of another.
void fill_baseline(Pairing& answer, const std::vector<std::string>& databases) {
  const CompareAsk& ask = answer.asked;
  const FoundRun found = find_run(databases, ask.candidate);
  const Baseline baseline = read_baseline_json(
      text_of(ask.from, "choose a file that 'assay baseline save' wrote: By, Baseline file..."), ask.from);
  answer.candidate = found.store.load_run(found.id);
  answer.base = answer.candidate;
  answer.base.host = {};
  answer.base.host.host_class = baseline.host_class;
  answer.base.commit.reset();
  answer.comparison =
      assay::compare(baseline.rows, answer.base.host,
                     "baseline:" + (baseline.name.empty() ? ask.from : baseline.name), found.store, found.id);
  answer.values = {answer.comparison.base};
}

/// Parameters of which these rows have several values, as they were resolved.
std::vector<std::string> axes_of(const std::vector<ResultRow>& rows) {
  std::map<std::string, std::set<std::string>> values;
  for (const ResultRow& row : rows) {
    for (const auto& [name, value] : row.params) values[name].insert(to_string(value));
    for (const auto& [name, value] : row.value.params) values[name].insert(to_string(value));
  }
  std::vector<std::string> axes;
  for (const auto& [name, seen] : values) {
    if (seen.size() > 1 && name != "v" && name != "input") axes.push_back(name);
  }
  return axes;
}

/// How this machine's own limits go along the axis; nothing where they were not measured along it.
Comparison limits_across(const FoundRun& found, const Run& run, const CompareAsk& ask) {
  std::vector<ResultRow> rows = limits_of(found.store, run);
  std::erase_if(rows, [](const ResultRow& row) {
    return row.status != Status::ok || (row.value.workload != "roof.mem" && row.value.workload != "roof.fma");
  });
  const auto has = [&](const ResultRow& row) {
    return row.params.contains(ask.across) || row.value.params.contains(ask.across);
  };
  if (!std::any_of(rows.begin(), rows.end(), has)) return {};
  return compare_across(rows, ask.across);
}

void fill_across(Pairing& answer, const std::vector<std::string>& databases) {
  const CompareAsk& ask = answer.asked;
  const FoundRun found = find_run(databases, ask.candidate);
  answer.base = answer.candidate = found.store.load_run(found.id);
  std::vector<ResultRow> rows = results(found.store, found.id);
  answer.axes = axes_of(rows);
  if (ask.across == "host") rows = rows_of_hosts(databases);
  answer.comparison = ask.across == "database" ? compare_databases(databases, ask.from)
                                               : compare_across(rows, ask.across, ask.from);
  answer.comparison.axis = ask.across;
  answer.values = answer.comparison.candidates;
  answer.values.insert(answer.values.begin(), answer.comparison.base);
  if (answer.values.size() < 2)
    answer.problem = Problem{"", "There is one " + ask.across + " alone: '" + answer.comparison.base + "'.",
                             "Compare by something else above, or measure another one."};
  const auto& axes = answer.axes;
  if (std::find(axes.begin(), axes.end(), ask.across) != axes.end())
    answer.limits = limits_across(found, answer.candidate, ask);
}

}  // namespace

Pairing answer_pairing(const std::vector<std::string>& databases, const CompareAsk& ask) {
  Pairing answer;
  answer.asked = ask;
  try {
    if (ask.across == "baseline") {
      fill_baseline(answer, databases);
      return answer;
    }
    if (!ask.across.empty()) {
      fill_across(answer, databases);
      return answer;
    }
    const FoundRun a = find_run(databases, ask.base);
    const FoundRun b = find_run(databases, ask.candidate);
    answer.base = a.store.load_run(a.id);
    answer.candidate = b.store.load_run(b.id);
    answer.comparison = assay::compare(a.store, a.id, b.store, b.id);
    std::vector<ResultRow> rows;
    for (const Pair& pair : answer.comparison.pairs) {
      if (pair.candidate) rows.push_back(*pair.candidate);
    }
    answer.axes = axes_of(rows);
    if (a.id == b.id) answer.problem = Problem{"", "Both sides are the same run.", "Choose two runs above."};
  } catch (const std::exception& error) {
    answer.problem = problem_of(error, "");
  }
  return answer;
}

}  // namespace assay::gui
