// SPDX-License-Identifier: Apache-2.0
#include "gui/app/answers.h"

#include <algorithm>

#include "harness/answers/compare.h"
#include "harness/answers/profile.h"
#include "harness/answers/results.h"
#include "harness/core/error.h"
#include "harness/store/history.h"
#include "harness/store/store.h"

namespace assay::gui {

namespace {

struct Found {
  Store store;
  std::string id;
};

/// \throws Error where no database has the run: the last one's.
Found find(const std::vector<std::string>& databases, const std::string& run) {
  for (std::size_t i = 0; i < databases.size(); ++i) {
    try {
      Store store = Store::open(databases[i], Store::Mode::read_only);
      std::string id = store.find_run(run);
      return {std::move(store), std::move(id)};
    } catch (const Error&) {
      if (i + 1 == databases.size()) throw;
    }
  }
  throw Error(ErrorCode::bad_input, "no database is open", "Ctrl+O opens one");
}

const PlannedCase* planned(const Run& run, const std::string& case_key) {
  const auto found = std::find_if(run.plan.begin(), run.plan.end(), [&](const PlannedCase& one) {
    Case value = one.value;
    value.params.erase("v");  // series span versions of a definition
    return to_string(one.value) == case_key || to_string(value) == case_key;
  });
  return found == run.plan.end() ? nullptr : &*found;
}

std::vector<LaunchTimes> times_of(const Found& found, const std::string& case_key, std::int64_t& batch) {
  const Run run = found.store.load_run(found.id);
  const PlannedCase* const one = planned(run, case_key);
  std::vector<LaunchTimes> all;
  if (one == nullptr) return all;
  for (const Launch& launch : found.store.load_case(found.id, one->ordinal)) {
    if (launch.lane != "timing" || launch.status != Status::ok || launch.verified == std::optional(false))
      continue;
    batch = std::max(batch, launch.samples.batch);
    all.push_back({launch.index, call_times_ns(launch.samples, launch.samples.warmup)});
  }
  return all;
}

/// The rows of the newest complete run that measured the limits of that machine; none where there is none.
std::vector<ResultRow> limits_of(const Store& store, const Run& run) {
  const std::string class_id = run.host.class_id();
  for (const RunHead& head : run_heads(store)) {
    const bool same = head.host_name == run.host.name && head.host_class_id == class_id;
    if (same && head.state == "complete" && head.suite == "roofline") return results(store, head.id);
  }
  return {};
}

/// The limits as roofs, with this case beneath them.
std::optional<chart::RooflineChart> roofline_of(const std::vector<ResultRow>& roofs, const ResultRow& row,
                                                const Host& host) {
  if (roofs.empty()) return std::nullopt;
  const Roofline roofline = make_roofline(roofs, {row}, host.host_class);
  const int threads = std::max(1, row.threads);
  chart::RooflineChart picture;
  picture.title = "Roofline, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
  const auto add = [](std::vector<chart::Roof>& into, const std::string& name, double peak) {
    const auto known =
        std::find_if(into.begin(), into.end(), [&](const chart::Roof& roof) { return roof.name == name; });
    if (known == into.end()) {
      into.push_back({name, peak});
    } else {
      known->peak = std::max(known->peak, peak);
    }
  };
  for (const Limit& limit : roofline.limits) {
    if (limit.threads > threads || !limit.value.value) continue;
    if (limit.kind == Limit::Kind::bandwidth && limit.what.ends_with(" load"))
      add(picture.memory, limit.level, *limit.value.value);
    if (limit.kind == Limit::Kind::arithmetic)
      add(picture.compute, limit.what.substr(0, limit.what.find(',')), *limit.value.value);
  }
  picture.series = {"this case"};
  for (const Placement& placed : roofline.placements) {
    if (placed.intensity <= 0 || placed.performance <= 0) continue;
    picture.points.push_back({placed.case_key, placed.intensity, placed.performance, 0, ""});
  }
  if (picture.memory.empty() && picture.compute.empty()) return std::nullopt;
  return picture;
}

}  // namespace

Problem problem_of(const std::exception& error, const std::string& where) {
  const auto* const known = dynamic_cast<const Error*>(&error);
  return {where, error.what(),
          known != nullptr ? known->remedy : "please report it with the output of 'assay doctor'"};
}

Pairing answer_pairing(const std::vector<std::string>& databases, const std::string& base,
                       const std::string& candidate) {
  Pairing answer;
  answer.base_id = base;
  answer.candidate_id = candidate;
  try {
    const Found a = find(databases, base);
    const Found b = find(databases, candidate);
    answer.base = a.store.load_run(a.id);
    answer.candidate = b.store.load_run(b.id);
    answer.comparison = assay::compare(a.store, a.id, b.store, b.id);
    if (a.id == b.id) answer.problem = Problem{"", "Both sides are the same run.", "Choose two runs above."};
  } catch (const std::exception& error) {
    answer.problem = problem_of(error, "");
  }
  return answer;
}

Distribution answer_distribution(const std::vector<std::string>& databases, const std::string& case_key,
                                 const std::string& base, const std::string& candidate) {
  Distribution answer;
  answer.case_key = case_key;
  answer.base_id = base;
  answer.candidate_id = candidate;
  try {
    if (!base.empty()) answer.base = times_of(find(databases, base), case_key, answer.batch);
    if (!candidate.empty()) answer.candidate = times_of(find(databases, candidate), case_key, answer.batch);
    if (answer.base.empty() && answer.candidate.empty()) {
      answer.problem = Problem{"", "Neither run has valid samples of this case.",
                               "Choose other runs in Compare (Ctrl+2)."};
    }
  } catch (const std::exception& error) {
    answer.problem = problem_of(error, "");
  }
  return answer;
}

CaseProfile answer_profile(const std::vector<std::string>& databases, const std::string& case_key,
                           const std::string& run_id) {
  CaseProfile answer;
  answer.case_key = case_key;
  answer.run_id = run_id;
  try {
    const Found found = find(databases, run_id);
    const Run run = found.store.load_run(found.id);
    const PlannedCase* const one = planned(run, case_key);
    std::vector<ResultRow> rows;
    if (one != nullptr) {
      const CaseRange range{one->ordinal, one->ordinal};
      rows = results(found.store, found.store.load_run(found.id, range),
                     found.store.load_summaries(found.id, range));
    }
    if (rows.empty()) {
      answer.problem =
          Problem{"", "This run has no result of this case.", "Choose another run in Compare (Ctrl+2)."};
      return answer;
    }
    const std::vector<ResultRow> roofs = limits_of(found.store, run);
    Profile profile =
        make_profile(rows.front(), found.store.load_case(found.id, one->ordinal), roofs, run.host.host_class);
    if (profile.placement.fraction.value || !profile.placement.fraction.reason.empty()) {
      std::erase_if(profile.row.metrics,
                    [](const MetricValue& metric) { return metric.id == "roof.fraction"; });
      profile.derived.insert(profile.derived.begin(), profile.placement.fraction);
    }
    answer.derived = std::move(profile.derived);
    answer.findings = std::move(profile.findings);
    answer.roofline = roofline_of(roofs, profile.row, run.host);
    answer.row = std::move(profile.row);
  } catch (const std::exception& error) {
    answer.problem = problem_of(error, "");
  }
  return answer;
}

}  // namespace assay::gui
