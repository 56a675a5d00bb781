// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "harness/answers/profile.h"
#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/machine_runs.h"
#include "harness/cli/measure.h"
#include "harness/cli/metric_groups.h"
#include "harness/cli/profile_view.h"
#include "harness/cli/run_state.h"
#include "harness/cli/show_view.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "reports/chart/svg.h"

namespace assay::cli {

namespace {

struct ProfileOptions {
  std::string selector;
  std::string run;
  std::string against;
  std::int64_t loops = 3;
  std::optional<std::string> svg;
  RunOptions measure;
};

/// All that explains: exact counts, what host and process did, and every metric group whose events this
/// machine counts.
std::vector<std::string> explaining(const Context& context) {
  std::vector<std::string> wished{
      "callgrind:cache,branch,hot_spots", "allocations", "clock", "rusage", "pressure", "memory", "regions"};
  for (const auto& group : groups_here(context)) {
    if (usable(group, try_group(group)) == "yes") wished.push_back("group:" + group.name);
  }
  return wished;
}

/// Without exact counts the half of a profile is missing: why, and what to do about it.
void tell_absent(const Context& context) {
  for (const auto& row : program_components().around_collectors) {
    const Probe probe = row.make()->probe();
    if (!probe.available)
      context.terminal.note(fmt::format("no exact counts: {}\n  {}", probe.reason, probe.remedy));
  }
}

/// Profiles of one store's runs; their machines' limits are looked up once each.
class Profiler {
 public:
  Profiler(const Store& store, const Context& context) : store_(store), context_(context) {}

  Profile of(const Run& run, const ResultRow& row) {
    const auto planned = std::find_if(run.plan.begin(), run.plan.end(),
                                      [&](const auto& one) { return to_string(one.value) == row.case_key; });
    const auto launches =
        planned == run.plan.end() ? std::vector<Launch>() : store_.load_case(run.id, planned->ordinal);
    return make_profile(row, launches, roofs_of(run, row.value.device), run.host.host_class);
  }

 private:
  const std::vector<ResultRow>& roofs_of(const Run& run, const std::string& device) {
    auto [found, fresh] = roofs_.try_emplace(run.host.name + "\n" + run.host.class_id() + "\n" + device);
    if (!fresh) return found->second;
    const bool cpu = device == "cpu";
    const std::string limits = cpu ? newest_run(store_, Machine(run.host), false)
                                   : newest_device_run(store_, Machine(run.host), device, false);
    if (!limits.empty()) found->second = results(store_, limits);
    if (limits.empty())
      context_.terminal.note(
          (cpu ? std::string("this machine's limits") : "limits of " + printable(device, 60)) +
          " are not in " + store_.path() + ": 'assay roofline" +
          (cpu ? "" : " --device " + printable(device, 60)) + "' measures them");
    return found->second;
  }

  const Store& store_;
  const Context& context_;
  std::map<std::string, std::vector<ResultRow>> roofs_;
};

bool was_measured(const ResultRow& row) { return row.status != Status::skipped; }

/// What a run that was stopped lacks, as the first finding of each of its cases; "" of a whole one.
std::string interrupted_finding(const Run& run, const ResultRow& row) {
  if (run.state != "interrupted" || row.status != Status::ok) return "";
  return fmt::format(
      "The run was interrupted: this is of what was measured until then ({} of {} timing launches).",
      row.launches, run.settings.launches);
}

/// Prints each row's profile; of a run that was stopped, those that were measured.
void show(const ProfileOptions& options, const Store& store, const Run& run, std::vector<ResultRow> rows,
          const Context& context) {
  if (run.state == "interrupted") {
    const auto kept = std::stable_partition(rows.begin(), rows.end(), was_measured);
    for (auto row = kept; row != rows.end(); ++row)
      context.terminal.note(printable(row->case_key) + ": interrupted before its first launch ended");
    rows.erase(kept, rows.end());
  }
  Profiler profiler(store, context);
  std::vector<ShownProfile> profiles;
  const auto most = static_cast<std::size_t>(options.loops);
  for (const auto& row : rows) {
    ShownProfile shown{profiler.of(run, row), {}};
    shown.bounds = port_bounds(shown.profile, run, most);
    const std::string finding = port_finding(shown.profile, shown.bounds);
    if (!finding.empty()) shown.profile.findings.push_back(finding);
    if (const std::string stopped = interrupted_finding(run, row); !stopped.empty())
      shown.profile.findings.insert(shown.profile.findings.begin(), stopped);
    profiles.push_back(std::move(shown));
  }
  if (options.svg) {
    std::vector<chart::Scene> scenes;
    for (const auto& shown : profiles) {
      auto picture = timeline_chart(shown.profile);
      picture.title = shown.profile.row.case_key + (picture.title.empty() ? "" : ": " + picture.title);
      scenes.push_back(chart::draw(picture, chart::Canvas{.width = 900}));
    }
    write_file(*options.svg, chart::svg_column(scenes), store.path());
  }
  if (context.json) return context.terminal.out(profiles_json(profiles, run, context.identify));
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    if (i > 0) context.terminal.out("\n");
    context.terminal.out(profile_text(profiles[i], run, most, context.terminal.width()));
  }
}

struct Side {
  Run run;
  ResultRow row;
};

void show_difference(const Store& store, const Side& base, const Side& other, const Context& context) {
  for (const Side* side : {&base, &other}) {
    if (const std::string stopped = interrupted_finding(side->run, side->row); !stopped.empty())
      context.terminal.note(printable(side->row.case_key) + ": " + stopped);
  }
  Profiler profiler(store, context);
  const Profile a = profiler.of(base.run, base.row);
  const Profile b = profiler.of(other.run, other.row);
  context.terminal.out(context.json ? difference_json(a, base.run, b, other.run, context.identify)
                                    : difference_text(a, b, context.terminal.width()));
}

std::vector<ResultRow> selected(const Store& store, const Run& run, const std::string& text) {
  std::optional<Selector> selector;
  if (!text.empty()) selector = parse_selector(text);
  auto rows = results(store, run.id, selector);
  if (rows.empty() && selector) throw nothing_matches(run, *selector);
  return rows;
}

/// The one row of a run that is meant. \throws Error{usage} where there are several.
Side only_one(const Store& store, const Run& run, const std::string& text) {
  auto rows = selected(store, run, text);
  if (rows.size() == 1) return {run, std::move(rows.front())};
  throw Error(ErrorCode::usage,
              fmt::format("{} cases of run {} are meant by '{}'", rows.size(), run.id.substr(0, 8), text),
              "name one, as 'assay show' writes it");
}

/// The run that `text` names; "" when it names none, and is a case.
std::string run_named(const Store& store, const std::string& text) {
  try {
    return store.find_run(text);
  } catch (const Error& error) {
    if (error.code != ErrorCode::bad_input) throw;
    return "";
  }
}

/// Nothing is measured with --run: what says how would be ignored.
void refuse_measuring(const RunOptions& measure) {
  const RunFlags& flags = measure.flags;
  const bool given = !measure.inputs.empty() || !measure.program.words.empty() || !flags.launches.empty() ||
                     !flags.max_time.empty() || !flags.cpus.empty() || !flags.collectors.empty();
  if (given)
    throw Error(
        ErrorCode::usage,
        "--run shows what was measured; a program, --input, --launches, --max-time, --cpus and --collect "
        "say how to measure",
        "leave out one or the other");
}

int run_stored(const ProfileOptions& options, Context& context) {
  refuse_measuring(options.measure);
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  Run run = store.load_run(store.find_run(options.run));
  run.state = run_state(run.state, run.host.name, store.path());
  if (options.against.empty()) {
    show(options, store, run, selected(store, run, options.selector), context);
    return exit_fine;
  }
  const Side other = only_one(store, run, options.selector);
  const std::string base = run_named(store, options.against);
  show_difference(store,
                  base.empty() ? only_one(store, run, options.against)
                               : only_one(store, store.load_run(base), other.row.case_key),
                  other, context);
  return exit_fine;
}

/// Of a database that is there already.
std::string run_before(const std::string& text, const Context& context) {
  const std::string path = context.settings.database();
  std::error_code ignored;
  if (text.empty() || !std::filesystem::exists(path, ignored)) return "";
  if (std::filesystem::is_empty(path, ignored)) return "";  // one that has just been made
  return run_named(Store::open(path, Store::Mode::read_only), text);
}

int run_it(ProfileOptions& options, Context& context) {
  if (options.svg && !options.against.empty())
    throw Error(ErrorCode::usage, "--svg draws the timeline of one run's cases, and --against compares two",
                "leave out one");
  if (options.svg) check_output(*options.svg, context.settings.database());
  options.measure.program.words = context.program;
  if (!options.run.empty()) return run_stored(options, context);
  if (options.selector.empty() && context.program.empty())
    throw Error(
        ErrorCode::usage, "no case was named",
        "name one ('assay profile \"llm.gemv/simd\"'), a program ('assay profile -- ./my_program'), or a "
        "stored run with --run");
  tell_absent(context);
  const std::string base = run_before(options.against, context);
  options.measure.wished_collectors = explaining(context);
  if (!options.selector.empty()) options.measure.selectors = {options.selector};
  if (!options.against.empty()) options.measure.cases = base.empty() ? 2 : 1;
  if (!options.against.empty() && base.empty()) options.measure.selectors.push_back(options.against);
  return measure(options.measure, context, [&](const Store& store, const std::string& run_id) {
    const Run run = store.load_run(run_id);
    auto rows = results(store, run_id);
    const bool two = std::all_of(rows.begin(), rows.end(), was_measured);
    if (options.against.empty() || (run.state == "interrupted" && !two)) {
      show(options, store, run, rows, context);  // of two sides, the one that there is
    } else if (!base.empty() && !rows.empty()) {
      show_difference(store, only_one(store, store.load_run(base), rows.front().case_key),
                      {run, rows.front()}, context);
    } else if (rows.size() == 2) {  // in the order of the selectors
      show_difference(store, {run, rows[1]}, {run, rows[0]}, context);
    }
    return rows;
  });
}

}  // namespace

CommandSpec profile_command() {
  return {"profile", "why a case is as fast as it is: limits, exact counts, hot loops",
          "assay profile 'llm.gemv/simd?dtype=q8_0&threads=1'",
          [](Arguments arguments) {
            auto options = std::make_shared<ProfileOptions>();
            arguments.add("case", options->selector,
                          "what to measure, as for 'assay run'; several cases are shown one after the other");
            arguments.add("--run", options->run, "show this stored run's instead of measuring");
            arguments.add(
                "--against", options->against,
                "what makes it faster or slower than this other case, measured beside it, or than the same "
                "case of this stored run");
            arguments.add("--loops", options->loops, "how many hot loops to show")
                .show_default()
                .between(0, 1000);
            arguments.add("--svg", options->svg, "also write the timeline to this file, as a picture");
            arguments
                .add("--input", options->measure.inputs,
                     "real input: FAMILY=FILE, for tables FAMILY=FILE:ROLE=COLUMN,...")
                .one_a_flag();
            arguments.add("--launches", options->measure.flags.launches,
                          "fresh starts of the timing lane (6)");
            arguments.add("--max-time", options->measure.flags.max_time,
                          "longest measuring of a launch: 500ms, 2s (1s)");
            arguments.add("--cpus", options->measure.flags.cpus, "measure on these CPUs: 0,2-3");
            arguments
                .add("--collect", options->measure.flags.collectors,
                     "more collectors than those that are there: papi:PAPI_TOT_INS")
                .one_a_flag();
            arguments.add("--as", options->measure.program.tool, foreign_tools);
            arguments.explain_below(
                "Behind -- stands somebody else's program:  assay profile -- ./my_program --its-own flags\n");
            return [options](Context& context) { return run_it(*options, context); };
          },
          true};
}

}  // namespace assay::cli
