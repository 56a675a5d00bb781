// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/machine_runs.h"
#include "harness/cli/measure.h"
#include "harness/cli/roofline_view.h"
#include "harness/cli/run_sentences.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "harness/run/topology.h"
#include "reports/chart/svg.h"
#include "reports/chart/text.h"

namespace assay::cli {

namespace {

struct RooflineOptions {
  std::string run;
  std::string selector;
  std::string device = "cpu";
  std::optional<std::string> svg;
  bool measure = false;
};

/// Arrays of four times all last-level caches, which the suite's presets may be too small for.
std::vector<std::string> beyond_caches(const run::Topology& topology) {
  constexpr std::int64_t largest_preset = std::int64_t{256} << 20;
  const std::int64_t bytes = 4 * topology.last_level_cache_bytes;
  if (bytes <= largest_preset || bytes > topology.memory_bytes / 4) return {};
  return {fmt::format("roof.mem/*?kind=load|copy|triad|triad_nt&bytes={}&threads=1|all@cpu", bytes)};
}

/// Of a device that is not the CPU: small arrays for its caches, large ones for its memory.
std::vector<std::string> device_roofs(const std::string& device) {
  std::vector<std::string> selectors;
  for (const char* cases : {"roof.mem/*?kind=load|copy|triad&bytes=16777216|536870912",
                            "roof.fma/*?dtype=f32|f64&rounds=4096&blocks=4096", "roof.launch/*?launches=1|20",
                            "roof.transfer/*?direction=*&memory=*"})
    selectors.push_back(std::string(cases) + "@" + device);
  return selectors;
}

/// The newest run with limits of the options' device or, `other`, with other cases.
std::string newest(const RooflineOptions& options, const Store& store, const Machine& machine, bool other) {
  return options.device == "cpu" ? newest_run(store, machine, other)
                                 : newest_device_run(store, machine, options.device, other);
}

/// \throws Error{usage} where a device's number is another board's in the two runs.
void refuse_other_board(const RooflineOptions& options, const Store& store, const Run& limits,
                        const Run& cases) {
  const std::string then = board_of(store.load_summaries(limits.id), options.device);
  const std::string now = board_of(store.load_summaries(cases.id), options.device);
  if (then.empty() || now.empty() || then == now) return;
  throw Error(
      ErrorCode::usage,
      fmt::format("{} was {} in run {}, whose limits these are, and {} in run {}, whose cases are to be "
                  "placed: another board",
                  options.device, printable(then, 60), limits.id.substr(0, 8), printable(now, 60),
                  cases.id.substr(0, 8)),
      fmt::format("measure the limits of the board that is here now: assay roofline --device {} --measure",
                  options.device));
}

/// \p contended: what must be known of the launches of the limits; may be empty.
void print(const Roofline& roofline, const Run& limits, const Run* cases, const std::string& contended,
           const Context& context) {
  const std::size_t width = context.terminal.width();
  std::string text = limits_table(roofline, width);
  text +=
      "Intervals are of 95 % from 6 launches on; of fewer they are what was seen, which holds the median "
      "less often.\n";
  if (roofline.fidelity == "software")
    text += roofline.device + " is a CPU driver (fidelity software): these are no limits of a GPU.\n";
  if (!contended.empty()) text += "Of these limits' launches: " + contended + "\n";
  const int columns = static_cast<int>(width == 0 ? 100 : std::min<std::size_t>(width, 140));
  for (const auto& chart : roofline_charts(roofline))
    text += "\n" + chart::text(chart::draw(chart, chart::terminal(columns, 24)));
  const std::string placed = placements_table(roofline, width);
  if (!placed.empty()) text += "\n" + placed;
  text += "\n" + sources_text(limits, placed.empty() ? nullptr : cases);
  text += " Operations and bytes are those of the definitions: what a case must do and move at least.\n";
  const bool memory = std::any_of(roofline.limits.begin(), roofline.limits.end(), [](const Limit& limit) {
    return limit.kind == Limit::Kind::bandwidth && limit.level == "memory";
  });
  if (!memory && roofline.device == "cpu") {
    text +=
        "Memory itself was not reached: that takes arrays of four times all last-level caches "
        "('roof.mem?bytes=...').\n";
  }
  context.terminal.out(text);
}

/// A run of limits that was stopped: the table of those that there are, as no case has its place under a
/// part.
void print_part(const Roofline& roofline, const std::vector<ResultRow>& roofs, const Context& context) {
  const auto measured = std::count_if(roofs.begin(), roofs.end(),
                                      [](const ResultRow& row) { return row.status != Status::skipped; });
  context.terminal.out(
      fmt::format("Interrupted: {} of {} cases were measured. These limits are no roofline yet, and no "
                  "case is placed under them.\n{}{}",
                  measured, roofs.size(), roofline.limits.empty() ? "" : "\n",
                  roofline.limits.empty() ? "" : limits_table(roofline, context.terminal.width())));
}

std::vector<ResultRow> rows_of(const Store& store, const std::string& run_id, const std::string& selector) {
  std::optional<Selector> only;
  if (!selector.empty()) only = parse_selector(selector);
  return results(store, run_id, only);
}

/// Prints what the store knows of limits of `roof_run`, and of cases of `case_run`, else of the newest of the
/// same machine that has others. \returns the rows of the run with the limits.
std::vector<ResultRow> answer(const RooflineOptions& options, const Store& store, const std::string& roof_run,
                              std::string case_run, Context& context) {
  const Run limits = store.load_run(roof_run);
  const auto launches = store.load_summaries(roof_run);
  auto roofs = results(store, limits, launches);
  const bool part = limits.state == "interrupted";
  if (part) case_run.clear();
  if (case_run.empty() && !part) case_run = newest(options, store, Machine(limits.host), true);
  std::optional<Run> cases;
  std::vector<ResultRow> rows;
  if (!case_run.empty()) {
    cases = store.load_run(case_run);
    if (options.device != "cpu") refuse_other_board(options, store, limits, *cases);
    rows = rows_of(store, case_run, options.selector);
  }
  const Roofline roofline = make_roofline(roofs, rows, limits.host.host_class, options.device);
  if (part && !context.json) {
    print_part(roofline, roofs, context);
    return roofs;
  }
  if (roofline.limits.empty() && !part) {
    throw Error(ErrorCode::unavailable,
                fmt::format("run {} holds no valid case of the family roof on {}", roof_run.substr(0, 8),
                            options.device),
                options.device == "cpu" ? "assay roofline --measure"
                                        : "assay roofline --measure --device " + options.device);
  }
  if (options.svg) {
    std::vector<chart::Scene> scenes;
    for (const auto& chart : roofline_charts(roofline))
      scenes.push_back(chart::draw(chart, chart::Canvas{.width = 900, .height = 560}));
    write_file(*options.svg, chart::svg_column(scenes), store.path());
  }
  if (context.json) {
    context.terminal.out(roofline_json(roofline, limits, cases ? &*cases : nullptr,
                                       contended_sentence(launches), context.identify));
  } else {
    print(roofline, limits, cases ? &*cases : nullptr, contended_sentence(launches), context);
  }
  return roofs;
}

int run_it(const RooflineOptions& options, Context& context) {
  if (options.device.find_first_of("=*") != std::string::npos)
    throw Error(ErrorCode::usage,
                fmt::format("--device {}: one device's limits", printable(options.device, 60)),
                "give its number, as in cuda:0; 'assay list devices' has them");
  refuse_far_workers(context, "assay roofline");
  const std::string path = context.settings.database();
  if (options.svg) check_output(*options.svg, path);
  const run::Topology topology = run::read_topology();
  std::string case_run;  // before limits are measured: "latest" is another one then
  std::error_code ignored;
  const bool kept = std::filesystem::exists(path, ignored) && !std::filesystem::is_empty(path, ignored);
  if (!options.run.empty() || kept) {
    const Store store = Store::open(path, Store::Mode::read_only);
    const Machine here(run::read_host(topology));
    Machine machine = here;
    std::string limits;
    if (!options.run.empty()) {
      case_run = store.find_run(options.run);
      const Run run = store.load_run(case_run);
      machine = Machine(run.host);
      if (options.device == "cpu" && run.settings.suite == roofline_suite) limits = case_run;
    }
    if (limits.empty()) limits = newest(options, store, machine, false);
    if (!options.measure && !limits.empty()) {
      answer(options, store, limits, case_run, context);
      return exit_fine;
    }
    if (machine != here && !limits.empty()) {
      throw Error(ErrorCode::usage,
                  fmt::format("run {} was measured on another host ({}), and --measure measures this one",
                              options.run, printable(machine.name, 100)),
                  "leave --measure out: that host's limits are in " + path);
    }
    if (machine != here) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("run {} was measured on another host ({}), whose limits are not in {}",
                              options.run, printable(machine.name, 100), path),
                  "run 'assay roofline' there, and merge the databases ('assay db merge')");
    }
  }
  RunOptions run;
  if (options.device == "cpu") {
    context.terminal.note("measuring this machine's limits (the suite roofline), a few minutes");
    run.suites = {roofline_suite};
    run.selectors = beyond_caches(topology);
  } else {
    context.terminal.note("measuring the limits of " + options.device + ", a few minutes");
    run.selectors = device_roofs(options.device);
    run.flags.launches = "3";
  }
  return measure(run, context, [&](const Store& store, const std::string& run_id) {
    return answer(options, store, run_id, case_run, context);
  });
}

}  // namespace

CommandSpec roofline_command() {
  return {"roofline", "this machine's measured limits, and where cases stand under them",
          "assay roofline latest 'llm.*' --svg roofline.svg", [](Arguments arguments) {
            auto options = std::make_shared<RooflineOptions>();
            arguments.add("run", options->run,
                          "whose cases to place (the newest of this host that has other cases)");
            arguments.add("selector", options->selector, "only these cases: 'llm.*'");
            arguments.add("--device", options->device,
                          "of this device (cuda:0, vulkan:0) instead of the CPU, timed by its own clock");
            arguments.add("--svg", options->svg, "also write the picture to this file");
            arguments.flag(
                "--measure", options->measure,
                "measure the limits anew; else the newest stored ones of that machine (of RUN, else of "
                "this one) are taken, and measured when there are none");
            return [options](Context& context) { return run_it(*options, context); };
          }};
}

}  // namespace assay::cli
