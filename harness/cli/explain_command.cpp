// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "harness/answers/regions.h"
#include "harness/answers/results.h"
#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/metric_groups.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/core/collector_cost.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/judge/meanings.h"

namespace assay::cli {

namespace {

using Json = nlohmann::ordered_json;

/// What a name means, as its JSON; the text is the same, key by key.
class Explainer {
 public:
  Explainer(const std::string& name, const Context& context) : name_(name), context_(context) {}

  Json all() {
    explain_words();
    explain_own();
    explain_regions();
    for (const auto& group : groups_here(context_)) explain_group(group);
    explain_collectors();
    if (found_.empty()) explain_elsewhere();
    if (found_.empty()) explain_workers();
    if (found_.empty()) {
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is no metric, group, event or verdict", printable(name_)),
                  closest() + "'assay list metrics' and 'assay list groups' show what there is");
    }
    return found_;
  }

 private:
  /// "did you mean 'x'? ", without the long list of all that there is.
  std::string closest() const {
    const std::string remedy = suggest(name_, known_);
    return remedy.substr(0, remedy.find("known: "));
  }

  /// Takes the name, too, for a metric's last parts: "ipc" for "perf.ipc".
  bool is_asked(const std::string& candidate) {
    known_.push_back(candidate);
    return candidate == name_ || candidate.ends_with("." + name_);
  }

  void explain_words() {
    for (const auto& meaning : meanings()) {
      if (is_asked(std::string(meaning.name)))
        found_.push_back({{"kind", meaning.kind}, {"name", meaning.name}, {"meaning", meaning.text}});
    }
  }

  void explain_own() {
    for (const auto& metric : own_metrics()) {
      if (!is_asked(metric.id)) continue;
      found_.push_back({{"kind", "metric"},
                        {"name", metric.id},
                        {"meaning", metric.doc},
                        {"unit", metric.unit},
                        {"better", to_string(metric.better)},
                        {"measured by", "every run"}});
    }
  }

  /// "regions.solve/step.p50" is "regions.REGION.p50".
  void explain_regions() {
    constexpr std::string_view source = "regions.";
    for (const auto& metric : region_metrics()) {
      const std::string last = metric.id.substr(metric.id.rfind('.'));
      const bool of_one = metric.id.find(".REGION.") != std::string::npos && name_.starts_with(source) &&
                          name_.ends_with(last) && name_.size() > source.size() + last.size();
      if (!is_asked(metric.id) && !of_one) continue;
      found_.push_back({{"kind", "metric"},
                        {"name", of_one ? name_ : metric.id},
                        {"meaning", metric.doc},
                        {"unit", metric.unit},
                        {"better", to_string(metric.better)},
                        {"measured by", "regions"},
                        {"measure", "assay run --collect regions -- PROGRAM"}});
    }
  }

  /// The meaning of a reading that a collector declares itself.
  static Metric declared(const stats::GroupEvent& event) {
    for (const auto& row : program_components().collectors) {
      if (row.name != event.collector) continue;
      for (const auto& metric : row.make()->metrics()) {
        if (metric.id == event.metric) return metric;
      }
    }
    return {event.metric, event.unit, Better::neither, event.doc};
  }

  static Json event_row(const stats::GroupEvent& event, const Reading& tried) {
    Json row{{"event", event.name},
             {"counts", event.unit},
             {"meaning", event.doc.empty() ? declared(event).doc : event.doc},
             {"measured by", event.collector + ":" + event.request},
             {"here", tried.value ? "yes" : to_string(tried.state) + ": " + tried.reason}};
    return row;
  }

  Json event_rows(const stats::MetricGroup& group, const std::vector<std::string>& names) const {
    Json rows = Json::array();
    const auto tried = try_group(group);
    for (std::size_t i = 0; i < group.events.size(); ++i) {
      if (std::find(names.begin(), names.end(), group.events[i].name) != names.end())
        rows.push_back(event_row(group.events[i], tried[i]));
    }
    return rows;
  }

  void explain_group(const stats::MetricGroup& group) {
    if (is_asked(group.name)) {
      const auto tried = try_group(group);
      Json metrics = Json::array();
      for (const auto& metric : group.metrics) {
        metrics.push_back({{"metric", metric.metric.id},
                           {"unit", metric.metric.unit},
                           {"better", to_string(metric.metric.better)},
                           {"meaning", metric.metric.doc}});
      }
      Json events = Json::array();
      for (std::size_t i = 0; i < group.events.size(); ++i)
        events.push_back(event_row(group.events[i], tried[i]));
      found_.push_back({{"kind", "group"},
                        {"name", group.name},
                        {"meaning", group.doc},
                        {"for", group.uarch},
                        {"file", group.origin},
                        {"here", usable(group, tried)},
                        {"measure", "assay run SELECTOR --collect group:" + group.name},
                        {"metrics", metrics},
                        {"events", events}});
    }
    for (const auto& metric : group.metrics) {
      if (is_asked(metric.metric.id)) explain_derived(group, metric);
    }
    for (const auto& event : group.events) {
      const bool twice = std::any_of(found_.begin(), found_.end(),
                                     [&](const Json& one) { return one["name"] == event.metric; });
      if (event.doc.empty() || !is_asked(event.metric) || twice) continue;
      const auto tried = try_group(group);
      Json one = event_row(event, tried[static_cast<std::size_t>(&event - group.events.data())]);
      found_.push_back({{"kind", "metric"},
                        {"name", event.metric},
                        {"meaning", one["meaning"]},
                        {"unit", event.unit},
                        {"group", group.name + " (" + group.uarch + ")"},
                        {"measured by", one["measured by"]},
                        {"here", one["here"]}});
    }
  }

  static Json derived_row(const stats::MetricGroup& group, const stats::DerivedMetric& metric,
                          const std::string& here) {
    return {{"kind", "metric"},
            {"name", metric.metric.id},
            {"meaning", metric.metric.doc},
            {"unit", metric.metric.unit},
            {"better", to_string(metric.metric.better)},
            {"formula", metric.formula.text()},
            {"group", group.name + " (" + group.uarch + ")"},
            {"here", here}};
  }

  void explain_derived(const stats::MetricGroup& group, const stats::DerivedMetric& metric) {
    const auto names = metric.formula.names();
    Json facts = Json::array();
    for (const auto& fact : stats::call_facts()) {
      if (std::find(names.begin(), names.end(), fact.name) != names.end())
        facts.push_back({{"operand", fact.name}, {"unit", fact.unit}, {"meaning", fact.doc}});
    }
    Json one = derived_row(group, metric, usable(group, metric, try_group(group)));
    one["measure"] = "assay run SELECTOR --collect group:" + group.name;
    one["events"] = event_rows(group, names);
    if (!facts.empty()) one["operands"] = facts;
    found_.push_back(one);
  }

  void add_metric(const Metric& metric, const std::string& collector, const std::string& here) {
    found_.push_back({{"kind", "metric"},
                      {"name", metric.id},
                      {"meaning", metric.doc},
                      {"unit", metric.unit},
                      {"better", to_string(metric.better)},
                      {"measured by", collector},
                      {"here", here},
                      {"measure", "assay run SELECTOR --collect " + collector}});
  }

  static std::string here(const Probe& probe) {
    return probe.available ? "yes"
                           : "no: " + probe.reason + (probe.remedy.empty() ? "" : "; " + probe.remedy);
  }

  void explain_collectors() {
    for (const auto& row : program_components().collectors) {
      const std::string name(row.name);
      if (const Metric cost = cost_metric(name); is_asked(cost.id))
        add_metric(cost, name, here(row.make()->probe()));
      for (const auto& metric : row.make()->metrics()) {
        if (!is_asked(metric.id)) continue;
        const auto tried = try_events(name, {metric.id.substr(metric.id.find('.') + 1)});
        const bool counted = !tried.empty() && tried.front().value.has_value();
        add_metric(
            metric, name,
            counted || tried.empty() ? "yes" : to_string(tried.front().state) + ": " + tried.front().reason);
      }
    }
    for (const auto& row : program_components().around_collectors) {
      const auto collector = row.make();
      for (const auto& metric : collector->metrics()) {
        if (is_asked(metric.id)) add_metric(metric, std::string(row.name), here(collector->probe()));
      }
    }
  }

  /// Groups of other microarchitectures, and events that a collector takes by any name.
  void explain_elsewhere() {
    for (const auto& [name, reason] : groups_elsewhere(context_.settings)) {
      if (is_asked(name))
        found_.push_back({{"kind", "group"},
                          {"name", name},
                          {"meaning", "a group that this machine has not"},
                          {"here", "no: " + reason}});
    }
    for (const auto& group : groups_everywhere(context_.settings)) {
      const std::string where = fmt::format("no: a group of {}, which this machine is not", group.uarch);
      for (const auto& metric : group.metrics) {
        if (is_asked(metric.metric.id)) found_.push_back(derived_row(group, metric, where));
      }
    }
    constexpr std::string_view papi = "papi.";
    if (!found_.empty() || !name_.starts_with(papi)) return;
    std::string event = name_.substr(papi.size());  // readings write presets in small letters
    if (event.starts_with("papi_"))
      std::transform(event.begin(), event.end(), event.begin(),
                     [](unsigned char c) { return std::toupper(c); });
    const auto tried = try_events("papi", {event});
    if (tried.empty()) return;
    const Reading& reading = tried.front();
    add_metric({name_, reading.unit, Better::lower,
                "PAPI's event " + event + " (see papi_avail, papi_native_avail)"},
               "papi:" + event, reading.value ? "yes" : to_string(reading.state) + ": " + reading.reason);
  }

  /// What only a worker of somebody else knows.
  void explain_workers() {
    try {
      for (const auto& worker : open_workers(context_)) {
        for (const auto& offer : worker.hello.collectors) {
          for (const auto& metric : offer.metrics) {
            if (is_asked(metric.id)) add_metric(metric, offer.name, here(offer.probe));
          }
        }
      }
    } catch (const Error& error) {
      if (error.code != ErrorCode::unavailable) throw;
    }
  }

  std::string name_;
  const Context& context_;
  Json found_ = Json::array();
  std::vector<std::string> known_;
};

std::string rows_text(const Json& rows, std::size_t width) {
  std::vector<Column> columns;
  int importance = 9;
  for (const auto& [key, value] : rows.front().items()) columns.push_back({key, false, importance--});
  Table table(columns);
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, value] : row.items()) cells.push_back(value.get<std::string>());
    table.add(cells);
  }
  return table.text(width);
}

std::string as_text(const Json& found, std::size_t width) {
  std::string text;
  for (const auto& one : found) {
    text += (text.empty() ? "" : "\n") + printable(one["name"].get<std::string>()) + ", a " +
            one["kind"].get<std::string>() + ": " + printable(one["meaning"].get<std::string>(), 1000) + "\n";
    for (const auto& [key, value] : one.items()) {
      if (key == "name" || key == "kind" || key == "meaning") continue;
      if (value.is_string()) {
        text += fmt::format("  {:<12} {}\n", key, printable(value.get<std::string>(), 1000));
      } else if (!value.empty()) {
        text += "\n" + rows_text(value, width);
      }
    }
  }
  return text;
}

}  // namespace

CommandSpec explain_command() {
  return {"explain", "what a metric, a metric group or a verdict means, and whether it can be measured here",
          "assay explain perf.ipc", [](Arguments arguments) {
            auto name = std::make_shared<std::string>();
            arguments
                .add("name", *name, "a metric (perf.ipc, or ipc), a group (TOPDOWN1), a verdict (slower)")
                .required();
            return [name](Context& context) {
              const Json found = Explainer(*name, context).all();
              context.terminal.out(context.json ? json_answer("explain", {{"explained", found}})
                                                : as_text(found, context.terminal.width()));
              return int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
