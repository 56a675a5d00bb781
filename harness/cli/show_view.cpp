// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/show_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include "harness/cli/format.h"
#include "harness/cli/metrics_view.h"
#include "harness/cli/report_hardware_view.h"
#include "harness/cli/run_inputs.h"
#include "harness/cli/run_sentences.h"
#include "harness/cli/run_state.h"
#include "harness/cli/table.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

std::string cell(const MetricValue* metric, std::string (*format)(double)) {
  return metric != nullptr && metric->value ? format(*metric->value) : "";
}

std::string throughput(const ResultRow& row) {
  const MetricValue* metric = find_metric(row, "throughput." + row.unit_of_work);
  return metric != nullptr && metric->value ? rate(*metric->value, row.unit_of_work) : "";
}

/// Bytes per second by the definition's compulsory traffic, where that is not the unit of work itself.
std::string bandwidth(const ResultRow& row) {
  if (row.unit_of_work == "bytes") return "";
  const MetricValue* metric = find_metric(row, "throughput.bytes");
  return metric != nullptr && metric->value ? rate(*metric->value, "bytes") : "";
}

std::string verification(const ResultRow& row) {
  if (row.status != Status::ok) return to_string(row.status);
  return !row.verified ? "none" : *row.verified ? "ok" : "WRONG";
}

std::string count(double value) {
  return value >= 1e7 ? fmt::format("{:.2f} M", value * 1e-6) : fmt::format("{:.0f}", value);
}

std::string joules(double value) { return quantity_text(value, "J"); }

std::string ratio_of_counts(double value) { return fmt::format("{:.2f}", value); }

/// "6", "2 of 6" where some were lost, "6 (1 contended)".
std::string launches_of(const ResultRow& row, const Contended& contended) {
  const std::string valid = row.lost_launches == 0
                                ? std::to_string(launches_of_figures(row))
                                : fmt::format("{} of {}", row.launches, row.launches + row.lost_launches);
  const auto found = contended.find({row.case_key, row.side, row.subject});
  return found == contended.end() ? valid : fmt::format("{} ({} contended)", valid, found->second);
}

/// The table that `run` and `show` print: a column is a title here, and a cell of the same place in each row.
std::string results_table(const std::vector<ResultRow>& rows, const Contended& contended, std::size_t width) {
  // Of emulated boards, which have no times, the counts are what there is.
  const bool boards = std::any_of(rows.begin(), rows.end(),
                                  [](const auto& row) { return row.device_fidelity == "functional"; });
  const int instructions = boards ? 7 : 1;
  Table table({{"case", false, always},
               {"side", false, 8},
               {"median", true, always},
               {"interval", true, 5},
               {"on device", true, 6},
               {"p99", true, 4},
               {"throughput", true, 7},
               {"memory", true, 2},
               {"of limit", true, 6},
               {"energy", true, 6},
               {"cycles", true, 6},
               {"instructions", true, instructions},
               {"per MAC", true, instructions},
               {"flash", true, instructions},
               {"RAM", true, instructions},
               {"stack", true, instructions},
               {"fits in (flash/RAM)", true, instructions},
               {"launches", true, 3},
               {"verified", false, 7}});
  for (const auto& row : rows) {
    const MetricValue* median = find_metric(row, "time.wall.p50");
    const bool measured = median != nullptr && median->value;
    table.add({row.case_key, row.side, cell(median, &duration),
               measured ? half_width(*median->value, median->ci_low, median->ci_high) : "",
               cell(find_metric(row, "time.device.p50"), &duration),
               cell(find_metric(row, "time.wall.p99"), &duration), throughput(row), bandwidth(row),
               cell(find_metric(row, "roof.fraction"), &percent),
               cell(find_metric(row, "meter.energy"), &joules),
               cell(find_metric(row, "board.cycles"), &count), cell(exact_instructions(row), &count),
               cell(find_metric(row, "qemu.instructions_per_mac"), &ratio_of_counts),
               cell(board_size(row, "flash"), &bytes), cell(board_size(row, "ram"), &bytes),
               cell(board_size(row, "stack"), &bytes), fits_in(row), launches_of(row, contended),
               verification(row)});
  }
  return table.text(width);
}

/// The end of what the worker said in the last launch of a case that failed.
std::string log_of(const Store& store, const Run& run, const ResultRow& row) {
  const auto planned = std::find_if(run.plan.begin(), run.plan.end(),
                                    [&](const auto& one) { return to_string(one.value) == row.case_key; });
  if (planned == run.plan.end()) return "";
  std::string log;
  for (const auto& launch : store.load_case(run.id, planned->ordinal)) {
    if (launch.status == row.status && launch.subject == row.subject) log = last_lines(launch.log, "    ");
  }
  return log.empty() ? "" : "  its log ends:\n" + log;
}

/// What must be known of cases beside their figures.
std::string notes_text(const std::vector<ResultRow>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (const auto& note : row.notes) {
      if (note.code != "worker.exit")  // a sentence about the run counts them
        text += fmt::format("{}: {}\n", printable(row.case_key), printable(note.text));
    }
  }
  return text;
}

/// Does the run ask for this metric, or a metric group, by name? (A board's meter is named where the board
/// is.)
bool is_asked(const Run& run, const MetricValue& metric, bool by_group) {
  const std::string& id = metric.id;
  if (id == "meter.energy") return metric.state == ReadingState::not_counted;
  const auto& collectors = run.settings.collectors;
  return std::any_of(collectors.begin(), collectors.end(), [&](const std::string& asked) {
    const std::string name = asked.substr(0, asked.find(':'));
    if (name == "group") return by_group && !is_own_metric(id);
    return id == name || id.starts_with((name == "perf_event" ? "perf" : name) + ".");
  });
}

/// Its median is there: what was collected is too little for a tail, and not uncounted.
bool is_refused_tail(const ResultRow& row, const std::string& id) {
  constexpr std::string_view tail = ".p99";
  if (!id.ends_with(tail)) return false;
  const MetricValue* median = find_metric(row, id.substr(0, id.size() - tail.size()) + ".p50");
  return median != nullptr && median->value.has_value();
}

/// What collectors (and, with `by_group`, metric groups) that the run asks for have not counted of good
/// cases, and why: one warning for cases that have the same reason.
std::vector<Warning> uncounted(const std::vector<ResultRow>& rows, const Run& run, bool by_group) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> cases;  // by metric and reason
  for (const auto& row : rows) {
    for (const auto& metric : row.metrics) {
      if (metric.value || is_refused_tail(row, metric.id) || !is_asked(run, metric, by_group)) continue;
      cases[{metric.id, std::string(to_string(metric.state)) + ": " + metric.reason}].push_back(row.case_key);
    }
  }
  std::vector<Warning> warnings;
  for (const auto& [what, keys] : cases) {
    const std::string where =
        keys.size() == 1 ? keys.front() : fmt::format("{} cases, first {}", keys.size(), keys.front());
    warnings.push_back({what.first, where + ": " + what.second,
                        fmt::format("'assay explain {}' says how it is had", printable(what.first, 200))});
  }
  return warnings;
}

/// Of the files that it measured with, what it recorded.
std::vector<InputRef> input_files(const Run& run) {
  constexpr std::string_view prefix = "input.";
  constexpr std::string_view suffix = ".sha256";
  std::vector<InputRef> files;
  for (const auto& [key, sha256] : run.settings.more) {
    if (!key.starts_with(prefix) || !key.ends_with(suffix)) continue;
    InputRef file{key.substr(prefix.size(), key.size() - prefix.size() - suffix.size()), sha256};
    const auto size = run.settings.more.find(std::string(prefix) + file.family + ".bytes");
    if (size != run.settings.more.end()) file.bytes = std::strtoll(size->second.c_str(), nullptr, 10);
    files.push_back(std::move(file));
  }
  return files;
}

/// Why cases have no valid result. `run` told the logs while it went on.
std::string failures(const std::vector<ResultRow>& rows, const std::string& command, const Store& store,
                     const Run& run) {
  std::string text;
  for (const auto& row : rows) {
    if (row.status == Status::ok) continue;
    text +=
        fmt::format("{}: {}: {}\n", printable(row.case_key), to_string(row.status), printable(row.reason));
    if (const std::string input = input_of(run, row.value); !input.empty())
      text += "  its input: " + printable(input) + "\n";
    if (command == "show" && row.status != Status::unavailable) text += log_of(store, run, row);
  }
  for (const auto& warning : uncounted(rows, run, false))
    text += fmt::format("{}: {}\n", printable(warning.code), printable(warning.message));
  return text;
}

std::string no_metric_matches(const std::vector<ResultRow>& rows, const std::vector<std::string>& patterns) {
  std::vector<std::string> known;
  for (const auto& row : rows) {
    for (const auto& metric : row.metrics) known.push_back(metric.id);
  }
  const std::string asked = fmt::format("{}", fmt::join(patterns, "', '"));
  return fmt::format("no metric of these cases matches '{}'\n  {}", printable(asked),
                     printable(suggest(patterns.front(), known)));
}

}  // namespace

Contended contended_launches(const Run& run, const std::vector<LaunchSummary>& launches) {
  std::map<std::int64_t, const PlannedCase*> plan;
  for (const auto& planned : run.plan) plan[planned.ordinal] = &planned;
  Contended counts;
  for (const auto& summary : launches) {
    const auto planned = plan.find(summary.launch.case_ordinal);
    if (planned == plan.end() || !is_contended(summary.launch)) continue;
    ++counts[{to_string(planned->second->value), trial_side(run, *planned->second), summary.launch.subject}];
  }
  return counts;
}

Document make_document(const std::string& command, const Context& context, const std::vector<Run>& runs) {
  Document document;
  document.command = command;
  document.assay_version = version_text;
  document.identify = context.identify;
  for (const auto& run : runs) document.runs.push_back({run.id, run.host.name, run.labels, input_files(run)});
  return document;
}

Error nothing_matches(const Run& run, const Selector& selector) {
  std::vector<std::string> names;
  for (const auto& planned : run.plan) {
    names.push_back(planned.value.workload + "/" + planned.value.implementation + "@" + planned.value.device);
  }
  return {ErrorCode::unavailable,
          fmt::format("no case of run {} matches '{}'", run.id.substr(0, 8), printable(selector.text)),
          suggest(selector.workload + "/" + selector.implementation + "@cpu", names)};
}

std::vector<ResultRow> show_run(const std::string& command, const Store& store, const std::string& run_id,
                                const std::optional<Selector>& selector, const Context& context,
                                const std::vector<std::string>& metrics) {
  Run run = store.load_run(run_id);
  run.state = run_state(run.state, run.host.name, store.path());
  const auto launches = store.load_summaries(run_id);
  const auto all = results(store, run, launches);
  auto rows = all;
  select(rows, selector);
  if (!metrics.empty()) select_metrics(rows, metrics);
  const bool nothing = rows.empty() && selector.has_value();
  if (context.json) {
    Document document = make_document(command, context, {run});
    document.results = rows;
    if (nothing) {
      const Error what = nothing_matches(run, *selector);
      document.warnings.push_back({"no_match", what.what(), what.remedy});
    }
    for (const auto& probe : run.probes) {
      if (probe.kind == "hidden")
        document.warnings.push_back({"hidden", probe.name + ": " + probe.probe.reason, probe.probe.remedy});
    }
    for (const auto& row : rows) {
      if (row.status != Status::ok) {
        document.warnings.push_back({to_string(row.status), row.case_key + ": " + row.reason, ""});
      }
      for (const auto& note : row.notes)
        document.warnings.push_back({note.code, row.case_key + ": " + note.text, ""});
    }
    for (const auto& text : input_sentences(run)) document.warnings.push_back({"input", text, ""});
    for (auto& warning : uncounted(rows, run, true)) document.warnings.push_back(std::move(warning));
    context.terminal.out(to_json(document));
    return rows;
  }
  if (nothing) {
    const Error what = nothing_matches(run, *selector);
    context.terminal.note(fmt::format("{}\n  {}", what.what(), printable(what.remedy)));
    return rows;
  }
  if (!metrics.empty()) {
    const std::string text = metrics_table(rows, context.terminal.width());
    if (text.empty()) context.terminal.note(no_metric_matches(all, metrics));
    context.terminal.out(text);
    return rows;
  }
  std::string text = results_table(rows, contended_launches(run, launches), context.terminal.width()) +
                     failures(rows, command, store, run) + notes_text(rows) +
                     collected_text(rows, run, context.terminal.width());
  text += fmt::format(
      "\nrun {}  {} UTC  {}  {}\n", run.id.substr(0, 8), utc(run.started_utc_ms), printable(run.state),
      printable(run.host.host_class.count("cpu.model") != 0 ? run.host.host_class.at("cpu.model") : ""));
  for (const auto& sentence : run_sentences(run, launches, all, store.path())) text += "- " + sentence + "\n";
  context.terminal.out(text);
  return rows;
}

}  // namespace assay::cli
