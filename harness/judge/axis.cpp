// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harness/core/error.h"
#include "harness/judge/comparison.h"

namespace assay {

namespace {

std::string subject_text(const Subject& subject) {
  std::string text = subject.name;
  if (!subject.version.empty()) text += " " + subject.version;
  if (!subject.revision.empty()) text += " " + subject.revision;
  return text;
}

/// The row's place on the axis; empty when it has none.
std::optional<std::string> axis_value(const ResultRow& row, const std::string& axis) {
  if (axis == "implementation") return row.value.implementation;
  if (axis == "device") return row.value.device;
  if (axis == "host") return row.host;
  if (axis == "run") return row.run;
  if (axis == "subject") return subject_text(row.subject);
  for (const Params* params : {&row.value.params, &row.params}) {
    const auto found = params->find(axis);
    if (found != params->end()) return to_string(found->second);
  }
  return std::nullopt;
}

/// What is equal in all rows of a group: the canonical text without the axis, and the subject where it is not
/// the axis.
std::string group_key(const ResultRow& row, const std::string& axis) {
  Case value = row.value;
  if (axis == "implementation") value.implementation = "*";
  if (axis == "device") value.device = "*";
  value.params.erase(axis);
  std::string text = to_string(value);
  // The axis reads as in a selector, not as an escaped byte.
  for (const std::string mark : {"/", "@"}) {
    if (axis != (mark == "/" ? "implementation" : "device")) continue;
    const std::size_t at = mark == "/" ? text.find("/%2A") : text.rfind("@%2A");
    if (at != std::string::npos) text.replace(at, 4, mark + "*");
  }
  return text;
}

/// Numbers by value, before other text.
struct AxisLess {
  static std::optional<double> number(const std::string& text) {
    const Value value = parse_value(text);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::nullopt;
  }
  bool operator()(const std::string& a, const std::string& b) const {
    const auto x = number(a);
    const auto y = number(b);
    if (x && y && *x != *y) return *x < *y;
    if (x.has_value() != y.has_value()) return x.has_value();
    return a < b;
  }
};

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string choose_base(const std::vector<std::string>& values, const std::string& axis,
                        const std::string& asked) {
  const auto has = [&](const std::string& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  if (!asked.empty()) {
    if (has(asked)) return asked;
    throw Error(ErrorCode::usage, "no result has " + axis + " '" + asked + "'",
                "there are: " + joined(values));
  }
  if (axis == "implementation" && has("reference")) return "reference";
  if (axis == "device" && has("cpu")) return "cpu";
  return values.front();
}

}  // namespace

Comparison compare_across(const std::vector<ResultRow>& rows, const std::string& axis,
                          const std::string& base) {
  using Group = std::map<std::string, std::vector<const ResultRow*>, AxisLess>;  // axis value -> rows
  std::map<std::string, Group> groups;
  std::set<std::string, AxisLess> seen;
  std::vector<std::string> without_axis;
  for (const ResultRow& row : rows) {
    const auto value = axis_value(row, axis);
    if (!value) {
      if (without_axis.empty() || without_axis.back() != row.case_key) without_axis.push_back(row.case_key);
      continue;
    }
    groups[group_key(row, axis)][*value].push_back(&row);
    seen.insert(*value);
  }
  const std::vector<std::string> values(seen.begin(), seen.end());
  if (values.empty()) {
    throw Error(ErrorCode::usage, "no result has a '" + axis + "' to compare across",
                "run, implementation, device, host, subject, or a parameter of these workloads");
  }

  Comparison comparison;
  comparison.axis = axis;
  comparison.without_axis = std::move(without_axis);
  comparison.base = choose_base(values, axis, base);
  for (const std::string& value : values) {
    if (value != comparison.base) comparison.candidates.push_back(value);
  }
  for (const auto& [key, group] : groups) {
    const auto base_rows = group.find(comparison.base);
    if (base_rows == group.end() && base.empty()) comparison.without_base.push_back(key);
    for (const auto& [value, candidates] : group) {
      if (value == comparison.base) continue;
      for (const ResultRow* row : candidates) {
        Pair pair;
        pair.key = key;
        pair.value = value;
        pair.candidate = *row;
        const ResultRow* partner = nullptr;
        if (base_rows != group.end()) {
          for (const ResultRow* old : base_rows->second) {
            const bool same_subject = axis == "subject" || old->subject.name == row->subject.name;
            if (partner == nullptr && (same_subject || base_rows->second.size() == 1)) partner = old;
          }
        }
        if (partner != nullptr) {
          pair.base = *partner;
          pair.verdicts = judge_pair(*partner, *row, axis, comparison.base);
        } else if (base.empty()) {
          continue;  // nobody asked for this base: there is nothing to say
        } else {
          Verdict verdict;
          verdict.rule = "presence";
          verdict.outcome = Outcome::new_;
          verdict.against = comparison.base;
          verdict.reason = "there is no result with " + axis + " '" + comparison.base + "'";
          pair.verdicts = {verdict};
        }
        comparison.pairs.push_back(std::move(pair));
      }
    }
  }
  return comparison;
}

}  // namespace assay
