// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/metric_group.h"

#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/core/suggest.h"

namespace assay::stats {

namespace {

const GroupEvent* find_event(const MetricGroup& group, const std::string& name) {
  const auto found =
      std::find_if(group.events.begin(), group.events.end(), [&](const auto& e) { return e.name == name; });
  return found == group.events.end() ? nullptr : &*found;
}

const CallFact* find_fact(const std::string& name) {
  const auto& all = call_facts();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& f) { return f.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Unit unit_of_name(const MetricGroup& group, const std::string& name) {
  if (const auto* event = find_event(group, name)) return parse_unit(event->unit);
  if (const auto* fact = find_fact(name)) return parse_unit(fact->unit);
  std::vector<std::string> known;
  for (const auto& event : group.events) known.push_back(event.name);
  for (const auto& fact : call_facts()) known.push_back(fact.name);
  throw Error(ErrorCode::bad_input, "'" + name + "' is no event of this group", suggest(name, known));
}

Reading fact_reading(const CallFact& fact, const CallFacts& facts) {
  Reading reading{.metric = fact.name, .unit = fact.unit};
  if (fact.name == "time") reading.value = facts.time_ns;
  if (fact.name == "threads") reading.value = facts.threads;
  const auto known = [](double work) { return work > 0 ? std::optional<double>(work) : std::nullopt; };
  if (fact.name == "operations") reading.value = known(facts.work.operations);
  if (fact.name == "bytes") reading.value = known(facts.work.minimum_bytes);
  if (fact.name == "units") reading.value = known(facts.work.units);
  if (reading.value) return reading;
  reading.state = ReadingState::not_counted;
  reading.coverage = 0;
  reading.reason = fact.name == "time" ? facts.why_no_time : "the worker does not say how many a call has";
  return reading;
}

Reading event_reading(const GroupEvent& event, const std::vector<Reading>& readings) {
  const auto found = std::find_if(readings.begin(), readings.end(),
                                  [&](const auto& reading) { return reading.metric == event.metric; });
  if (found != readings.end()) {
    const Unit unit = parse_unit(found->unit.empty() ? "count" : found->unit);
    if (!found->value || unit.powers.empty() || unit.same_kind(parse_unit(event.unit))) return *found;
    return {event.metric,
            std::nullopt,
            event.unit,
            ReadingState::not_counted,
            0,
            "it is in " + found->unit + ", and the group takes it for " + event.unit};
  }
  return {event.metric, std::nullopt, event.unit, ReadingState::not_counted, 0, "the worker gave no reading"};
}

void check_metric(const MetricGroup& group, const DerivedMetric& derived, std::set<std::string>& used) {
  const std::string where = "metric '" + derived.metric.id + "': ";
  try {
    const Unit computed = derived.formula.unit([&](const auto& name) { return unit_of_name(group, name); });
    if (!computed.same_kind(parse_unit(derived.metric.unit))) {
      throw Error(ErrorCode::bad_input,
                  "its formula gives " + to_string(computed) + ", its unit says " + derived.metric.unit,
                  "correct the formula, its unit or the units of its events");
    }
  } catch (const Error& error) {
    throw Error(error.code, where + error.what(), error.remedy);
  }
  for (const auto& name : derived.formula.names()) used.insert(name);
}

}  // namespace

const std::vector<CallFact>& call_facts() {
  static const std::vector<CallFact> facts{
      {"time", "ns", "mean wall time of a call"},
      {"threads", "thread", "threads of the case, as the worker saw them"},
      {"operations", "operation", "operations of a call, by the workload's formula"},
      {"bytes", "byte", "bytes that a call must move at least, by the workload's formula"},
      {"units", "unit", "units of work of a call (rows, images, tokens)"}};
  return facts;
}

void check_group(const MetricGroup& group) {
  std::set<std::string> used;
  for (const auto& derived : group.metrics) check_metric(group, derived, used);
  for (const auto& event : group.events) {
    for (const auto& derived : group.metrics) {
      if (derived.metric.id != event.metric) continue;
      throw Error(ErrorCode::bad_input,
                  "metric '" + event.metric + "' has the id of the reading of event '" + event.name + "'",
                  "choose another id");
    }
    if (find_fact(event.name) != nullptr) {
      throw Error(ErrorCode::bad_input, "event '" + event.name + "' has the name of a fact of the call",
                  "choose another name");
    }
    if (used.count(event.name) == 0) {
      throw Error(ErrorCode::bad_input, "event '" + event.name + "' is in no formula",
                  "use it or leave it out: each event costs a counter");
    }
  }
}

std::vector<Reading> derive(const MetricGroup& group, const std::vector<Reading>& readings,
                            const CallFacts& facts) {
  std::vector<Reading> derived;
  for (const auto& metric : group.metrics) {
    derived.push_back(
        metric.formula.evaluate(metric.metric.id, metric.metric.unit, [&](const std::string& name) {
          if (const auto* event = find_event(group, name)) return event_reading(*event, readings);
          return fact_reading(*find_fact(name), facts);
        }));
    derived.back().better = metric.metric.better;
  }
  return derived;
}

}  // namespace assay::stats
