// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <sstream>

#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/git.h"
#include "harness/cli/history_options.h"
#include "harness/cli/regression_id.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/text.h"
#include "harness/run/uuid.h"
#include "harness/store/history.h"
#include "harness/store/transfer.h"
#include "reports/document/history_words.h"

namespace assay::cli {

using reports::change_size;
using reports::change_word;
using reports::place_text;

namespace {

struct TriageOptions {
  HistoryOptions history;
  std::string id;
  std::string reason;
  std::optional<std::string> until;
  std::optional<std::string> by;
  std::optional<std::string> output;
};

/// The end of that day, UTC.
std::int64_t end_of_day(const std::string& text) {
  const Error wrong(ErrorCode::usage, fmt::format("--until '{}' is no day", printable(text, 100)),
                    "write it as 2026-12-31");
  int parts[3] = {};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') throw wrong;
  for (int i = 0; i < 3; ++i) {
    const auto parsed = std::from_chars(at, at + (i == 0 ? 4 : 2), parts[i]);
    if (parsed.ec != std::errc{} || parsed.ptr != at + (i == 0 ? 4 : 2) || *at == '-') throw wrong;
    at = i < 2 ? parsed.ptr + 1 : end;
  }
  const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                        std::chrono::month(static_cast<unsigned>(parts[1])),
                                        std::chrono::day(static_cast<unsigned>(parts[2]))};
  if (!day.ok()) throw wrong;
  const auto next = std::chrono::sys_days(day) + std::chrono::days(1);
  return std::chrono::duration_cast<std::chrono::milliseconds>(next.time_since_epoch()).count();
}

int decide(const TriageOptions& options, const std::string& kind, Context& context) {
  const std::int64_t now = now_utc_ms();
  TriageEvent event;
  if (options.until) {
    event.until_utc_ms = end_of_day(*options.until);
    if (*event.until_utc_ms <= now) {
      throw Error(ErrorCode::usage, fmt::format("--until {} has passed", *options.until),
                  "name a day to come");
    }
  }
  if (options.output) check_output(*options.output, context.settings.database());
  const Candidates candidates = find_candidates(options.id, options.history, context, now);
  const Regression& regression = find_regression(options.id, candidates.all);
  const HistoryPoint& at = regression.series->points[regression.change->index];
  event.id = run::make_uuid();
  event.regression = regression.change->id;
  event.series = to_string(regression.series->key);
  event.commit = regression.change->commit;
  event.case_key = at.case_key;
  event.at_utc_ms = now;
  event.kind = kind;
  event.reason = options.reason;
  event.person = options.by.value_or(person_name("."));
  if (options.output) {
    std::ostringstream text;
    export_triage(event, text, {.identify = context.identify});
    write_file(*options.output, text.str(), context.settings.database());
  } else {
    Store store = Store::open(context.settings.database(), Store::Mode::create);
    (void)add_triage(store, event);
  }
  if (context.json) {
    const auto until = event.until_utc_ms ? nlohmann::ordered_json(*event.until_utc_ms) : nullptr;
    context.terminal.out(
        json_answer(kind == "acknowledged" ? "ack"
                    : kind == "ignored"    ? "ignore"
                                           : "reopen",
                    {{"event", event.id},
                     {"regression", event.regression},
                     {"series", event.series},
                     {"commit", event.commit},
                     {"kind", kind},
                     {"reason", event.reason},
                     {"until_utc_ms", until},
                     {"person", context.identify ? event.person : pseudonym(event.person, "person")}}));
    return exit_fine;
  }
  context.terminal.out(fmt::format("{} {}: {} {} of {} at {}{}\n", event.regression, kind,
                                   change_word(*regression.change), change_size(*regression.change),
                                   printable(event.series), place_text(at),
                                   event.until_utc_ms ? ", until the end of " + *options.until : ""));
  return exit_fine;
}

CommandSpec spec(const std::string& name, const std::string& kind, const std::string& summary,
                 const std::string& example, bool settles) {
  return {name, summary, example, [kind, settles](Arguments arguments) {
            auto options = std::make_shared<TriageOptions>();
            arguments.add("id", options->id, "of 'assay regressions', or its beginning").required();
            const auto reason = arguments.add("--reason", options->reason, "why: everybody sees it");
            if (settles) {
              reason.required();
              arguments.add("--until", options->until, "open again after this day: 2026-12-31");
            }
            arguments.add("-o,--output", options->output,
                          "a file for a folder that --from names, instead of the database");
            arguments.add("--by", options->by, "who says so (default: git's user.name, else the login name)");
            add_history_options(arguments, options->history, false);
            return [options, kind](Context& context) { return decide(*options, kind, context); };
          }};
}

}  // namespace

CommandSpec ack_command() {
  return spec("ack", "acknowledged", "acknowledge a regression: it is known, and meant or being dealt with",
              "assay ack 1a2b3c4d5e --reason 'worth it: exact results' --until 2026-12-31", true);
}

CommandSpec ignore_command() {
  return spec("ignore", "ignored", "ignore a regression: it is none",
              "assay ignore 1a2b3c4d5e --reason 'the runner was changed'", true);
}

CommandSpec reopen_command() {
  return spec("reopen", "reopened", "take back what 'ack' or 'ignore' said of a regression",
              "assay reopen 1a2b3c4d5e --reason 'it is worse than we thought'", false);
}

}  // namespace assay::cli
