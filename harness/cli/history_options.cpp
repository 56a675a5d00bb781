// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/history_options.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

void add_history_options(const Arguments& arguments, HistoryOptions& options, bool which) {
  arguments
      .add("--from", options.from,
           "a folder of files that 'export --format assay' wrote, one such file, or a database; may be "
           "repeated "
           "(default: the database)")
      .one_a_flag();
  arguments.add(
      "--line", options.line,
      "follow the first-parent line that ends with this commit (default: the line with the most points)");
  arguments.flag("--dirty", options.changed_trees, "also runs that were started beside changed files");
  if (!which) return;
  arguments.add("--metric", options.metrics, "metric ids, '*' allowed (default: time, instructions, sizes)");
  arguments.add("--host", options.host, "only this host class ('assay list runs'), or host");
  arguments.add("--device", options.device, "only this device: cpu, cuda:0");
}

History gather(const HistoryOptions& options, const Context& context) {
  HistoryQuery query;
  if (!options.selector.empty()) query.selector = parse_selector(options.selector);
  if (!options.device.empty()) {
    if (!query.selector) query.selector = parse_selector("*");
    query.selector->device = options.device;
  }
  query.metrics = options.metrics;
  query.host = options.host;
  History history(query);
  for (const std::string& path : options.from) history.add_path(path);
  const std::string database =
      options.from.empty() ? context.settings.database() : context.settings.existing_database();
  if (options.from.empty()) {
    history.add(Store::open(database, Store::Mode::read_only));
  } else if (!database.empty()) {
    history.add_events_of(database);
  }
  const bool nothing = !history.broken().empty() && history.run_count() == 0;
  if (nothing) {
    const auto& first = history.broken().front();
    throw Error(ErrorCode::bad_input, first.message, first.remedy);
  }
  return history;
}

HistoryRules history_rules(const HistoryOptions& options) {
  HistoryRules rules;
  rules.line = options.line;
  rules.changed_trees = options.changed_trees;
  rules.last = static_cast<std::size_t>(options.last);
  return rules;
}

std::vector<Warning> history_warnings(const History& history, const std::vector<Series>& series) {
  std::vector<Warning> warnings;
  for (const auto& broken : history.broken())
    warnings.push_back({"broken_file", "left out: " + broken.message, broken.remedy});
  if (history.runs_without_commit() > 0) {
    warnings.push_back({"no_commit",
                        fmt::format("{} of {} runs know no commit, and stand by their time",
                                    history.runs_without_commit(), history.run_count()),
                        "start runs in a git repository that git answers for: 'git log -1'"});
  }
  std::size_t off_line = 0;
  std::size_t changed = 0;
  std::size_t unplaced = 0;
  std::string line;
  for (const Series& one : series) {
    if (one.off_line > 0) line = one.line;
    off_line += one.off_line;
    changed += one.changed;
    unplaced += one.unplaced;
  }
  if (off_line > 0) {
    warnings.push_back(
        {"off_line",
         fmt::format("{} points are left out: their commits are not on the first-parent line of {}", off_line,
                     line.substr(0, 8)),
         "--line COMMIT follows another one"});
  }
  if (changed > 0) {
    warnings.push_back(
        {"changed_trees",
         fmt::format("{} points are left out: they were measured beside changed files", changed),
         "commit first; --dirty shows them all the same"});
  }
  if (unplaced > 0) {
    warnings.push_back(
        {"shallow",
         fmt::format("{} points are of shallow clones, and stand by parents and commit time", unplaced),
         "clone in full ('git fetch --unshallow'; of actions/checkout 'fetch-depth: 0')"});
  }
  if (history.ambiguous_count() > 0) {
    warnings.push_back(
        {"several_subjects",
         fmt::format("{} results are left out: several versions of one subject measured their case in "
                     "one run",
                     history.ambiguous_count()),
         "'assay compare --across subject' shows such runs"});
  }
  return warnings;
}

void tell(const std::vector<Warning>& warnings, const Context& context) {
  for (const Warning& warning : warnings)
    context.terminal.note(
        fmt::format("{}\n  {}", printable(warning.message, 500), printable(warning.remedy, 500)));
}

}  // namespace assay::cli
