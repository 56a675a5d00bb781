// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "harness/answers/compare.h"
#include "harness/answers/results.h"
#include "harness/cli/answer.h"
#include "harness/cli/baselines.h"
#include "harness/cli/command.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/show_view.h"
#include "harness/cli/table.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "harness/run/topology.h"

namespace assay::cli {

namespace {

struct BaselineOptions {
  std::string name;
  std::string run = "latest";
  std::string folder = "baselines";
};

int save(const BaselineOptions& options, const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  const Run run = store.load_run(store.find_run(options.run));
  const Baseline baseline = baseline_of(store, run, options.name);
  const std::string path = baseline_path(options.folder, run.host.class_id(), options.name);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  write_file(path, to_baseline_json(baseline), context.settings.database());
  if (context.json) {
    context.terminal.out(
        json_answer("baseline save", {{"file", path}, {"cases", baseline.rows.size()}, {"run", run.id}}));
  } else {
    context.terminal.out(fmt::format("{}: {} cases of run {}; commit it with the reason for the change\n",
                                     path, baseline.rows.size(), run.id.substr(0, 8)));
  }
  return exit_fine;
}

Baseline load(const BaselineOptions& options) {
  return find_baseline(options.folder, options.name, run::read_host(run::read_topology()));
}

int show(const BaselineOptions& options, const Context& context) {
  const Baseline baseline = load(options);
  if (context.json) {
    context.terminal.out(to_baseline_json(baseline));
    return exit_fine;
  }
  Table table(
      {{"case", false, always}, {"median", true, always}, {"launches", true, 3}, {"instructions", true, 1}});
  for (const auto& row : baseline.rows) {
    const MetricValue* median = find_metric(row, "time.wall.p50");
    const MetricValue* exact = find_metric(row, "callgrind.instructions");
    table.add({row.case_key, median == nullptr ? "" : duration(*median->value), std::to_string(row.launches),
               exact == nullptr ? "" : fmt::format("{:.0f}", *exact->value)});
  }
  Host host;
  host.host_class = baseline.host_class;
  context.terminal.out(table.text(context.terminal.width()) +
                       fmt::format("\nbaseline {}, measured {} by assay {} on host class {}\n",
                                   printable(baseline.name), to_string(baseline.measured),
                                   printable(baseline.assay_version), host.class_id()));
  return exit_fine;
}

int diff(const BaselineOptions& options, const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  const Run run = store.load_run(store.find_run(options.run));
  const Baseline baseline = find_baseline(options.folder, options.name, run.host);
  Comparison comparison = compare_runs(baseline.rows, results(store, run.id));
  comparison.base = "baseline " + baseline.name;
  Host host;
  host.host_class = baseline.host_class;
  for (auto& pair : comparison.pairs) {
    for (auto& verdict : pair.verdicts) {
      if (verdict.rule == "host") verdict.reason = "another host class: " + class_difference(host, run.host);
    }
  }
  if (!context.json) {
    context.terminal.out(
        comparison_text(comparison, "it is the median over all pairs of launches", context.terminal.width()));
    return exit_fine;
  }
  Document document = make_document("baseline diff", context, {run});
  document.pairs = comparison.pairs;
  for (const auto& pair : comparison.pairs) {
    if (pair.candidate) document.results.push_back(*pair.candidate);
  }
  context.terminal.out(to_json(document));
  return exit_fine;
}

int remove(const BaselineOptions& options, const Context& context) {
  const Host host = run::read_host(run::read_topology());
  const std::string path = baseline_path(options.folder, host.class_id(), options.name);
  std::error_code error;
  if (!std::filesystem::remove(path, error))
    throw Error(ErrorCode::bad_input, path + ": " + (error ? error.message() : "there is no such baseline"),
                "those of other host classes are removed as files");
  context.terminal.out(context.json ? json_answer("baseline remove", {{"file", path}})
                                    : path + " is removed\n");
  return exit_fine;
}

}  // namespace

CommandSpec baseline_command() {
  return {"baseline", "frozen results that a gate compares with: save, show, diff, remove",
          "assay baseline save main", [](Arguments arguments) {
            auto options = std::make_shared<BaselineOptions>();
            arguments.add("--folder", options->folder, "where they stand: FOLDER/<host class>/NAME.json")
                .show_default();
            const auto add = [&](const char* name, const char* summary, const char* example, bool with_run) {
              const Arguments command = arguments.command(name, summary, example);
              command.add("name", options->name, "of the baseline").required();
              if (with_run)
                command.add("--run", options->run, "the run, by id, label or place").show_default();
            };
            add("save", "write a run's valid results as one file, to be committed",
                "assay baseline save main --run latest", true);
            add("show", "what it holds", "assay baseline show main", false);
            add("diff", "a run beside it", "assay baseline diff main --run latest", true);
            add("remove", "that of this host class", "assay baseline remove main", false);
            return [options, arguments](Context& context) {
              if (arguments.is_chosen("save")) return save(*options, context);
              if (arguments.is_chosen("show")) return show(*options, context);
              if (arguments.is_chosen("diff")) return diff(*options, context);
              return remove(*options, context);
            };
          }};
}

}  // namespace assay::cli
