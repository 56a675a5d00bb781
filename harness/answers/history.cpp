// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/history.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "harness/answers/results.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/judge/comparison.h"
#include "harness/store/transfer.h"

namespace assay {

namespace {

namespace fs = std::filesystem;

/// What of a host stays as it is while a run goes on, and can change what is measured.
constexpr const char* steady_facts[] = {"kernel",
                                        "libc",
                                        "os",
                                        "cpu.microcode",
                                        "cpu.governor",
                                        "cpu.driver",
                                        "cpu.boost",
                                        "cpu.smt",
                                        "clocksource",
                                        "aslr",
                                        "cgroup.cpu_max",
                                        "numa.balancing",
                                        "transparent_hugepage",
                                        "virtualized"};

/// Of a device: the software that drives it, and what its user hides of it. The rest is its identity, or its
/// serial number's.
bool is_environment(const std::string& device_fact) {
  const auto has = [&](const char* word) { return device_fact.find(word) != std::string::npos; };
  return has("driver") || has("runtime") || has("firmware") || device_fact == "ecc" ||
         device_fact == "without";
}

Facts environment_of(const Run& run, const ResultRow& row, const Device& device) {
  Facts facts;
  const auto put = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  for (const char* key : steady_facts) {
    const auto found = run.host.environment.find(key);
    if (found != run.host.environment.end()) put(key, found->second);
  }
  for (const auto& [key, value] : device.fingerprint) {
    if (is_environment(key)) put("device." + key, value);
  }
  if (device.name != "cpu") facts.emplace("device.without", "nothing");  // of which nothing is hidden
  put("device.board", board_of(device));
  put("assay", run.assay_version);
  put("compiler", row.subject.compiler);
  put("isa", row.isa);
  if (row.threads > 0) put("threads", std::to_string(row.threads));
  return facts;
}

Facts definition_of(const ResultRow& row, const MetricValue& metric) {
  Facts facts;
  const auto version = row.value.params.find("v");
  facts["v"] = version == row.value.params.end() ? "1" : to_string(version->second);
  if (!row.input_digest.empty()) facts["input"] = row.input_digest;
  if (row.work.operations > 0 || row.work.minimum_bytes > 0 || row.work.units > 0) {
    facts["work"] = shortest(row.work.operations) + " operations, " + shortest(row.work.minimum_bytes) +
                    " bytes, " + shortest(row.work.units) + " " + row.unit_of_work;
  }
  if (!is_exact(metric.id)) return facts;
  if (!metric.tool.empty()) facts["tool"] = metric.tool;
  if (!metric.isa.empty()) facts["isa"] = metric.isa;
  if (metric.threads > 0) facts["threads"] = std::to_string(metric.threads);
  return facts;
}

SeriesKey key_of(const ResultRow& row, const Device& device) {
  Case value = row.value;
  value.params.erase("v");
  const std::string model = model_of(device);
  return {to_string(value), "", row.subject.name, row.host_class_id,
          device.name + (model.empty() ? "" : " " + model)};
}

}  // namespace

bool is_watched(const std::string& id) {
  if (id == "time.wall.p50" || id == "time.device.p50") return true;
  const std::string source = source_of(id);  // simulated misses explain, they never gate
  return id.ends_with(".instructions") ? is_exact(id) : source == "size" || source == "stack";
}

std::uint32_t History::shared(Facts facts) {
  const auto [known, fresh] = fact_numbers_.try_emplace(facts, static_cast<std::uint32_t>(facts_.size()));
  if (fresh) facts_.push_back(std::make_shared<const Facts>(std::move(facts)));
  return known->second;
}

std::uint32_t History::shared(const std::string& case_text) {
  const auto [known, fresh] =
      case_numbers_.try_emplace(case_text, static_cast<std::uint32_t>(case_texts_.size()));
  if (fresh) case_texts_.push_back(case_text);
  return known->second;
}

/// The place of that run, with nothing in it.
std::uint32_t History::number_of(const Run& run) {
  const auto [known, fresh] = run_numbers_.try_emplace(run.id, static_cast<std::uint32_t>(runs_.size()));
  if (fresh) runs_.emplace_back();
  KnownRun& entry = runs_[known->second];
  if (entry.points > 0) {
    for (auto& [key, values] : values_)
      std::erase_if(values.all, [&](const Value& value) { return value.run == known->second; });
  }
  entry = {run.id, run.host.name, {}, run.started_utc_ms, nullptr, 0, 0, 0, false};
  if (run.commit) entry.commit = std::make_shared<const Commit>(*run.commit);
  return known->second;
}

void History::take(const Store& store, const Run& run, const std::vector<LaunchSummary>& launches,
                   std::uint32_t number) {
  KnownRun& entry = runs_[number];
  std::map<std::string, const Device*> devices;  // by name: one run has one of each
  for (const LaunchSummary& item : launches) devices.emplace(item.launch.device.name, &item.launch.device);
  const bool tails = std::any_of(query_.metrics.begin(), query_.metrics.end(), [](const std::string& text) {
    return text.find('*') != std::string::npos || text.ends_with(".p90") || text.ends_with(".p99");
  });
  const std::vector<ResultRow> rows = results(store, run, launches, tails);
  std::map<std::pair<std::string, std::string>, int> sides;
  for (const ResultRow& row : rows) ++sides[{row.case_key, row.subject.name}];
  for (const ResultRow& row : rows) {
    if (row.status != Status::ok) continue;
    if (sides[{row.case_key, row.subject.name}] > 1) {
      ++entry.ambiguous;
      continue;
    }
    const auto device = devices.find(row.value.device);
    const Device& measured_on =
        device == devices.end() ? Device{row.value.device, row.device_fidelity, {}} : *device->second;
    SeriesKey key = key_of(row, measured_on);
    const std::uint32_t environment = shared(environment_of(run, row, measured_on));
    const std::uint32_t case_text = shared(row.case_key);
    // Of another tool's that gave no samples, what it gave in their place.
    const bool untimed = !row.verified && row.launches == 0;
    for (const MetricValue& metric : row.metrics) {
      const bool wanted =
          query_.metrics.empty()
              ? is_watched(metric.id) || (untimed && metric.better != Better::neither)
              : std::any_of(query_.metrics.begin(), query_.metrics.end(),
                            [&](const std::string& text) { return glob_match(text, metric.id); });
      const bool emulated = row.device_fidelity == "functional" && !is_exact(metric.id);
      if (!wanted || emulated || !metric.value) continue;
      key.metric = metric.id;
      Values& values = values_[key];
      if (values.all.empty() || values.newest_utc_ms < run.started_utc_ms) {
        values.unit = metric.unit;
        values.better = metric.better;
        values.newest_utc_ms = run.started_utc_ms;
      }
      constexpr double none = std::numeric_limits<double>::quiet_NaN();
      values.all.push_back({*metric.value, metric.ci_low.value_or(none), metric.ci_high.value_or(none),
                            metric.n, number, case_text, shared(definition_of(row, metric)), environment});
      ++entry.points;
    }
  }
}

bool History::add(const Store& store, const std::function<bool()>& go_on) {
  return add(store, run_heads(store), go_on);
}

bool History::add(const Store& store, const std::vector<RunHead>& heads, const std::function<bool()>& go_on) {
  std::map<std::string, std::set<std::int64_t>> cases;  // of the selector; without one all count
  if (query_.selector) {
    cases = runs_with(store, [&](const Case& value, const Params& params) {
      return matches(*query_.selector, value, params);
    });
  }
  const bool in_progress = Store::in_progress(store.path());
  for (const RunHead& head : heads) {
    const auto wanted = cases.find(head.id);
    if (query_.selector && wanted == cases.end()) continue;
    if (head.state == "running" && in_progress) continue;
    const bool host = head.host_class_id.starts_with(query_.host) || head.host_name == query_.host ||
                      pseudonym(head.host_name) == query_.host;
    if (!host) continue;
    const auto number = run_numbers_.find(head.id);
    const KnownRun* const known = number == run_numbers_.end() ? nullptr : &runs_[number->second];
    if (known != nullptr && known->whole && known->source == store.path()) continue;  // nothing comes to it
    const std::int64_t launches = launch_count(store, head.id);
    if (known != nullptr && known->launches >= launches) continue;
    if (go_on && !go_on()) {
      add_events(store);
      return false;
    }
    // A share of a limit needs the run's other cases, which tell the limit.
    const bool whole = !query_.selector ||
                       std::any_of(query_.metrics.begin(), query_.metrics.end(),
                                   [](const std::string& text) { return glob_match(text, "roof.fraction"); });
    const CaseRange range =
        whole ? CaseRange{} : CaseRange{*wanted->second.begin(), *wanted->second.rbegin()};
    Run run = store.load_run(head.id, range);
    if (!whole)
      std::erase_if(run.plan, [&](const PlannedCase& c) { return !wanted->second.contains(c.ordinal); });
    const std::vector<LaunchSummary> summaries = store.load_summaries(head.id, range);
    const std::uint32_t place = number_of(run);
    take(store, run, summaries, place);
    runs_[place].launches = launches;
    runs_[place].whole = head.state == "complete" && store.path() != ":memory:";
    runs_[place].source = store.path();
  }
  add_events(store);
  return true;
}

void History::add_events(const Store& store) {
  for (TriageEvent& event : load_triage(store)) {
    const bool known = std::any_of(events_.begin(), events_.end(),
                                   [&](const TriageEvent& other) { return other.id == event.id; });
    if (!known) events_.push_back(std::move(event));
  }
}

void History::add_events_of(const std::string& path) {
  try {
    add_events(Store::open(path, Store::Mode::read_only));
  } catch (const Error& error) {
    broken_.push_back({path, std::string("what people decided is not known: ") + error.what(), error.remedy});
  }
}

/// A database is added at once, an export comes to `exports`.
void History::add_file(const std::string& path, Store& exports) {
  try {
    if (is_database(path)) {
      add(Store::open(path, Store::Mode::read_only));
      return;
    }
    std::ifstream file(path, std::ios::binary);
    (void)import_runs(exports, file, path);
  } catch (const Error& error) {
    const bool is_export = error.code == ErrorCode::bad_input;
    broken_.push_back(
        {path, error.what(), is_export ? "write it again: 'assay export RUN --format assay'" : error.remedy});
  }
}

void History::add_path(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  Store exports = Store::temporary();
  if (fs::is_regular_file(status)) {
    add_file(path, exports);
    add(exports);
    return;
  }
  if (!fs::is_directory(status)) {
    throw Error(ErrorCode::bad_input, path + " is neither a file nor a folder",
                "name a folder of files that 'assay export --format assay' wrote, or a database");
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string extension = entry.path().extension().string();
    const bool ours = extension == ".json" || extension == ".jsonl" || extension == ".db";
    std::error_code ignored;
    if (ours && entry.is_regular_file(ignored)) files.push_back(entry.path().string());
  }
  if (error) throw Error(ErrorCode::bad_input, path + " cannot be read: " + error.message());
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) add_file(file, exports);
  add(exports);
}

std::size_t History::run_count() const {
  return static_cast<std::size_t>(
      std::count_if(runs_.begin(), runs_.end(), [](const KnownRun& run) { return !run.empty(); }));
}

std::size_t History::runs_without_commit() const {
  return static_cast<std::size_t>(std::count_if(
      runs_.begin(), runs_.end(), [](const KnownRun& run) { return !run.empty() && run.commit == nullptr; }));
}

std::size_t History::ambiguous_count() const {
  std::size_t count = 0;
  for (const KnownRun& run : runs_) count += run.ambiguous;
  return count;
}

Series History::series_of(const SeriesKey& key, const Values& values, const HistoryRules& rules) const {
  const auto some = [](double value) { return std::isnan(value) ? std::nullopt : std::optional(value); };
  // Whatever order runs were read in, equal databases give equal answers.
  std::vector<std::uint32_t> rank(runs_.size());
  std::uint32_t next = 0;
  for (const auto& [id, number] : run_numbers_) rank[number] = next++;
  std::vector<const Value*> sorted;
  sorted.reserve(values.all.size());
  for (const Value& value : values.all) sorted.push_back(&value);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Value* a, const Value* b) { return rank[a->run] < rank[b->run]; });
  std::vector<HistoryPoint> points;
  points.reserve(sorted.size());
  for (const Value* value : sorted) {
    const KnownRun& run = runs_[value->run];
    HistoryPoint point;
    point.run = run.id;
    point.host = run.host;
    point.case_key = case_texts_[value->case_text];
    point.started_utc_ms = run.started_utc_ms;
    point.commit = run.commit;
    point.value = value->value;
    point.ci_low = some(value->ci_low);
    point.ci_high = some(value->ci_high);
    point.n = value->n;
    point.definition = facts_[value->definition];
    point.environment = facts_[value->environment];
    points.push_back(std::move(point));
  }
  return make_series(key, values.unit, values.better, std::move(points), rules);
}

std::vector<Series> History::series(const HistoryRules& rules) const {
  std::vector<Series> all;
  for (const auto& [key, values] : values_) {
    if (!values.all.empty()) all.push_back(series_of(key, values, rules));
  }
  return all;
}

std::vector<SeriesKey> History::keys() const {
  std::vector<SeriesKey> all;
  for (const auto& [key, values] : values_) {
    if (!values.all.empty()) all.push_back(key);
  }
  return all;
}

Series History::series_of(const SeriesKey& key, const HistoryRules& rules) const {
  const auto found = values_.find(key);
  return found == values_.end() ? Series{key, {}, Better::neither, {}, {}, {}, {}, 0, 0, 0}
                                : series_of(key, found->second, rules);
}

std::vector<Regression> regressions(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                                    std::int64_t now_utc_ms) {
  std::vector<Regression> found;
  for (const Series& one : series) {
    for (const Change& change : one.changes) {
      if (change.regression) found.push_back({&one, &change, triage(one, change, events, now_utc_ms)});
    }
  }
  const auto size = [](const Regression& regression) {  // from nothing to something is the largest
    const auto& ratio = regression.change->ratio;
    return ratio ? std::abs(std::log(*ratio)) : std::numeric_limits<double>::infinity();
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Regression& a, const Regression& b) { return size(a) > size(b); });
  return found;
}

}  // namespace assay
