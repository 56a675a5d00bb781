// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/history_options.h"
#include "harness/cli/history_view.h"
#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

constexpr std::size_t most_pictures = 3;  // more series are a table
constexpr std::size_t usual_rows = 20;

/// Why nothing is shown.
Error nothing_found(const HistoryOptions& options) {
  if (!options.line.empty()) {
    return {ErrorCode::unavailable,
            fmt::format("no point stands at a commit '{}'", printable(options.line, 100)),
            "'assay history' without --line shows the commits that were measured"};
  }
  return {
      ErrorCode::unavailable,
      "no stored result matches" +
          (options.selector.empty() ? "" : " '" + printable(options.selector, 200) + "'") +
          (options.metrics.empty() ? "" : fmt::format(" with a metric {}", fmt::join(options.metrics, ", "))),
      "'assay history' without selectors shows what there is; 'assay list metrics' the metrics"};
}

int show_history(const HistoryOptions& options, Context& context) {
  const History history = gather(options, context);
  std::vector<Series> series = history.series(history_rules(options));
  const auto warnings = history_warnings(history, series);
  std::erase_if(series, [&](const Series& one) {
    return one.points.empty() || (!options.line.empty() && !one.line.starts_with(options.line));
  });
  const std::int64_t now = now_utc_ms();
  tell(warnings, context);
  if (context.json) {
    context.terminal.out(history_json(series, history.events(), now, warnings, context.identify));
  } else if (!series.empty() && series.size() <= most_pictures) {
    const std::size_t rows = options.last > 0 ? static_cast<std::size_t>(options.last) : usual_rows;
    std::string text;
    for (const Series& one : series)
      text += (text.empty() ? "" : "\n") +
              series_text(one, history.events(), rows, now, context.terminal.width());
    context.terminal.out(text);
  } else if (!series.empty()) {
    context.terminal.out(
        series_table(series, history.events(), now, context.terminal.width()) +
        fmt::format("{} series. Name one case for its picture: 'assay history CASE --metric {}'.\n",
                    series.size(), printable(series.front().key.metric)));
  }
  const bool asked_by_name = !options.selector.empty() || !options.metrics.empty() || !options.line.empty();
  if (series.empty()) {
    const Error what = nothing_found(options);
    if (asked_by_name) throw what;
    context.terminal.note(fmt::format("{}\n  'assay run' makes some", what.what()));
  }
  return exit_fine;
}

int show_regressions(const HistoryOptions& options, bool all, Context& context) {
  const History history = gather(options, context);
  const std::vector<Series> series = history.series(history_rules(options));
  const auto warnings = history_warnings(history, series);
  std::vector<Regression> found = regressions(series, history.events(), now_utc_ms());
  const std::size_t count = found.size();
  const auto is_open = [](const Regression& one) { return one.triage.state == "open"; };
  const auto open = static_cast<std::size_t>(std::count_if(found.begin(), found.end(), is_open));
  if (!all) std::erase_if(found, [&](const Regression& one) { return !is_open(one); });
  tell(warnings, context);
  if (context.json) {
    context.terminal.out(regressions_json(found, warnings, context.identify));
    return exit_fine;
  }
  std::string text = found.empty() ? "" : regressions_table(found, context.terminal.width());
  text += fmt::format("{} open regression{} in {} series", open, open == 1 ? "" : "s", series.size());
  if (count > open) text += fmt::format("{} {} others", all ? "," : "; --all shows", count - open);
  text += ".";
  if (open > 0) {
    const auto first = std::find_if(found.begin(), found.end(), is_open);
    text += fmt::format(
        " A ratio below 1 is worse. 'assay history CASE' shows one, 'assay ack {} --reason TEXT' settles it.",
        first->change->id);
  }
  context.terminal.out(text + "\n");
  return exit_fine;
}

}  // namespace

CommandSpec history_command() {
  return {
      "history", "values over time in the order of commits, and where their level changed",
      "assay history 'llm.gemv/simd?rows=1024' --metric time.wall.p50 --last 50", [](Arguments arguments) {
        auto options = std::make_shared<HistoryOptions>();
        arguments.add("series", options->selector, "only these cases: 'llm.*'; one case is shown in full");
        add_history_options(arguments, *options, true);
        arguments.add("--last", options->last, "only the newest N points; changes are found in all of them")
            .between(1, 1'000'000);
        return [options](Context& context) { return show_history(*options, context); };
      }};
}

CommandSpec regressions_command() {
  return {"regressions", "changes for the worse that nobody has settled, the largest first",
          "assay regressions 'llm.*' --all", [](Arguments arguments) {
            auto options = std::make_shared<HistoryOptions>();
            auto all = std::make_shared<bool>(false);
            arguments.add("series", options->selector, "only these cases: 'llm.*'");
            add_history_options(arguments, *options, true);
            arguments.flag(
                "--all", *all,
                "also those that are acknowledged, ignored or recovered, or came with another environment");
            return [options, all](Context& context) { return show_regressions(*options, *all, context); };
          }};
}

}  // namespace assay::cli
