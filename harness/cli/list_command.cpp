// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/metric_groups.h"
#include "harness/cli/run_state.h"
#include "harness/cli/scenarios.h"
#include "harness/cli/suites.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/exchange/document.h"
#include "harness/exchange/launches.h"
#include "harness/exchange/tool_run.h"
#include "harness/judge/requirements.h"
#include "harness/store/store.h"

namespace assay::cli {

namespace {

std::string here(const Probe& probe) {
  if (probe.available) return "yes";
  return "no: " + probe.reason + (probe.remedy.empty() ? "" : "; " + probe.remedy);
}

/// Some thirty emulators, of which each is started to be asked: not for who asks about a worker.
std::vector<std::string> emulated(const Context& context) {
  if (!context.worker_commands.empty()) return {};
  return {all_boards, "wasm:*"};
}

Table workloads(const Context& context) {
  Table table({{"workload", false, always},
               {"here", false, 6},
               {"parameters (default)", false, 3},
               {"presets", false, 4},
               {"input", false, 2},
               {"unit", false, 5}});
  for (const auto& worker : open_workers(context)) {
    for (const auto& offer : worker.hello.workloads) {
      const Definition& definition = offer.definition;
      std::string parameters;
      for (const auto& p : definition.parameters) {
        parameters += (parameters.empty() ? "" : " ") + p.name + "=" + to_string(p.default_value);
      }
      std::string presets;
      for (const auto& p : definition.presets) presets += (presets.empty() ? "" : " ") + p.name;
      std::string roles;
      for (const auto& role : definition.inputs) roles += (roles.empty() ? "" : " ") + role.name;
      table.add({definition.name, here(offer.probe), parameters, presets, roles, definition.unit_of_work});
    }
  }
  return table;
}

Table implementations(const Context& context) {
  Table table({{"workload", false, 8},
               {"implementation", false, always},
               {"device", false, 4},
               {"accuracy", false, 2},
               {"here", false, 7},
               {"worker", false, 1}});
  for (const auto& worker : open_workers(context, {}, emulated(context))) {
    for (const auto& offer : worker.hello.workloads) {
      if (!offer.probe.available)
        table.add({offer.definition.name, "", "", "", here(offer.probe), worker.spec.id});
      for (const auto& row : offer.implementations) {
        table.add(
            {offer.definition.name, row.name, row.device, row.accuracy, here(row.probe), worker.spec.id});
      }
    }
  }
  return table;
}

Table devices(const Context& context) {
  Table table({{"device", false, always},
               {"fidelity", false, 5},
               {"here", false, 7},
               {"worker", false, 3},
               {"fingerprint", false, 1}});
  struct Row {
    const DeviceOffer* offer;
    std::string workers;  // of a board, one for each of its images
  };
  const auto workers = open_workers(context, {}, emulated(context));
  std::vector<Row> rows;
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.devices) {
      const auto same = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
        return row.offer->device.name == offer.device.name &&
               row.offer->device.fingerprint == offer.device.fingerprint &&
               here(row.offer->probe) == here(offer.probe);
      });
      if (same == rows.end()) {
        rows.push_back({&offer, worker.spec.id});
      } else {
        same->workers += " " + worker.spec.id;
      }
    }
  }
  for (const auto& row : rows) {
    const Device& device = row.offer->device;
    std::string facts;
    for (const auto& [key, value] : device.fingerprint)
      facts += (facts.empty() ? "" : " ") + key + "=" + value;
    table.add({device.name, device.fidelity, here(row.offer->probe), row.workers, facts});
  }
  return table;
}

Table collectors(const Context& context, bool metrics) {
  Table table(
      metrics
          ? std::vector<Column>{{"metric", false, always},
                                {"unit", false, 5},
                                {"collector", false, 4},
                                {"meaning", false, 3}}
          : std::vector<Column>{
                {"collector", false, always}, {"where", false, 4}, {"here", false, 7}, {"worker", false, 1}});
  const auto add = [&](const std::string& name, const char* where, const Probe& probe,
                       const std::string& worker, const std::vector<Metric>& list) {
    if (!metrics) table.add({name, where, here(probe), worker});
    for (const auto& metric : list) {
      if (metrics) table.add({metric.id, metric.unit, name, metric.doc});
    }
  };
  if (metrics) {
    for (const auto& metric : own_metrics()) table.add({metric.id, metric.unit, "every run", metric.doc});
  }
  for (const auto& worker : open_workers(context)) {
    for (const auto& offer : worker.hello.collectors)
      add(offer.name, "inside", offer.probe, worker.spec.id, offer.metrics);
  }
  for (const auto& row : program_components().around_collectors) {
    const auto collector = row.make();
    add(std::string(row.name), "around", collector->probe(), "", collector->metrics());
  }
  if (metrics) {
    for (const auto& group : groups_here(context)) {
      for (const auto& metric : group.metrics)
        table.add({metric.metric.id, metric.metric.unit, "group:" + group.name, metric.metric.doc});
    }
  }
  for (const auto& row : program_components().absent) {
    if (!metrics)
      table.add({std::string(row.name), row.kind == "collector" ? "inside" : "around",
                 here(Probe::absent(std::string(row.reason), std::string(row.remedy))), ""});
  }
  return table;
}

Table groups(const Context& context) {
  Table table({{"group", false, 9},
               {"for", false, 5},
               {"metrics", true, 4},
               {"here", false, 7},
               {"meaning", false, 6}});
  for (const auto& group : groups_here(context)) {
    table.add({group.name, group.uarch, std::to_string(group.metrics.size()), usable(group, try_group(group)),
               group.doc});
  }
  for (const auto& [name, reason] : groups_elsewhere(context.settings))
    table.add({name, "others", "0", "no: " + reason, ""});
  return table;
}

Table suites() {
  Table table({{"suite", false, always}, {"selectors", true, 3}, {"description", false, 5}});
  for (const auto& suite : list_suites())
    table.add({suite.name, std::to_string(suite.selectors.size()), suite.description});
  return table;
}

Table scenarios() {
  Table table({{"scenario", false, always},
               {"requirements", true, 3},
               {"weights", false, 3},
               {"description", false, 5}});
  for (const Scenario& one : list_scenarios()) {
    const Requirements requirements = parse_requirements(read_text(one.requirements), one.requirements);
    table.add({one.name, std::to_string(requirements.all.size()),
               one.weights.empty() ? "all alike" : "its own", requirements.description});
  }
  return table;
}

Table format_table() {
  Table table({{"format", false, always}, {"direction", false, 5}, {"what", false, 4}});
  struct Row {
    std::string direction, what;
  };
  std::map<std::string, Row> rows{
      {"assay", {"import, export", "a whole run with raw samples; merges by UUID"}}};
  for (const auto& format : import_formats())
    rows[format.name] = {"import", format.what + (format.probe.available ? "" : "; " + here(format.probe))};
  const auto add = [&](const std::string& name, const std::string& what) {
    Row& row = rows[name];
    row = row.what.empty() ? Row{"export", what} : Row{"import, export", row.what + "; " + what};
  };
  for (const auto& format : formats()) add(format.name, format.what);
  for (const auto& format : launch_formats()) add(format.name, format.what);
  for (const auto& [name, row] : rows) table.add({name, row.direction, row.what});
  return table;
}

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [key, value] : labels)
    text += (text.empty() ? "" : " ") + (key == "name" ? value : key + "=" + value);
  return text;
}

Table runs(const Context& context, bool hosts) {
  const std::string path = context.settings.existing_database();
  std::vector<RunSummary> all;
  if (!path.empty()) all = Store::open(path, Store::Mode::read_only).list_runs();
  if (!hosts) {
    Table table({{"run", false, always},
                 {"started (UTC)", false, 6},
                 {"state", false, 5},
                 {"suite", false, 4},
                 {"cases", true, 4},
                 {"launches", true, 3},
                 {"failed", true, 5},
                 {"labels", false, 2}});
    for (const auto& run : all) {
      table.add({run.id.substr(0, 8), utc(run.started_utc_ms), run_state(run.state, run.host_name, path),
                 run.suite, std::to_string(run.cases), std::to_string(run.launches),
                 std::to_string(run.failed), labels_text(run.labels)});
    }
    return table;
  }
  Table table({{"host", false, always}, {"class", false, 5}, {"runs", true, 3}});
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const auto& run : all) ++counts[{run.host_name, run.host_class_id}];
  for (const auto& [host, number] : counts) table.add({host.first, host.second, std::to_string(number)});
  return table;
}

Table make_list(const std::string& what, const Context& context) {
  if (what == "workloads") return workloads(context);
  if (what == "implementations") return implementations(context);
  if (what == "devices") return devices(context);
  if (what == "collectors" || what == "metrics") return collectors(context, what == "metrics");
  if (what == "groups") return groups(context);
  if (what == "suites") return suites();
  if (what == "scenarios") return scenarios();
  if (what == "formats") return format_table();
  if (what == "runs" || what == "hosts") return runs(context, what == "hosts");
  throw Error(ErrorCode::usage, fmt::format("'{}' cannot be listed", what), suggest(what, list_kinds()));
}

}  // namespace

const std::vector<std::string>& list_kinds() {
  static const std::vector<std::string> kinds{
      "workloads", "implementations", "devices", "collectors", "metrics", "groups",
      "suites",    "scenarios",       "formats", "runs",       "hosts"};
  return kinds;
}

CommandSpec list_command() {
  const std::string kinds = fmt::format("{}", fmt::join(list_kinds(), ", "));
  return {"list", "what there is: " + kinds, "assay list implementations", [kinds](Arguments arguments) {
            auto what = std::make_shared<std::string>("workloads");
            arguments.add("what", *what, "one of: " + kinds).show_default();
            return [what](Context& context) {
              const Table table = make_list(*what, context);
              context.terminal.out(context.json ? table.json(*what) : table.text(context.terminal.width()));
              if (table.empty()) context.terminal.note("none yet");
              return int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
