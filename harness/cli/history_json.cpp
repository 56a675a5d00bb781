// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/answer.h"
#include "harness/cli/history_view.h"
#include "harness/core/privacy.h"
#include "harness/judge/comparison.h"

namespace assay::cli {

namespace {

using nlohmann::ordered_json;

ordered_json optional(const auto& value) { return value ? ordered_json(*value) : ordered_json(nullptr); }

/// Names of people and hosts, as they leave.
struct Names {
  bool identify = false;
  std::string person(const std::string& name) const { return identify ? name : pseudonym(name, "person"); }
  std::string host(const std::string& name) const { return identify ? name : pseudonym(name); }
};

ordered_json key_json(const Series& series) {
  return {{"case", series.key.case_key},       {"metric", series.key.metric},
          {"subject", series.key.subject},     {"host_class", series.key.host_class_id},
          {"device", series.key.device},       {"unit", series.unit},
          {"better", to_string(series.better)}};
}

ordered_json commit_json(const std::shared_ptr<const Commit>& commit, const Names& names) {
  if (commit == nullptr) return nullptr;
  return {{"id", commit->id},
          {"parents", commit->parents},
          {"author", names.person(commit->author)},
          {"subject", commit->subject},
          {"committed_utc_ms", commit->committed_utc_ms},
          {"place", optional(commit->place)},
          {"changed", commit->changed}};
}

ordered_json mark_json(const Mark& mark, const Names& names) {
  const bool host = mark.key == "host";
  return {{"point", mark.index},
          {"kind", mark.definition ? "definition" : "environment"},
          {"key", mark.key},
          {"before", host ? names.host(mark.before) : mark.before},
          {"after", host ? names.host(mark.after) : mark.after}};
}

ordered_json event_json(const TriageEvent* event, const Names& names) {
  if (event == nullptr) return nullptr;
  return {{"kind", event->kind},
          {"person", names.person(event->person)},
          {"reason", event->reason},
          {"at_utc_ms", event->at_utc_ms},
          {"until_utc_ms", optional(event->until_utc_ms)}};
}

ordered_json change_json(const Series& series, const Change& change, const TriageState& state,
                         const Names& names) {
  const auto commit_of = [&](std::size_t i) {
    const auto& commit = series.points[i].commit;
    return commit == nullptr ? ordered_json(nullptr) : ordered_json(commit->id);
  };
  ordered_json marks = ordered_json::array();
  for (const Mark& mark : change.marks) marks.push_back(mark_json(mark, names));
  return {{"id", change.id},
          {"point", change.index},
          {"commit", commit_of(change.index)},
          {"behind", commit_of(change.first)},
          {"to", commit_of(change.last)},
          {"before", change.before},
          {"after", change.after},
          {"ratio", optional(change.ratio)},
          {"regression", change.regression},
          {"cause", change.cause},
          {"marks", marks},
          {"state", change.regression ? ordered_json(state.state) : ordered_json(nullptr)},
          {"event", event_json(state.event, names)}};
}

ordered_json series_json(const Series& series, const std::vector<TriageEvent>& events,
                         std::int64_t now_utc_ms, const Names& names) {
  ordered_json json = key_json(series);
  json["line"] = series.line;
  json["points"] = ordered_json::array();
  for (const HistoryPoint& point : series.points) {
    json["points"].push_back({{"run", point.run},
                              {"host", names.host(point.host)},
                              {"case", point.case_key},
                              {"started_utc_ms", point.started_utc_ms},
                              {"commit", commit_json(point.commit, names)},
                              {"value", point.value},
                              {"ci_low", optional(point.ci_low)},
                              {"ci_high", optional(point.ci_high)},
                              {"n", point.n},
                              {"level", optional(point.level)},
                              {"spike", point.spike}});
  }
  json["changes"] = ordered_json::array();
  for (const Change& change : series.changes)
    json["changes"].push_back(change_json(series, change, triage(series, change, events, now_utc_ms), names));
  json["marks"] = ordered_json::array();
  for (const Mark& mark : series.marks) json["marks"].push_back(mark_json(mark, names));
  return json;
}

ordered_json warnings_json(const std::vector<Warning>& warnings) {
  ordered_json json = ordered_json::array();
  for (const Warning& warning : warnings)
    json.push_back({{"code", warning.code}, {"message", warning.message}, {"remedy", warning.remedy}});
  return json;
}

}  // namespace

std::string history_json(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                         std::int64_t now_utc_ms, const std::vector<Warning>& warnings, bool identify) {
  ordered_json all = ordered_json::array();
  for (const Series& one : series) all.push_back(series_json(one, events, now_utc_ms, {identify}));
  return json_answer(
      "history", {{"judge_version", judge_version}, {"series", all}, {"warnings", warnings_json(warnings)}});
}

std::string regressions_json(const std::vector<Regression>& regressions, const std::vector<Warning>& warnings,
                             bool identify) {
  ordered_json all = ordered_json::array();
  for (const Regression& one : regressions) {
    ordered_json json = key_json(*one.series);
    json.update(change_json(*one.series, *one.change, one.triage, {identify}));
    json["commit"] = commit_json(one.series->points[one.change->index].commit, {identify});
    all.push_back(json);
  }
  return json_answer(
      "regressions",
      {{"judge_version", judge_version}, {"regressions", all}, {"warnings", warnings_json(warnings)}});
}

}  // namespace assay::cli
