// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/measure.h"
#include "harness/cli/roofline_view.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "harness/run/topology.h"
#include "reports/chart/svg.h"
#include "reports/chart/text.h"

namespace assay::cli {

namespace {

constexpr const char* suite = "roofline";

struct Options {
  std::string run;
  std::string selector;
  std::optional<std::string> svg;
  bool measure = false;
};

/// The newest complete run of this suite (or, `other`, of anything else) on a host class; "" when there is
/// none.
std::string newest_run(const Store& store, const std::string& class_id, bool other) {
  for (const auto& summary : store.list_runs()) {  // newest first
    const bool ours = summary.suite == suite;
    if (summary.state == "complete" && ours != other && summary.host_class_id == class_id) return summary.id;
  }
  return "";
}

/// Arrays of four times all last-level caches, which the suite's presets may be too small for.
std::vector<std::string> beyond_caches(const run::Topology& topology) {
  constexpr std::int64_t largest_preset = std::int64_t{256} << 20;
  const std::int64_t bytes = 4 * topology.last_level_cache_bytes;
  if (bytes <= largest_preset || bytes > topology.memory_bytes / 4) return {};
  return {fmt::format("roof.mem/*?kind=load|copy&bytes={}&threads=1|all@cpu", bytes)};
}

void print(const Roofline& roofline, const std::string& roof_run, const std::string& case_run,
           const Context& context) {
  const std::size_t width = context.terminal.width();
  std::string text = limits_table(roofline, width);
  std::set<int> threads;
  for (const auto& limit : roofline.limits) {
    if (limit.kind == Limit::Kind::arithmetic) threads.insert(limit.threads);
  }
  const int columns = static_cast<int>(width == 0 ? 100 : std::min<std::size_t>(width, 140));
  for (const int count : threads) {
    text += "\n" + chart::text(chart::draw(roofline_chart(roofline, count), chart::terminal(columns, 24)));
  }
  const std::string placed = placements_table(roofline, width);
  if (!placed.empty()) text += "\n" + placed;
  text += fmt::format("\nLimits from run {}", roof_run.substr(0, 8));
  if (!placed.empty()) text += fmt::format(", cases from run {}", case_run.substr(0, 8));
  text += ". Operations and bytes are those of the definitions: what a case must do and move at least.\n";
  const bool memory = std::any_of(roofline.limits.begin(), roofline.limits.end(), [](const Limit& limit) {
    return limit.kind == Limit::Kind::bandwidth && limit.level == "memory";
  });
  if (!memory) {
    text +=
        "Memory itself was not reached: that takes arrays of four times all last-level caches "
        "('roof.mem?bytes=...').\n";
  }
  context.terminal.out(text);
}

std::vector<ResultRow> rows_of(const Store& store, const std::string& run_id, const std::string& selector) {
  std::optional<Selector> only;
  if (!selector.empty()) only = parse_selector(selector);
  return results(store, run_id, only);
}

/// Prints what the store knows. \returns the rows of the run with the limits.
std::vector<ResultRow> answer(const Options& options, const Store& store, const std::string& roof_run,
                              Context& context) {
  const Run run = store.load_run(roof_run);
  auto roofs = results(store, roof_run);
  const std::string case_run =
      options.run.empty() ? newest_run(store, run.host.class_id(), true) : store.find_run(options.run);
  const auto cases = case_run.empty() ? std::vector<ResultRow>() : rows_of(store, case_run, options.selector);
  const Roofline roofline = make_roofline(roofs, cases, run.host.host_class);
  if (roofline.limits.empty()) {
    throw Error(ErrorCode::unavailable,
                fmt::format("run {} holds no valid case of the family roof", roof_run.substr(0, 8)),
                "assay roofline --measure");
  }
  if (options.svg) {
    int most = 1;
    for (const auto& limit : roofline.limits) most = std::max(most, limit.threads);
    write_file(
        *options.svg,
        chart::svg(chart::draw(roofline_chart(roofline, most), chart::Canvas{.width = 900, .height = 560})),
        store.path());
  }
  if (context.json) {
    context.terminal.out(roofline_json(roofline, roof_run));
  } else {
    print(roofline, roof_run, case_run, context);
  }
  return roofs;
}

/// The stored limits of the host whose cases are to be placed (this one, when no run is named); "" when they
/// are to be measured here. \throws Error{unavailable} when another host's are not stored.
std::string stored_limits(const Options& options, const Store& store, const run::Topology& topology) {
  const std::string here = run::read_host(topology).class_id();
  const std::string wanted =
      options.run.empty() ? here : store.load_run(store.find_run(options.run)).host.class_id();
  const std::string found = newest_run(store, wanted, false);
  if (!found.empty() || wanted == here) return found;
  throw Error(ErrorCode::unavailable,
              fmt::format("run {} was measured on another host, whose limits are not in {}", options.run,
                          store.path()),
              "run 'assay roofline' there, and merge the databases ('assay db merge')");
}

int run_it(const Options& options, Context& context) {
  if (options.svg) check_output(*options.svg, context.settings.database());
  const run::Topology topology = run::read_topology();
  if (!options.measure) {
    const Store store = Store::open(context.settings.database(), Store::Mode::create);
    const std::string limits = stored_limits(options, store, topology);
    if (!limits.empty()) {
      answer(options, store, limits, context);
      return exit_fine;
    }
  }
  context.terminal.note("measuring this machine's limits (the suite roofline), a few minutes");
  RunOptions run;
  run.suites = {suite};
  run.selectors = beyond_caches(topology);
  return measure(run, context, [&](const Store& store, const std::string& run_id) {
    return answer(options, store, run_id, context);
  });
}

}  // namespace

CommandSpec roofline_command() {
  return {"roofline", "this machine's measured limits, and where cases stand under them",
          "assay roofline latest 'llm.*' --svg roofline.svg", [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            app.add_option("run", options->run,
                           "whose cases to place (the newest of this host that has other cases)");
            app.add_option("selector", options->selector, "only these cases: 'llm.*'");
            app.add_option("--svg", options->svg, "also write the picture to this file");
            app.add_flag("--measure", options->measure,
                         "measure the limits anew; else the newest stored ones are taken, and measured when "
                         "there are none");
            return [options](Context& context) { return run_it(*options, context); };
          }};
}

}  // namespace assay::cli
