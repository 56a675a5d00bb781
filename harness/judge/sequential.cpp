// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/sequential.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/distribution.h"
#include "harness/stats/signed_rank.h"
#include "harness/stats/spread.h"

namespace assay {

namespace {

/// The smaller one-sided p value of a look, and its direction.
struct Direction {
  bool worse = false;
  double p = 1;
};
Direction direction_of(const LookTest& test) {
  return test.worse < test.better ? Direction{true, test.worse} : Direction{false, test.better};
}

std::size_t reached_looks(const Question& question) {
  return std::min(question.tests.size(), question.difference_looks.size());
}

const WitnessLook* witness_at(const Question& question, std::size_t look) {
  if (look >= question.witness.size() || question.witness[look].test.pairs == 0) return nullptr;
  return &question.witness[look];
}

std::span<const double> at_look(const Question& question, std::size_t look) {
  return question.differences.first(static_cast<std::size_t>(question.difference_looks[look].pairs));
}

/// `error`: two-sided.
void estimate(const Question& question, Finding& finding, std::span<const double> differences, double error) {
  finding.pairs = static_cast<int>(differences.size());
  finding.confidence = 1 - error;
  finding.interval.reset();
  if (question.of == Question::Of::mean) {
    finding.estimate = stats::mean(differences);
    return;
  }
  const Shift shift = estimate_shift(differences, error);
  finding.estimate = shift.estimate;
  finding.interval = shift.interval;
}

/// Better or worse, by test, interval and estimate.
bool differs(const Question& question, std::size_t look, Finding& finding) {
  const double error = question.level * question.difference_looks[look].weight;
  if (!(error > 0) || 2 * direction_of(question.tests[look]).p > error) return false;
  estimate(question, finding, at_look(question, look), error);
  if (std::abs(*finding.estimate) < question.smallest_effect) return false;
  return question.of == Question::Of::mean ||
         (finding.interval &&
          (finding.interval->low > question.margin || finding.interval->high < -question.margin));
}

bool is_same(const Question& question, std::size_t look, Finding& finding) {
  const double error = question.same_error * question.same_looks[look].weight;
  if (!question.may_be_same || !(error > 0) || question.tests[look].same > error) return false;
  estimate(question, finding, at_look(question, look), 2 * error);
  return question.of == Question::Of::mean ||
         (finding.interval && finding.interval->low >= -question.smallest_effect &&
          finding.interval->high <= question.smallest_effect);
}

Projection projection(const Question& question, std::span<const double> differences) {
  Projection now;
  if (question.of == Question::Of::mean) {
    now.estimate = stats::mean(differences);
    now.spread = stats::standard_deviation(differences) / std::sqrt(static_cast<double>(differences.size()));
    return now;
  }
  constexpr double error = 0.2;
  const Shift shift = estimate_shift(differences, error);
  now.estimate = shift.estimate;
  if (shift.interval) {
    now.spread = (shift.interval->high - shift.interval->low) / 2 / stats::normal_quantile(1 - error / 2);
  }
  return now;
}

/// What the witness makes of a difference.
Finding::Kind with_witness(const Question& question, std::size_t look, bool worse) {
  const WitnessLook* witness = witness_at(question, look);
  const Finding::Kind claimed = worse ? Finding::Kind::worse : Finding::Kind::better;
  if (witness == nullptr) return claimed;
  const double error = question.level * question.difference_looks[look].weight;
  const LookTest& test = witness->test;
  if (2 * (worse ? test.worse : test.better) <= error &&
      (worse ? -witness->estimate : witness->estimate) >= question.smallest_effect) {
    return claimed;
  }
  const bool opposite = 2 * (worse ? test.better : test.worse) <= error;
  const bool same = test.same <= question.same_error * question.same_looks[look].weight;
  return opposite || same ? Finding::Kind::contradicted : Finding::Kind::open;
}

}  // namespace

Finding first_decision(const Question& question) {
  Finding finding;
  const std::size_t reached = reached_looks(question);
  for (std::size_t look = 0; look < reached; ++look) {
    finding.witness_silent = false;
    if (differs(question, look, finding)) {
      finding.kind = with_witness(question, look, *finding.estimate < 0);
      if (finding.kind != Finding::Kind::open) return finding;
      finding.witness_silent = true;
    } else if (is_same(question, look, finding)) {
      finding.kind = Finding::Kind::same;
      return finding;
    }
  }
  if (reached == 0) {
    finding.pairs = static_cast<int>(question.differences.size());
    if (!question.differences.empty())
      estimate(question, finding, question.differences, 0);  // and no interval
    return finding;
  }
  estimate(question, finding, at_look(question, reached - 1),
           question.level * question.difference_looks[reached - 1].weight);
  return finding;
}

double adjusted_p_value(const Question& question) {
  double smallest = 1;
  for (std::size_t look = 0; look < reached_looks(question); ++look) {
    const double weight = question.difference_looks[look].weight;
    if (!(weight > 0)) continue;
    LookTest test = question.tests[look];
    if (const WitnessLook* witness = witness_at(question, look)) {
      test.better = std::max(test.better, witness->test.better);
      test.worse = std::max(test.worse, witness->test.worse);
    }
    smallest = std::min(smallest, 2 * direction_of(test).p / weight);
  }
  return smallest;
}

bool is_futile(const Question& question) {
  constexpr std::size_t first_look = 4;
  constexpr double unlikely = 0.05;
  const std::size_t reached = reached_looks(question);
  if (reached < first_look || reached == question.difference_looks.size()) return false;
  const double same = question.may_be_same ? question.same_error * question.same_looks.back().weight : 0;
  Projection now = projection(question, at_look(question, reached - 1));
  now.part = static_cast<double>(question.difference_looks[reached - 1].pairs) /
             question.difference_looks.back().pairs;
  return chance_to_decide(now, question.smallest_effect, question.margin,
                          question.level * question.difference_looks.back().weight / 2, same) < unlikely;
}

}  // namespace assay
