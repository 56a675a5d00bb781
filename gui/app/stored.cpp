// SPDX-License-Identifier: Apache-2.0
#include "gui/app/stored.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "harness/core/error.h"
#include "harness/store/history.h"

namespace assay::gui {

FoundRun find_run(const std::vector<std::string>& databases, const std::string& run) {
  for (std::size_t i = 0; i < databases.size(); ++i) {
    try {
      Store store = Store::open(databases[i], Store::Mode::read_only);
      std::string id = store.find_run(run);
      return {std::move(store), std::move(id)};
    } catch (const Error&) {
      if (i + 1 == databases.size()) throw;
    }
  }
  throw Error(ErrorCode::bad_input, "no database is open", "Ctrl+O opens one");
}

const PlannedCase* planned(const Run& run, const std::string& case_key) {
  const auto found = std::find_if(run.plan.begin(), run.plan.end(), [&](const PlannedCase& one) {
    Case value = one.value;
    value.params.erase("v");  // series span versions of a definition
    return to_string(one.value) == case_key || to_string(value) == case_key;
  });
  return found == run.plan.end() ? nullptr : &*found;
}

namespace {

/// The UUID of the board that has this name in the run; "" where that is not known.
std::string board_of(const Store& store, const std::string& run, const std::string& device) {
  for (const LaunchSummary& summary : store.load_summaries(run)) {
    const Device& used = summary.launch.device;
    const auto uuid = used.fingerprint.find("uuid");
    if (used.name == device && uuid != used.fingerprint.end()) return uuid->second;
  }
  return "";
}

}  // namespace

std::vector<ResultRow> limits_of(const Store& store, const Run& run, const std::string& device) {
  const bool cpu = device == "cpu";
  const auto planned = cpu ? std::map<std::string, std::set<std::int64_t>>()
                           : runs_with(store, [&](const Case& value, const Params&) {
                               return value.device == device && value.workload == "roof.mem";
                             });
  const std::string class_id = run.host.class_id();
  for (const RunHead& head : run_heads(store)) {
    const bool limits = cpu ? head.suite == "roofline" : planned.contains(head.id);
    if (!limits || head.state != "complete") continue;
    if (head.host_name != run.host.name || head.host_class_id != class_id) continue;
    const std::string then = cpu ? "" : board_of(store, head.id, device);
    const std::string now = cpu ? "" : board_of(store, run.id, device);
    if (then.empty() || now.empty() || then == now) return results(store, head.id);
  }
  return {};
}

std::string text_of(const std::string& path, const std::string& remedy) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!file) throw Error(ErrorCode::bad_input, path + " cannot be read", remedy);
  return text;
}

SeriesEntry entry_of(const Series& series) {
  const auto widened = [](const std::optional<Range>& range, std::int64_t number) {
    const auto value = static_cast<double>(number);
    return range ? Range{std::min(range->low, value), std::max(range->high, value)} : Range{value, value};
  };
  const auto& points = series.points;
  SeriesEntry entry;
  entry.key = series.key;
  entry.unit = series.unit;
  entry.points = points.size();
  entry.newest = points.back().value;
  entry.newest_run = points.back().run;
  if (points.size() > 1) entry.previous_run = points[points.size() - 2].run;
  std::optional<Range> time;
  for (const HistoryPoint& point : points) {
    time = widened(time, point.started_utc_ms);
    if (point.commit && point.commit->place) entry.commits = widened(entry.commits, *point.commit->place);
  }
  entry.time = time.value_or(Range{});
  return entry;
}

}  // namespace assay::gui
