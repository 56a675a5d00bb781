// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/paired_text.h"

#include <cmath>
#include <numeric>

#include "harness/core/value.h"
#include "harness/judge/comparison.h"
#include "harness/judge/figures.h"

namespace assay {

namespace {

Verdict start(const PairedCase& measured, const std::string& metric, const char* rule) {
  Verdict verdict;
  verdict.metric = metric;
  verdict.rule = rule;
  verdict.against = measured.against;
  if (!measured.failure.empty()) {
    verdict.rule = "status";
    verdict.outcome = Outcome::incomparable;
    verdict.reason = measured.failure;
  }
  return verdict;
}

bool differs(const Finding& finding) {
  return finding.kind == Finding::Kind::better || finding.kind == Finding::Kind::worse;
}

/// Why an open question is open; `what` is looked at in pairs.
std::string why_open(const Question& question, const Finding& finding, const std::string& effect) {
  const std::string pairs = std::to_string(finding.pairs) + (finding.pairs == 1 ? " pair" : " pairs");
  if (question.tests.empty()) {
    return pairs + " of launches: the first look is after " +
           std::to_string(question.difference_looks[0].pairs);
  }
  if (finding.witness_silent) return "the cycles of " + pairs + " do not confirm the change";
  if (question.of == Question::Of::mean) return "that decides nothing within the error budget of the suite";
  if (!finding.interval) {
    return "even " + pairs + " that agree cannot decide within the error budget of the suite";
  }
  const double low = finding.interval->low;
  const double high = finding.interval->high;
  if (low > 0 || high < 0) {
    return question.may_be_same ? "there is a change, but it is not shown to be " + effect +
                                      ", the smallest of interest, or more"
                                : "this host cannot detect a change of " + effect + ", and the interval of " +
                                      pairs + " is not wholly beyond it";
  }
  return "the interval of " + pairs + " (" + percent_text(finding.confidence) + ") holds no change" +
         (question.may_be_same
              ? " as well as one beyond " + effect
              : ", and as this host cannot detect a change of " + effect + " it is not called the same");
}

}  // namespace

Verdict time_verdict(const PairedCase& measured, const Question& question, const Finding& finding) {
  Verdict verdict = start(measured, measured.metric, "paired");
  if (!measured.failure.empty()) return verdict;
  if (finding.estimate) verdict.ratio = std::exp(*finding.estimate);
  if (finding.interval) {
    verdict.ci_low = std::exp(finding.interval->low);
    verdict.ci_high = std::exp(finding.interval->high);
  }
  const std::string code = measured.same_machine_code ? "; both sides execute the same machine code" : "";
  const std::string shown =
      std::to_string(finding.pairs) + " pairs, interval of " + percent_text(finding.confidence) + code;
  if (differs(finding) && measured.same_machine_code) {
    verdict.cause = cause_layout;
    verdict.reason = shown;
    return verdict;
  }
  switch (finding.kind) {
    case Finding::Kind::better:
      verdict.outcome = Outcome::faster;
      break;
    case Finding::Kind::worse:
      verdict.outcome = Outcome::slower;
      break;
    case Finding::Kind::same:
      verdict.outcome = Outcome::same;
      break;
    case Finding::Kind::contradicted:
      verdict.cause = measured.same_machine_code ? cause_layout : "clock";
      verdict.reason = shown + "; the cycles do not say so";
      return verdict;
    case Finding::Kind::open:
      verdict.reason = why_open(question, finding, percent_text(measured.smallest_effect)) + code;
      return verdict;
  }
  verdict.reason = shown;
  return verdict;
}

Verdict tail_verdict(const PairedCase& measured, const Question& question, const Finding& finding) {
  Verdict verdict = start(measured, measured.tail_metric, "tail");
  if (!measured.failure.empty()) return verdict;
  const TailCounts& tail = *measured.tail;
  if (!tail.threshold_ns) {
    verdict.reason = tail.reason;
    return verdict;
  }
  if (question.difference_looks.empty()) {
    verdict.reason = std::to_string(tail.reference_pairs) +
                     " pairs were needed for the base's p99, and too few are left to judge by";
    return verdict;
  }
  std::int64_t base_above = 0;
  std::int64_t base = 0;
  std::int64_t candidate_above = 0;
  std::int64_t candidate = 0;
  for (const TailPair& pair : std::span(tail.pairs).first(static_cast<std::size_t>(finding.pairs))) {
    base_above += pair.base_above;
    base += pair.base_requests;
    candidate_above += pair.candidate_above;
    candidate += pair.candidate_requests;
  }
  if (base == 0 || candidate == 0) {
    verdict.reason = why_open(question, finding, "");
    return verdict;
  }
  const double base_share = static_cast<double>(base_above) / static_cast<double>(base);
  const double candidate_share = static_cast<double>(candidate_above) / static_cast<double>(candidate);
  if (base_share > 0 && candidate_share > 0) verdict.ratio = base_share / candidate_share;
  verdict.reason = percent_text(base_share) + " of the base's and " + percent_text(candidate_share) +
                   " of the new side's requests took longer than the base's p99 (" +
                   shortest(std::round(*tail.threshold_ns)) + " ns) in " + std::to_string(finding.pairs) +
                   " pairs";
  if (differs(finding) && measured.same_machine_code) {
    verdict.cause = cause_layout;
    verdict.reason += "; both sides execute the same machine code";
    return verdict;
  }
  switch (finding.kind) {
    case Finding::Kind::better:
      verdict.outcome = Outcome::faster;
      break;
    case Finding::Kind::worse:
      verdict.outcome = Outcome::slower;
      break;
    case Finding::Kind::same:
      verdict.outcome = Outcome::same;
      break;
    default:
      verdict.reason +=
          "; " + why_open(question, finding, percent_text(question.smallest_effect) + " of requests");
  }
  return verdict;
}

}  // namespace assay
