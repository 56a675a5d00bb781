// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "harness/cli/campaign_run.h"
#include "harness/cli/command.h"
#include "harness/cli/measure.h"
#include "harness/cli/show_view.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/run/reserved_keys.h"
#include "harness/store/transfer.h"

namespace assay::cli {

namespace {

/// What may stand behind '?' in a selector beside the workload's own parameters.
std::string keys_text() {
  std::string text = "Keys of every workload, beside its own parameters:\n";
  for (const auto& key : run::key_help()) text += fmt::format("  {:<16}{}\n", key.form, key.meaning);
  return text;
}

/// A label that could not find its run again would be lost without a word.
void check_labels(const std::vector<std::string>& labels) {
  std::map<std::string, std::string> seen;  // key -> the label; the plain one has none
  for (const std::string& label : labels) {
    const auto equals = label.find('=');
    const std::string key = equals == std::string::npos ? "" : label.substr(0, equals);
    if (label == "latest" || label.starts_with("latest~")) {
      throw Error(ErrorCode::usage, fmt::format("'{}' cannot be a label: it names a run by its place", label),
                  "choose another name, or write it as --label name=value");
    }
    const auto [place, fresh] = seen.emplace(key == "name" ? "" : key, label);
    if (fresh || place->second == label) continue;
    throw Error(ErrorCode::usage, fmt::format("of '{}' and '{}' a run can have one", place->second, label),
                "give the second one a key of its own: --label nightly --label branch=main");
  }
}

void write_export(const Store& store, const std::string& run_id, const std::string& file,
                  const Context& context) {
  std::ostringstream text;
  export_run(store, run_id, text, {.identify = context.identify});
  write_file(file, text.str(), context.settings.database());
}

}  // namespace

CommandSpec run_command() {
  return {
      "run", "measure cases in fresh launches, verify and store them", "assay run --suite quick",
      [](Arguments arguments) {
        auto options = std::make_shared<RunOptions>();
        arguments.explain_below(
            "Behind -- stands somebody else's program, measured as it is:\n"
            "  assay run -- ./my_program --its-own flags     a run of it is a call\n"
            "  assay run 'google_benchmark.BM_Sort*' -- ./my_benchmarks\n\n" +
            keys_text());
        arguments.add(
            "selector", options->selectors,
            "cases: WORKLOAD/IMPLEMENTATION?KEY=A|B&KEY=LOW..HIGH*2@DEVICE; omitted parts match all "
            "but the reference, which is timed only when named");
        arguments.add("--suite", options->suites, "a suite's name, or a .toml file").one_a_flag();
        arguments
            .add("--input", options->inputs,
                 "real input: FAMILY=FILE, for tables FAMILY=FILE:ROLE=COLUMN,...")
            .one_a_flag();
        arguments.add("--label", options->labels, "name or key=value, to find the run again").one_a_flag();
        arguments.add(
            "--device", options->device,
            "only on this device: cpu, cuda:0, vulkan:name=radeon, vulkan:type=discrete, cuda:uuid=GPU-1b2c "
            "(see 'assay list devices')");
        arguments.add("--launches", options->flags.launches, "fresh starts for each case (6)");
        arguments.add("--budget", options->flags.budget, "start no launch after this time: 90s, 10m");
        arguments.add("--cpus", options->flags.cpus, "measure on these CPUs: 0,2-3");
        arguments.add("--seed", options->flags.seed, "of inputs and order (1)");
        arguments.add("--max-time", options->flags.max_time, "longest measuring of a launch: 500ms, 2s (1s)");
        arguments.add("--precision", options->flags.precision,
                      "end a launch when its median is known to this share (0.005: 0.5 %)");
        arguments
            .add("--collect", options->flags.collectors,
                 "more collectors: callgrind, perf_event:cycles, papi:PAPI_TOT_INS, and groups: "
                 "group:CPI (see 'assay list "
                 "collectors', 'assay list groups')")
            .one_a_flag();
        arguments.add("--resume", options->resume, "go on with a run that did not end: its id, or 'latest'")
            .value_or("latest");
        arguments.add("--as", options->program.tool, foreign_tools);
        arguments.add("--name", options->program.name,
                      "of a plain command's case, command.NAME (the program's file name)");
        arguments.add("--code", options->program.code, foreign_code).one_a_flag();
        auto file = std::make_shared<std::string>();
        arguments.add(
            "--export", *file,
            "when it has ended, write the whole run there, for 'report hardware' and other databases");
        auto campaign = std::make_shared<CampaignOptions>();
        arguments.add(
            "--slurm", campaign->slurm,
            "on every node of a Slurm partition instead, a job each, and bring the results here: "
            "'partition=P,constraint=C,time=30'; each=type: one node of a kind; the rest is sbatch's");
        arguments.add("--ssh", campaign->ssh, "on these hosts instead, over ssh: HOST,USER@HOST")
            .one_a_flag();
        arguments.add(
            "--bundle", campaign->bundle,
            "with --slurm or --ssh: the assay that they run: an archive of ci/bundle, or a folder with "
            "bin/assay (this one)");
        arguments.flag("--dry-run", options->dry_run,
                       "show the plan, its time and its disk space; measure nothing");
        return [options, file, campaign](Context& context) {
          check_labels(options->labels);
          if (!file->empty()) check_output(*file, context.settings.database());
          options->program.words = context.program;
          if (campaign->is_asked()) return run_campaign(*campaign, *options, *file, context);
          return measure(*options, context, [&](const Store& store, const std::string& run_id) {
            if (!file->empty()) write_export(store, run_id, *file, context);
            return show_run("run", store, run_id, std::nullopt, context);
          });
        };
      },
      true};
}

}  // namespace assay::cli
