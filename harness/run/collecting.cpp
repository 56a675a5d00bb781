// SPDX-License-Identifier: Apache-2.0
#include "harness/run/collecting.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/reserved_keys.h"

namespace assay::run {

std::string collector_name(const std::string& asked) { return asked.substr(0, asked.find(':')); }

std::vector<std::string> collector_events(const std::string& asked) {
  std::vector<std::string> events;
  const auto colon = asked.find(':');
  for (std::size_t begin = colon; begin < asked.size();) {
    const auto end = std::min(asked.find(',', begin + 1), asked.size());
    if (end > begin + 1) events.push_back(asked.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  return events;
}

std::vector<Metric> declared_metrics(const WorkerInfo& worker) {
  std::vector<Metric> all;
  for (const auto& offer : worker.hello.collectors)
    all.insert(all.end(), offer.metrics.begin(), offer.metrics.end());
  return all;
}

void check_readings(const protocol::Measured& measured, const std::vector<Metric>& declared) {
  for (const auto& reading : measured.readings) {
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::protocol,
                  "measure: the reading '" + printable(reading.metric, 100) + "' " + what,
                  "declare the metric in hello, under a collector and with a source of your own");
    };
    bool known = false;
    for (const auto& metric : declared) {
      known = known || source_of(metric.id) == source_of(reading.metric);
      if (metric.id == reading.metric && metric.unit != reading.unit && reading.value)
        refuse("is in '" + printable(reading.unit, 40) + "', hello declares '" + printable(metric.unit, 40) +
               "'");
    }
    if (!known || is_own_metric(reading.metric)) refuse("is of no collector of this worker");
  }
  for (const auto& track : measured.tracks) {
    for (const auto& metric : declared) {
      if (metric.id != track.metric || metric.unit == track.unit) continue;
      throw Error(ErrorCode::protocol, "measure: the track '" + printable(track.metric, 100) + "' is in '" +
                                           printable(track.unit, 40) + "', hello declares '" +
                                           printable(metric.unit, 40) + "'");
    }
  }
}

namespace {

/// Why the worker has not got a collector; available when it has.
Probe probe_of(const WorkerInfo& worker, const std::string& name) {
  for (const auto& offer : worker.hello.collectors) {
    if (offer.name == name) return offer.probe;
  }
  return Probe::absent(fmt::format("worker '{}' has no collector '{}'", worker.spec.id, name));
}

void ask(std::vector<std::string>& asked, const std::string& request) {
  if (std::find(asked.begin(), asked.end(), request) == asked.end()) asked.push_back(request);
}

/// One request for each collector that the group's events come from, in the order of their first event.
std::vector<std::pair<std::string, std::string>> requests_of(const stats::MetricGroup& group) {
  std::vector<std::pair<std::string, std::string>> requests;
  for (const auto& event : group.events) {
    const auto known = std::find_if(requests.begin(), requests.end(),
                                    [&](const auto& request) { return request.first == event.collector; });
    if (known == requests.end()) {
      requests.emplace_back(event.collector, event.collector + ":" + event.request);
    } else {
      known->second += "," + event.request;
    }
  }
  return requests;
}

void add_group(Collecting& result, const WorkerInfo& worker, const stats::MetricGroup& group) {
  for (const auto& [name, request] : requests_of(group)) {
    const Probe probe = probe_of(worker, name);
    if (probe.available) {
      ask(result.asked, request);
      continue;
    }
    const std::string reason = probe.reason + (probe.remedy.empty() ? "" : "; " + probe.remedy);
    for (const auto& event : group.events) {
      const bool known = std::any_of(result.absent.begin(), result.absent.end(),
                                     [&](const auto& reading) { return reading.metric == event.metric; });
      if (event.collector != name || known) continue;
      result.absent.push_back({event.metric, std::nullopt, "", ReadingState::unsupported, 0, reason});
    }
  }
}

}  // namespace

Collecting collecting_for(const WorkerInfo& worker, const std::vector<std::string>& collectors,
                          std::span<const stats::MetricGroup> groups) {
  Collecting result;
  for (const auto& asked : collectors) {
    const std::string name = collector_name(asked);
    const Probe probe = probe_of(worker, name);
    if (probe.available) {
      ask(result.asked, asked);
    } else {
      result.absent.push_back({name, std::nullopt, "", ReadingState::unsupported, 0, probe.reason});
    }
  }
  for (const auto& group : groups) add_group(result, worker, group);
  return result;
}

std::vector<Reading> never_sent(const WorkerInfo& worker, const Collecting& collecting,
                                const std::vector<Reading>& sent) {
  std::vector<Reading> missing;
  for (const auto& offer : worker.hello.collectors) {
    const bool asked =
        std::any_of(collecting.asked.begin(), collecting.asked.end(),
                    [&](const auto& request) { return collector_name(request) == offer.name; });
    const bool came = std::any_of(sent.begin(), sent.end(), [&](const Reading& reading) {
      return std::any_of(offer.metrics.begin(), offer.metrics.end(), [&](const Metric& metric) {
        return reading.metric == metric.id || source_of(reading.metric) == source_of(metric.id);
      });
    });
    if (!asked || came) continue;
    for (const auto& metric : offer.metrics)
      missing.push_back({metric.id, std::nullopt, metric.unit, ReadingState::not_counted, 0,
                         "the worker's collector '" + offer.name + "' was asked and sent no reading"});
  }
  return missing;
}

void add_derived(Launch& launch, const Params& params, std::span<const stats::MetricGroup> groups,
                 std::optional<double> mean_call_ns) {
  stats::CallFacts facts{
      .time_ns = mean_call_ns, .why_no_time = {}, .threads = launch.threads, .work = launch.work};
  // The readings are of whole chunks: where these hold more than calls, nothing is per the calls' time.
  if (cold_cache(params))
    facts.why_no_time = "emptying caches between calls is in the readings, and not in their time";
  if (open_loop(params))
    facts.why_no_time = "waiting between calls is in the readings, and not in their time";
  if (!facts.why_no_time.empty()) facts.time_ns.reset();
  for (const auto& group : groups) {
    auto derived = stats::derive(group, launch.readings, facts);
    launch.readings.insert(launch.readings.end(), derived.begin(), derived.end());
  }
}

void set_directions(std::vector<Reading>& readings, const std::vector<Metric>& declared) {
  for (auto& reading : readings) {
    for (const auto& metric : declared) {
      if (metric.id == reading.metric) reading.better = metric.better;
    }
  }
}

void name_isa(std::vector<Reading>& readings, const std::string& isa) {
  for (auto& reading : readings) {
    if (reading.value) reading.reason += (reading.reason.empty() ? "" : "; ") + ("ISA path " + isa);
  }
}

}  // namespace assay::run
