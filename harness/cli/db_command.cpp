// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/merge_text.h"
#include "harness/cli/table.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/inputs/cache.h"
#include "harness/run/environment.h"
#include "harness/store/maintenance.h"

namespace assay::cli {

namespace {

int check(const Context& context) {
  const CheckReport report = check_database(context.settings.database());
  if (context.json) {
    context.terminal.out(json_answer("db check", {{"database", context.settings.database()},
                                                  {"sound", report.ok()},
                                                  {"runs", report.runs},
                                                  {"launches", report.launches},
                                                  {"samples", report.samples},
                                                  {"problems", report.problems}}));
    return report.ok() ? exit_fine : exit_usage;
  }
  std::string text;
  for (const auto& problem : report.problems) text += "problem: " + printable(problem) + "\n";
  text +=
      fmt::format("{}: {} runs, {} launches, {} samples read: {}\n", context.settings.database(), report.runs,
                  report.launches, report.samples,
                  report.ok() ? "sound"
                              : fmt::format("{} problems; restore a backup, or save what is readable with "
                                            "'assay export RUN --format assay'",
                                            report.problems.size()));
  context.terminal.out(text);
  return report.ok() ? exit_fine : exit_usage;
}

int show_stats(const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  const StoreStats s = store_stats(store);
  Table table({{"what", false, always}, {"value", true, always}});
  const auto size = [](std::int64_t count) { return bytes(static_cast<double>(count)); };
  table.add({"file", size(s.file_bytes)});
  table.add({"of it free (compact gives it back)", size(s.free_bytes)});
  table.add({"runs", std::to_string(s.runs)});
  table.add({"cases", std::to_string(s.cases)});
  table.add({"launches", std::to_string(s.launches)});
  table.add({"samples", std::to_string(s.samples)});
  table.add({"samples, compressed", size(s.sample_bytes)});
  if (s.samples > 0) {
    table.add({"bytes a sample",
               fmt::format("{:.2f}", static_cast<double>(s.sample_bytes) / static_cast<double>(s.samples))});
  }
  table.add({"tracks, compressed", size(s.track_bytes)});
  table.add({"logs", size(s.log_bytes)});
  context.terminal.out(context.json ? table.json("stats") : table.text(context.terminal.width()));
  return exit_fine;
}

constexpr std::int64_t most_days = 1'000'000;  ///< 2,700 years: in milliseconds no overflow is near

struct PruneOptions {
  std::int64_t keep = 50;
  std::int64_t days = 0;
  bool dry_run = false;
};

int prune_runs(const PruneOptions& options, const Context& context) {
  Store store = Store::open(context.settings.database(), Store::Mode::read_write);
  std::optional<std::int64_t> before;
  if (options.days > 0) before = now_utc_ms() - options.days * 86'400'000;
  const std::string free_host = Store::in_progress(store.path()) ? "" : run::host_name();
  const auto removed = prune(store, before, options.keep, options.dry_run, free_host);
  const auto limit = static_cast<std::uint64_t>(context.settings.byte_count("cache.limit"));
  const auto cached = inputs::Cache().prune(limit, options.dry_run);
  std::string text;
  for (const auto& id : removed) text += id + "\n";
  if (context.json)
    text = json_answer("db prune", {{"runs", removed},
                                    {"cache_entries", cached.entries},
                                    {"cache_bytes", cached.bytes},
                                    {"removed", !options.dry_run}});
  context.terminal.out(text);
  context.terminal.note(fmt::format(
      "{} runs {}", removed.size(),
      options.dry_run ? "would be removed" : "removed; 'assay db compact' gives their space back"));
  context.terminal.note(cached.in_use ? "the input cache is in use by a run and was left alone"
                                      : fmt::format("{} entries ({}) of the input cache beyond {} {}",
                                                    cached.entries, bytes(static_cast<double>(cached.bytes)),
                                                    context.settings.text("cache.limit"),
                                                    options.dry_run ? "would be removed" : "removed"));
  return exit_fine;
}

int dispatch(const Arguments& arguments, const std::string& source, const PruneOptions& pruning,
             const Context& context) {
  const std::string path = context.settings.database();
  if (arguments.is_chosen("check")) return check(context);
  if (arguments.is_chosen("stats")) return show_stats(context);
  if (arguments.is_chosen("prune")) return prune_runs(pruning, context);
  if (arguments.is_chosen("merge")) {
    Store store = Store::open(path, Store::Mode::create);
    const MergeReport report = merge(store, Store::open(source, Store::Mode::read_only));
    context.terminal.out(context.json ? json_answer("db merge", {{"sources", {merge_json(source, report)}}})
                                      : merge_text(report));
    return exit_fine;
  }
  if (arguments.is_chosen("compact")) {
    Store store = Store::open(path, Store::Mode::read_write);
    const auto report = compact(store);
    if (context.json) {
      context.terminal.out(json_answer(
          "db compact", {{"before_bytes", report.before_bytes}, {"after_bytes", report.after_bytes}}));
      return exit_fine;
    }
    context.terminal.out(fmt::format("{} -> {}\n", bytes(static_cast<double>(report.before_bytes)),
                                     bytes(static_cast<double>(report.after_bytes))));
    return exit_fine;
  }
  const auto report = migrate_database(path);
  if (context.json) {
    context.terminal.out(json_answer(
        "db migrate",
        {{"database", path}, {"from", report.from}, {"to", report.to}, {"backup", report.backup}}));
    return exit_fine;
  }
  context.terminal.out(report.from == report.to ? fmt::format("{}: schema {} is current\n", path, report.to)
                                                : fmt::format("{}: schema {} -> {}; the old file is {}\n",
                                                              path, report.from, report.to, report.backup));
  return exit_fine;
}

}  // namespace

CommandSpec db_command() {
  return {
      "db", "care for the database: check, merge, stats, prune, compact, migrate", "assay db check",
      [](Arguments arguments) {
        auto source = std::make_shared<std::string>();
        auto pruning = std::make_shared<PruneOptions>();
        arguments.command("check", "read everything and report what is damaged (exit 2 when something is)");
        arguments
            .command("merge", "copy the runs of another database into this one; twice changes nothing",
                     "assay db merge other.db")
            .add("source", *source, "the other database")
            .required();
        arguments.command("stats", "how large it is, and what takes the space");
        const Arguments prune = arguments.command(
            "prune",
            "remove all but the newest 50 runs (--keep), and what the input cache holds beyond cache.limit; "
            "--dry-run shows which",
            "assay db prune --keep 10 --older-than 30 --dry-run");
        prune.add("--keep", pruning->keep, "this many newest runs always stay")
            .show_default()
            .between(0, 1'000'000);
        prune.add("--older-than", pruning->days, "only runs older than this many days").between(0, most_days);
        prune.flag("--dry-run", pruning->dry_run, "only say what would go");
        arguments.command("compact", "give free space back to the file system");
        arguments.command("migrate", "bring an older database to this version's schema (a backup is kept)");
        return [source, pruning, arguments](Context& context) {
          return dispatch(arguments, *source, *pruning, context);
        };
      }};
}

}  // namespace assay::cli
