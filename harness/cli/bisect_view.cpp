// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/bisect_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/cli/answer.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/table.h"
#include "harness/core/privacy.h"
#include "harness/core/text.h"
#include "harness/judge/policy.h"
#include "reports/document/history_words.h"

namespace assay::cli {

using reports::short_text;

namespace {

using Json = nlohmann::ordered_json;

std::string short_id(const Commit& commit) { return commit.id.substr(0, 12); }

/// "command.p/own@cpu is slower: 0.912x [0.905, 0.920] of 1a2b3c4d5e6f".
std::string verdict_text(const BisectReport& report, const JudgedCommit& judged) {
  return fmt::format("{} {}: {} than {}, {}; run {}", printable(report.case_key), judged.verdict.metric,
                     to_string(judged.verdict.outcome), short_id(report.good), ratio_text(judged.verdict),
                     judged.run.substr(0, 8));
}

/// The bad end lost more than the first bad commit did.
bool lost_more(const JudgedCommit& end, const JudgedCommit& first) {
  return end.verdict.ci_high && first.verdict.ci_low && *end.verdict.ci_high < *first.verdict.ci_low;
}

std::string found_text(const BisectReport& report) {
  const Commit& commit = report.range.front();
  std::string text = "the first bad commit is " + commit_text(commit) + "\n";
  const JudgedCommit* judged = report.find(commit.id);
  if (judged == nullptr) return text;
  text += "  " + verdict_text(report, *judged) + "\n";
  if (lost_more(report.judged.front(), *judged))
    text += fmt::format("more was lost behind it ({} is {}): go on with --good {}\n", short_id(report.bad),
                        ratio_text(report.judged.front().verdict), short_id(commit));
  return text;
}

std::string among_text(const BisectReport& report) {
  constexpr std::size_t most = 20;
  std::string text = fmt::format("the first bad commit is one of {}{}:\n", report.range.size(),
                                 report.interrupted ? "" : ", as those between could not be judged");
  for (std::size_t i = 0; i < report.range.size(); ++i) {
    if (report.range.size() > most && i == most / 2) {
      text += fmt::format("  ... {} more\n", report.range.size() - most);
      i = report.range.size() - most / 2;
    }
    text += "  " + commit_text(report.range[i]) + "\n";
  }
  return text;
}

/// Where it could be taken up.
std::string again_text(const BisectReport& report) {
  const Commit* good = &report.good;
  for (const auto& judged : report.judged) {
    if (judged.mark == trials::BisectMark::good) good = &judged.commit;
  }
  return fmt::format("interrupted after {} judged commits, about {} more; go on with: --good {} --bad {}\n",
                     report.judged.size(), report.left, short_id(*good), short_id(report.range.back()));
}

Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json commit_json(const Commit& commit, bool identify) {
  return {{"id", commit.id},
          {"author", identify ? commit.author : pseudonym(commit.author, "person")},
          {"subject", commit.subject},
          {"committed_utc_ms", commit.committed_utc_ms}};
}

Json judged_json(const JudgedCommit& judged, bool identify) {
  const Verdict& v = judged.verdict;
  Json json = commit_json(judged.commit, identify);
  json["judged"] = to_string(judged.mark);
  json["run"] = judged.run;
  json["verdict"] = {{"metric", v.metric},
                     {"rule", v.rule},
                     {"against", v.against},
                     {"outcome", to_string(v.outcome)},
                     {"cause", v.cause},
                     {"ratio", optional(v.ratio)},
                     {"ci_low", optional(v.ci_low)},
                     {"ci_high", optional(v.ci_high)},
                     {"reason", v.reason}};
  return json;
}

}  // namespace

const JudgedCommit* BisectReport::find(const std::string& id) const {
  const auto found = std::find_if(judged.begin(), judged.end(),
                                  [&](const JudgedCommit& one) { return one.commit.id == id; });
  return found == judged.end() ? nullptr : &*found;
}

std::string to_string(trials::BisectMark mark) {
  return mark == trials::BisectMark::good ? "good" : mark == trials::BisectMark::bad ? "bad" : "skipped";
}

std::string commit_text(const Commit& commit) {
  return fmt::format("{} ({}, {}: {})", short_id(commit), printable(commit.author, 60),
                     to_string(day_of(commit.committed_utc_ms)), printable(commit.subject, 100));
}

std::string bisect_text(const BisectReport& report, std::size_t width) {
  std::string text;
  if (report.case_key.empty() && report.interrupted) {
    text = fmt::format("interrupted before {} was judged\n", short_id(report.bad));
  } else if (report.case_key.empty()) {
    text = fmt::format("{} is not seen to be slower than {}: there is nothing to bisect\n",
                       short_id(report.bad), short_id(report.good));
  } else {
    text = report.range.size() == 1 ? found_text(report) : among_text(report);
    if (report.interrupted) text += again_text(report);
  }
  Table table({{"commit", false, always},
               {"judged", false, always},
               {"ratio", true, always},
               {"verdict", false, 3},
               {"run", false, 4},
               {"subject", false, 2},
               {"reason", false, 1}});
  for (const auto& judged : report.judged) {
    const bool measured = judged.verdict.ratio.has_value();
    table.add({short_id(judged.commit), to_string(judged.mark), ratio_text(judged.verdict),
               measured ? to_string(judged.verdict.outcome) : "", judged.run.substr(0, 8),
               short_text(judged.commit.subject, 60), judged.verdict.reason});
  }
  if (!table.empty()) text += table.text(width);
  return text;
}

std::string bisect_json(const BisectReport& report, bool identify) {
  Json judged = Json::array();
  for (const auto& one : report.judged) judged.push_back(judged_json(one, identify));
  Json range = Json::array();
  for (const auto& commit : report.range) range.push_back(commit_json(commit, identify));
  const bool found = !report.case_key.empty() && report.range.size() == 1;
  return json_answer("bisect", {{"judge_version", judge_version},
                                {"good", commit_json(report.good, identify)},
                                {"bad", commit_json(report.bad, identify)},
                                {"case", report.case_key},
                                {"other_cases", report.others},
                                {"first_bad", found ? range.front() : Json(nullptr)},
                                {"range", range},
                                {"judged", judged},
                                {"left", report.left},
                                {"interrupted", report.interrupted}});
}

}  // namespace assay::cli
