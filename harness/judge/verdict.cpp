// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "harness/core/privacy.h"
#include "harness/judge/comparison.h"
#include "harness/stats/effect.h"

namespace assay {

namespace {

constexpr double equality_margin = 0.01;  ///< a ratio within 1 % of 1 is `same`, within one run
constexpr std::string_view time_metric = "time.wall.p50";

std::string either(const std::string& a, const std::string& b) { return "'" + a + "' and '" + b + "'"; }

std::string version_of(const ResultRow& row) {
  const auto found = row.value.params.find("v");
  return found == row.value.params.end() ? "1" : to_string(found->second);
}

bool both_and_different(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && a != b;
}

std::string status_text(const ResultRow& row) {
  return to_string(row.status) + (row.reason.empty() ? "" : " (" + row.reason + ")");
}

bool is_parameter(const std::string& axis) {
  const std::array<std::string_view, 5> others{"run", "implementation", "device", "host", "subject"};
  return std::find(others.begin(), others.end(), axis) == others.end();
}

bool is_same_work(double base, double candidate) {
  constexpr double within = 1e-9;  // the same formula in another order differs in its last bits
  return std::abs(base - candidate) <= within * std::max(std::abs(base), std::abs(candidate));
}

/// That the two sides' calls do different work, so that throughput is what compares; else empty.
std::string other_work(const ResultRow& base, const ResultRow& candidate) {
  const bool known = base.work.units > 0 && candidate.work.units > 0;
  if (!known || is_same_work(base.work.units, candidate.work.units)) return {};
  if (base.unit_of_work != candidate.unit_of_work) return {};
  return "a call does " + shortest(base.work.units) + " and " + shortest(candidate.work.units) + " " +
         base.unit_of_work;
}

/// What else was not the same on the two sides, though it is not what is compared: an exact count does not
/// compare then, and beside a time it is told.
struct Circumstances {
  std::string threads;
  std::string work;    ///< operations and bytes of a call
  std::string host;    ///< stops no count: it is of the same class
  std::string device;  ///< likewise: it is of the same model
};

/// How many threads there are on each side where that is no part of what is compared; else empty.
std::string other_threads(int base, int candidate, const std::string& axis) {
  const bool compared = axis == "implementation" || axis == "device" || axis == "threads";
  if (compared || base <= 0 || candidate <= 0 || base == candidate) return {};
  return "the threads went from " + std::to_string(base) + " to " + std::to_string(candidate);
}

Circumstances circumstances(const ResultRow& base, const ResultRow& candidate, const std::string& axis) {
  Circumstances found;
  found.threads = other_threads(base.threads, candidate.threads, axis);
  const auto figure = [&](double Work::*of, const char* name) {
    const double old = base.work.*of;
    const double now = candidate.work.*of;
    if (is_parameter(axis) || is_same_work(old, now)) return;
    found.work += (found.work.empty() ? "" : ", ") + std::string("a call's ") + name + " went from " +
                  shortest(old) + " to " + shortest(now);
  };
  if (both_and_different(base.unit_of_work, candidate.unit_of_work))
    found.work = "a call's unit of work differs: " + either(base.unit_of_work, candidate.unit_of_work);
  figure(&Work::operations, "operations");
  figure(&Work::minimum_bytes, "minimum bytes");
  const bool named = !base.host.empty() && !candidate.host.empty();
  const bool hidden = pseudonym(base.host) == candidate.host || pseudonym(candidate.host) == base.host;
  if (axis != "host" && named && base.host != candidate.host && !hidden)
    found.host = "two hosts of one class: " + either(base.host, candidate.host);
  if (axis != "host" && axis != "device" && both_and_different(base.device_board, candidate.device_board))
    found.device = "two boards of one model: " + either(base.device_board, candidate.device_board);
  return found;
}

void add_reason(Verdict& verdict, const std::string& reason) {
  if (!reason.empty()) verdict.reason += (verdict.reason.empty() ? "" : "; ") + reason;
}

/// What grows with the work of a call.
bool is_of_a_call(const MetricValue& metric) {
  return metric.id.starts_with("time.wall.") || metric.unit == "count";
}

/// What stops the whole case; empty rule: nothing does.
Verdict whole_case(const ResultRow& base, const ResultRow& candidate, const std::string& axis) {
  Verdict verdict;
  verdict.outcome = Outcome::incomparable;
  const auto stop = [&](const char* rule, std::string reason, Outcome outcome = Outcome::incomparable) {
    verdict.rule = rule;
    verdict.reason = std::move(reason);
    verdict.outcome = outcome;
    return verdict;
  };
  if (base.status == Status::skipped && candidate.status == Status::skipped) {
    return stop("presence", "neither side was measured", Outcome::missing);
  }
  if (candidate.status == Status::skipped) {
    return stop("presence", "the new side was not measured: " + candidate.reason, Outcome::missing);
  }
  if (base.status == Status::skipped) {
    return stop("presence", "the base was not measured: " + base.reason, Outcome::new_);
  }
  if (candidate.status != Status::ok) return stop("status", "the new side is " + status_text(candidate));
  if (base.status != Status::ok) return stop("status", "the base is " + status_text(base));
  if (axis != "v" && version_of(base) != version_of(candidate)) {
    return stop("definition",
                "the definition changed: version " + version_of(base) + " and " + version_of(candidate));
  }
  if (axis != "device" && base.device_fidelity != candidate.device_fidelity) {
    return stop("fidelity", "fidelity differs: " + either(base.device_fidelity, candidate.device_fidelity));
  }
  if (axis != "device" && axis != "host" && both_and_different(base.device_model, candidate.device_model)) {
    return stop("device", "another device: " + either(base.device_model, candidate.device_model));
  }
  if (!is_parameter(axis)) {
    if (both_and_different(base.input_digest, candidate.input_digest)) {
      return stop("input", "the inputs differ: " + either(base.input_digest, candidate.input_digest));
    }
    if (base.accuracy == "exact" && candidate.accuracy == "exact" &&
        both_and_different(base.output_digest, candidate.output_digest)) {
      return stop("result", "the results differ: " + either(base.output_digest, candidate.output_digest));
    }
  }
  if (axis != "host" && base.host_class_id != candidate.host_class_id) {
    return stop("host", "another host class: " + either(base.host_class_id, candidate.host_class_id));
  }
  return verdict;
}

/// > 1: the candidate is better.
std::optional<double> ratio_of(double base, double candidate, Better better) {
  const double above = better == Better::lower ? base : candidate;
  const double below = better == Better::lower ? candidate : base;
  if (!(above >= 0) || !(below > 0)) return std::nullopt;
  return above / below;
}

/// Ratio and interval of a pair of values.
void set_ratio(Verdict& verdict, const MetricValue& base, const MetricValue& candidate) {
  verdict.ratio = ratio_of(*base.value, *candidate.value, base.better);
  if (!base.ci_low || !base.ci_high || !candidate.ci_low || !candidate.ci_high) return;
  const bool lower = base.better == Better::lower;
  verdict.ci_low = ratio_of(lower ? *base.ci_low : *base.ci_high,
                            lower ? *candidate.ci_high : *candidate.ci_low, base.better);
  verdict.ci_high = ratio_of(lower ? *base.ci_high : *base.ci_low,
                             lower ? *candidate.ci_low : *candidate.ci_high, base.better);
}

/// That the two sides took different ISA paths; else empty.
std::string other_isa(const std::string& base, const std::string& candidate) {
  return both_and_different(base, candidate) ? "the ISA path changed: " + base + " to " + candidate : "";
}

/// `isa`: of the lane that counted, where that is known.
void judge_exact(Verdict& verdict, const MetricValue& base, const MetricValue& candidate,
                 const std::string& isa, const Circumstances& around) {
  verdict.rule = "exact";
  const auto stop = [&](const char* cause, const std::string& reason) {
    verdict.outcome = Outcome::incomparable;
    verdict.cause = cause;
    verdict.reason = reason;
  };
  if (both_and_different(base.tool, candidate.tool)) {
    return stop("tool", "counts of two tools do not compare: " + either(base.tool, candidate.tool));
  }
  if (!isa.empty()) return stop("isa", isa);
  if (!around.threads.empty()) return stop("threads", around.threads);
  if (!around.work.empty()) return stop(cause_work, around.work);
  const auto low = [](const MetricValue& m) { return m.ci_low.value_or(*m.value); };
  const auto high = [](const MetricValue& m) { return m.ci_high.value_or(*m.value); };
  const bool spread = low(base) != high(base) || low(candidate) != high(candidate);
  if (spread && low(base) <= high(candidate) && low(candidate) <= high(base)) {
    verdict.outcome = Outcome::undecided;
    verdict.reason = "it differs between launches, and the ranges overlap";
    return;
  }
  if (*base.value == *candidate.value) {
    verdict.outcome = Outcome::same;
    verdict.ratio = 1;
    return;
  }
  const bool improved = (*candidate.value < *base.value) == (base.better == Better::lower);
  verdict.outcome = improved ? Outcome::faster : Outcome::slower;
  const double change = *candidate.value - *base.value;
  const bool whole = std::abs(change) < 1e15 && change == std::floor(change);
  verdict.reason = (change > 0 ? "+" : "") +
                   (whole ? std::to_string(static_cast<std::int64_t>(change)) : shortest(change)) + " " +
                   base.unit;
}

void judge_measured(Verdict& verdict, const ResultRow& base, const ResultRow& candidate,
                    const std::string& axis, const std::string& isa, const Circumstances& around) {
  verdict.rule = "unpaired";
  verdict.outcome = Outcome::undecided;
  if (base.device_fidelity == "functional" || candidate.device_fidelity == "functional") {
    verdict.reason = "an emulator is never judged on time";
  } else if (base.device_fidelity != candidate.device_fidelity) {
    verdict.outcome = Outcome::incomparable;
    verdict.cause = "fidelity";
    verdict.reason = "fidelity differs: " + either(base.device_fidelity, candidate.device_fidelity) +
                     "; times of a software device stand beside no real one's";
  } else if (axis == "run" && base.run == candidate.run) {
    verdict.reason = "both sides are the same run: nothing is compared";
  } else if (base.run != candidate.run && axis == "host") {
    verdict.reason =
        "two hosts have no launches side by side, and what sessions of either differ by is not in its "
        "interval: 'assay report hardware' ranks hosts";
  } else if (base.run != candidate.run && verdict.metric == time_metric) {
    verdict.rule = "session";
  } else if (base.run != candidate.run) {
    verdict.reason = "two separate runs are not paired, and only their time is judged";
  } else if (!verdict.ci_low || !verdict.ci_high) {
    verdict.reason = "too few launches for an interval of the ratio: 95 % needs 4 a side";
  } else if (*verdict.ci_low > 1 + equality_margin) {
    verdict.outcome = Outcome::faster;
  } else if (*verdict.ci_high < 1 / (1 + equality_margin)) {
    verdict.outcome = Outcome::slower;
  } else if (*verdict.ci_low >= 1 / (1 + equality_margin) && *verdict.ci_high <= 1 + equality_margin) {
    verdict.outcome = Outcome::same;
  } else {
    verdict.reason = "the interval of the ratio reaches over the margin of 1 %";
  }
  const bool moved = verdict.outcome == Outcome::slower || verdict.outcome == Outcome::faster;
  if (moved && axis == "subject" && is_same_machine_code(base, candidate)) {
    verdict.outcome = Outcome::undecided;
    verdict.cause = cause_layout;
    add_reason(verdict, "both sides execute the same machine code");
  }
  if (!isa.empty()) {
    verdict.cause = "isa";
    add_reason(verdict, isa);
  }
  if (verdict.cause.empty() && !around.threads.empty()) verdict.cause = "threads";
  for (const std::string& what : {around.threads, around.work, around.host, around.device})
    add_reason(verdict, what);
}

bool all_positive(const std::vector<double>& values) {
  return !values.empty() && std::all_of(values.begin(), values.end(), [](double v) { return v > 0; });
}

/// The ratio of times, times `scale`, from all pairs of launches; as it was where there are none.
void set_time_ratio(Verdict& verdict, const ResultRow& base, const ResultRow& candidate, double scale) {
  if (!all_positive(base.launch_medians_ns) || !all_positive(candidate.launch_medians_ns)) return;
  const stats::Ratio ratio =
      stats::ratio_of_launch_medians(base.launch_medians_ns, candidate.launch_medians_ns);
  verdict.ratio = ratio.value * scale;
  verdict.ci_low = ratio.interval ? std::optional(ratio.interval->low * scale) : std::nullopt;
  verdict.ci_high = ratio.interval ? std::optional(ratio.interval->high * scale) : std::nullopt;
}

}  // namespace

bool is_same_machine_code(const ResultRow& base, const ResultRow& candidate) {
  return !base.machine_code.empty() && base.machine_code == candidate.machine_code;
}

bool is_exact(const std::string& metric_id) {
  static constexpr std::array<std::string_view, 7> sources{"callgrind.", "qemu.",   "fuel.",  "size.",
                                                           "stack.",     "shader.", "digest."};
  return std::any_of(sources.begin(), sources.end(),
                     [&](std::string_view s) { return metric_id.starts_with(s); });
}

std::vector<Verdict> judge_pair(const ResultRow& base, const ResultRow& candidate, const std::string& axis,
                                const std::string& against) {
  Verdict whole = whole_case(base, candidate, axis);
  whole.against = against;
  const bool other_class =
      whole.rule == "host";  // its times do not compare; its counts, where all else is the same
  if (!whole.rule.empty() && !other_class) return {whole};

  const bool path_is_axis = axis == "implementation" || axis == "device";
  const std::string work = other_work(base, candidate);
  const Circumstances around = circumstances(base, candidate, axis);
  std::vector<Verdict> verdicts;
  if (other_class) verdicts.push_back(std::move(whole));
  for (const MetricValue& old : base.metrics) {
    if (other_class && !is_exact(old.id)) continue;
    const MetricValue* now = find_metric(candidate, old.id);
    if (old.better == Better::neither || now == nullptr || (!old.value && !now->value)) continue;
    Verdict verdict;
    verdict.metric = old.id;
    verdict.against = against;
    if (!old.value || !now->value) {
      verdict.rule = "presence";
      verdict.outcome = Outcome::incomparable;
      verdict.reason =
          (old.value ? "the new side has no value: " + now->reason : "the base has no value: " + old.reason);
    } else if (old.unit != now->unit) {
      verdict.rule = "definition";
      verdict.outcome = Outcome::incomparable;
      verdict.reason = "the units differ: " + either(old.unit, now->unit);
    } else {
      set_ratio(verdict, old, *now);
      if (!work.empty() && (is_of_a_call(old) || (is_exact(old.id) && !is_parameter(axis)))) {
        verdict.ratio = verdict.ci_low = verdict.ci_high = std::nullopt;
        verdict.rule = "definition";
        verdict.outcome = Outcome::incomparable;
        verdict.cause = cause_work;
        verdict.reason = work + ": throughput is compared";
      } else if (is_exact(old.id)) {
        verdict.ci_low.reset();
        verdict.ci_high.reset();
        const bool known = !old.isa.empty() && !now->isa.empty();
        const std::string path = known ? other_isa(old.isa, now->isa) : other_isa(base.isa, candidate.isa);
        Circumstances counted = around;  // in its own lane, where that is known
        if (old.threads > 0 && now->threads > 0)
          counted.threads = other_threads(old.threads, now->threads, axis);
        judge_exact(verdict, old, *now, path_is_axis ? "" : path, counted);
      } else {
        if (old.id == time_metric) set_time_ratio(verdict, base, candidate, 1);
        if (!work.empty() && old.id == "throughput." + base.unit_of_work) {
          set_time_ratio(verdict, base, candidate, candidate.work.units / base.work.units);
        }
        judge_measured(verdict, base, candidate, axis, path_is_axis ? "" : other_isa(base.isa, candidate.isa),
                       around);
        add_reason(verdict, work);
      }
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace assay
