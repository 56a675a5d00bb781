// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "harness/answers/results.h"
#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/plan_run.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_collectors.h"
#include "harness/cli/table.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/judge/quantity.h"
#include "harness/run/interrupt.h"
#include "harness/run/uuid.h"
#include "harness/stats/quantile.h"
#include "harness/trials/capacity.h"

namespace assay::cli {

namespace {

constexpr double longest_launch_s = 10;
constexpr double shortest_loop_s = 0.05;  // a stall of the scheduler is no overload

struct CapacityOptions {
  RunOptions measure;
  std::string selector;
  std::string limit;  ///< "p99=10ms"
  std::string of;     ///< empty: requests a second; else a parameter
  std::string start;
  std::string precision = "5%";
  std::int64_t launches = 6;
  std::int64_t most_launches = 24;
  std::int64_t most_probes = 12;
};

struct Limit {
  std::string metric;
  double fraction = 0;  ///< 0.99
  Quantity most;
  std::string text;  ///< "p99 at most 10 ms"
};

Limit limit_of(const std::string& text) {
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto most = equals == std::string::npos ? std::nullopt : parse_quantity(text.substr(equals + 1));
  const double fraction = name == "p50" ? 0.5 : name == "p90" ? 0.9 : name == "p99" ? 0.99 : 0;
  const bool known = fraction > 0;
  if (!known || !most || most->unit != "ns" || !(most->value > 0))
    throw Error(ErrorCode::usage, "'" + printable(text, 60) + "' is no limit of latency",
                "write p50, p90 or p99 and a time: --limit p99=10ms");
  return {"time.wall." + name, fraction, *most, name + " at most " + duration(most->value)};
}

/// Requests of a launch: a tenth more than a percentile of its own needs, and enough for a median that one
/// slow request does not move.
double samples_of_a_launch(double fraction) {
  constexpr double least = 30, margin = 1.1;
  return std::max(least, margin * static_cast<double>(stats::minimum_count(fraction)));
}

double positive(const std::string& text, const char* flag) {
  const bool percent = text.ends_with('%');
  const auto value = parse_real(percent ? text.substr(0, text.size() - 1) : text);
  if (!value || !(*value > 0))
    throw Error(ErrorCode::usage, fmt::format("{}: '{}' is no number above 0", flag, printable(text, 60)),
                "write 5% or 200");
  return percent ? *value / 100 : *value;
}

/// The search's probes, each a run of its own that carries the label capacity=ID.
class Probes {
 public:
  Probes(const CapacityOptions& options, Context& context, Store& store, Limit limit)
      : options_(options),
        context_(context),
        store_(store),
        limit_(std::move(limit)),
        workers_(workers_for(options.measure, context)),
        reporter_(context.terminal),
        id_(run::make_uuid().substr(0, 8)),
        shortest_s_(seconds_of(context.settings.get("rules.max_time"), "rules.max_time")) {}

  const std::string& id() const { return id_; }
  const std::string& trouble() const { return trouble_; }
  const std::vector<MetricValue>& values() const { return values_; }

  /// Half of the requests a second that calls back to back reach.
  double start() {
    const ResultRow row = measure("", static_cast<int>(options_.launches), shortest_s_);
    const MetricValue* median = find_metric(row, "time.wall.p50");
    if (row.status != Status::ok || median == nullptr || !median->value)
      throw Error(ErrorCode::worker, row.case_key + ": " + row.reason, "measure it with 'assay run' first");
    return 0.5e9 / *median->value;
  }

  Fit probe(double value, int launches) {
    const bool rate = options_.of.empty();
    const std::string key =
        rate ? "load=open:" + fmt::format("{:.6g}", value) : fmt::format("{}={:.0f}", options_.of, value);
    const double samples = samples_of_a_launch(limit_.fraction);
    const double wanted_s = rate ? std::min(samples / value, longest_launch_s) : 0;
    const double least_s = rate ? samples / static_cast<double>(options_.launches) * 1.5 / value : 0;
    const ResultRow row =
        measure(key, launches, std::max({shortest_s_, wanted_s, least_s, rate ? shortest_loop_s : 0}));
    MetricValue seen;
    seen.reason = row.status == Status::ok ? "" : to_string(row.status) + ": " + row.reason;
    if (const MetricValue* metric = find_metric(row, limit_.metric)) seen = *metric;
    Fitness fit = judge_limit(seen, true, limit_.most);
    if (find_metric(row, "load.overloaded") != nullptr) fit.fit = Fit::fail;
    trouble_ = fit.fit == Fit::not_measured ? row.case_key + ": " + fit.reason : "";
    if (launches == options_.launches || values_.empty()) values_.emplace_back();
    values_.back() = std::move(seen);
    return fit.fit;
  }

 private:
  /// One run of the case with `key`, stored.
  ResultRow measure(const std::string& key, int launches, double max_time_s) {
    RunOptions one = options_.measure;
    const auto device = options_.selector.find('@');
    const std::string place = device == std::string::npos ? "" : options_.selector.substr(device);
    std::string text = options_.selector.substr(0, device);
    if (!key.empty()) text += (text.find('?') == std::string::npos ? "?" : "&") + key;
    one.selectors = {text + place};
    one.labels.push_back("capacity=" + id_);
    one.flags.launches = std::to_string(launches);
    one.flags.max_time = fmt::format("{:.0f}ms", max_time_s * 1e3);
    run::PlanRequest request;
    run::Plan plan;
    run::Execution execution = plan_new(one, context_, workers_, request, plan);
    choose_collectors(execution, context_.settings);
    if (plan.cases.size() != 1)
      throw Error(plan.cases.empty() ? ErrorCode::unavailable : ErrorCode::usage,
                  fmt::format("'{}' is {} cases here; a capacity is of one", text + place, plan.cases.size()),
                  "write it out: 'vision.resize/simd?threads=1'");
    const auto outcome = run::execute(execution, store_, reporter_.callbacks());
    return results(store_, outcome.run_id).at(0);
  }

  const CapacityOptions& options_;
  Context& context_;
  Store& store_;
  Limit limit_;
  std::vector<run::WorkerInfo> workers_;
  Reporter reporter_;
  std::string id_;
  double shortest_s_;
  std::string trouble_;
  std::vector<MetricValue> values_;  ///< of each step
};

std::string value_text(const CapacityOptions& options, double value) {
  return options.of.empty() ? fmt::format("{:.4g}/s", value) : fmt::format("{}={:.0f}", options.of, value);
}

/// What was found, in a sentence.
std::string sentence(const CapacityOptions& options, const Limit& limit,
                     const trials::CapacityOutcome& found) {
  if (found.low <= 0)
    return fmt::format("No value that was tried keeps {}{}.", limit.text,
                       found.high ? "; the smallest was " + value_text(options, *found.high) : "");
  std::string text =
      fmt::format("{} keeps {} with 95 % confidence", value_text(options, found.low), limit.text);
  if (!found.high) return text + "; nothing that was tried does not.";
  return text + fmt::format("; {} {}{}.", value_text(options, *found.high),
                            found.high_undecided ? "stays undecided" : "does not",
                            found.found ? "" : " (the search ended before they are near each other)");
}

int run_it(CapacityOptions& options, Context& context) {
  const Limit limit = limit_of(options.limit);
  trials::CapacitySettings settings;
  settings.precision = positive(options.precision, "--precision");
  settings.launches = static_cast<int>(options.launches);
  settings.most_launches = static_cast<int>(options.most_launches);
  settings.most_probes = static_cast<int>(options.most_probes);
  settings.whole = !options.of.empty();
  const double start = options.start.empty() ? 0 : positive(options.start, "--start");  // 0: not given
  Store store = Store::open(context.settings.database(), Store::Mode::create);
  run::InterruptGuard guard(interrupt_note(context.terminal));
  Probes probes(options, context, store, limit);
  settings.start = start > 0 ? start : settings.whole ? 1 : probes.start();
  const auto stop = [] { return run::interrupt_signal() != 0; };
  trials::CapacityOutcome found;
  if (!stop())
    found = trials::find_capacity([&](double value, int launches) { return probes.probe(value, launches); },
                                  settings, stop);
  guard.measuring_ended();
  context.terminal.clear_status();
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  Table table({{"tried", true, always},
               {limit.metric, true, always},
               {"interval", false, 5},
               {"launches", true, 4},
               {"kept", false, always}});
  for (std::size_t i = 0; i < found.steps.size(); ++i) {
    const auto& step = found.steps[i];
    const MetricValue& seen = probes.values()[i];
    table.add({value_text(options, step.value), seen.value ? duration(*seen.value) : "",
               seen.ci_low && seen.ci_high
                   ? fmt::format("{} to {}", duration(*seen.ci_low), duration(*seen.ci_high))
                   : "",
               std::to_string(step.launches), to_string(step.fit)});
    steps.push_back(
        {{"value", step.value},
         {"launches", step.launches},
         {"fit", to_string(step.fit)},
         {"latency_ns", seen.value ? nlohmann::ordered_json(*seen.value) : nlohmann::ordered_json()}});
  }
  if (context.json) {
    context.terminal.out(json_answer(
        "capacity", {{"id", probes.id()},
                     {"case", options.selector},
                     {"of", options.of.empty() ? "requests/s" : options.of},
                     {"metric", limit.metric},
                     {"at_most_ns", limit.most.value},
                     {"low", found.low > 0 ? nlohmann::ordered_json(found.low) : nlohmann::ordered_json()},
                     {"high", found.high ? nlohmann::ordered_json(*found.high) : nlohmann::ordered_json()},
                     {"high_undecided", found.high_undecided},
                     {"found", found.found},
                     {"steps", steps}}));
  } else {
    context.terminal.out(printable(sentence(options, limit, found)) + "\n\n" +
                         table.text(context.terminal.width()) +
                         fmt::format("Its runs carry the label capacity={}.\n", probes.id()));
  }
  if (!probes.trouble().empty()) context.terminal.error("assay: " + printable(probes.trouble(), 500));
  if (stop()) return 128 + run::interrupt_signal();
  return found.low > 0 || found.high ? exit_fine : exit_dead_gate;
}

}  // namespace

CommandSpec capacity_command() {
  return {
      "capacity", "the most requests a second, or the largest parameter, that keeps a latency",
      "assay capacity 'vision.resize/simd?threads=1' --limit p99=10ms", [](Arguments arguments) {
        auto options = std::make_shared<CapacityOptions>();
        arguments.explain_below(
            "Each value that is tried is an open loop (load=open:RATE) in fresh launches, judged by the "
            "whole "
            "interval of its latency; the search doubles or halves, then halves the distance. What it "
            "measured is stored, and 'assay report hardware' takes it for requirements of capacity. It ends "
            "with 5 where nothing could be judged.\n");
        arguments.add("case", options->selector, "one case, without a load").required();
        arguments.add("--limit", options->limit, "of the latency: p50, p90 or p99, as p99=10ms").required();
        arguments.add("--of", options->of,
                      "a parameter of whole numbers instead of requests a second, in calls back to back");
        arguments.add("--start", options->start,
                      "the first value (half of what calls back to back reach; 1)");
        arguments
            .add("--precision", options->precision,
                 "how near the last value kept is to the first that is not")
            .show_default();
        arguments.add("--launches", options->launches, "of a value").show_default().between(5, 1000);
        arguments.add("--most-launches", options->most_launches, "of a value that is undecided, doubling")
            .show_default()
            .between(5, 10'000);
        arguments.add("--most-probes", options->most_probes, "values tried").show_default().between(1, 100);
        arguments.add("--label", options->measure.labels, "name or key=value, to find the runs again")
            .one_a_flag();
        arguments
            .add("--input", options->measure.inputs,
                 "real input: FAMILY=FILE, for tables FAMILY=FILE:ROLE=COLUMN,...")
            .one_a_flag();
        return [options](Context& context) { return run_it(*options, context); };
      }};
}

}  // namespace assay::cli
