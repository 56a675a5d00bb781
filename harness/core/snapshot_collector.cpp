// SPDX-License-Identifier: Apache-2.0
#include "harness/core/snapshot_collector.h"

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/sensors.h"
#include "harness/core/suggest.h"

namespace assay {

SnapshotCollector::SnapshotCollector(std::string source, std::vector<Quantity> quantities)
    : source_(std::move(source)), quantities_(std::move(quantities)) {}

std::vector<Metric> SnapshotCollector::metrics() const {
  std::vector<Metric> all;
  for (const auto& [metric, combine] : quantities_) {
    all.push_back(metric);
    if (metric.over != Over::unit) continue;
    all.back().over = combine == Combine::difference ? Over::total
                      : combine == Combine::mean     ? Over::mean
                                                     : Over::highest;
  }
  return all;
}

void SnapshotCollector::open(const std::vector<std::string>& events) {
  chosen_.clear();
  const std::string prefix = source_ + ".";
  std::vector<std::string> known;
  for (const auto& quantity : quantities_) known.push_back(quantity.metric.id.substr(prefix.size()));
  for (const auto& event : events) {
    const std::string name = event.starts_with(prefix) ? event.substr(prefix.size()) : event;
    const auto at = std::find(known.begin(), known.end(), name);
    if (at == known.end()) {
      throw Error(ErrorCode::usage, source_ + " has no event '" + event + "'", suggest(name, known));
    }
    chosen_.push_back(static_cast<std::size_t>(at - known.begin()));
  }
  if (events.empty()) {
    for (std::size_t i = 0; i < quantities_.size(); ++i) chosen_.push_back(i);
  }
}

void SnapshotCollector::start() {
  after_.clear();
  before_ = snapshot();
}

void SnapshotCollector::stop() {
  if (!before_.empty()) after_ = snapshot();
}

std::vector<Reading> SnapshotCollector::read() {
  std::vector<Reading> readings;
  for (const auto quantity : chosen_) readings.push_back(combined(quantity));
  return readings;
}

Reading SnapshotCollector::combined(std::size_t quantity) const {
  const auto& [metric, combine] = quantities_[quantity];
  if (after_.empty()) {
    return without_value(metric, ReadingState::not_counted, "the region was not started and stopped");
  }
  std::vector<double> values;
  for (const auto* snapshot : {&before_, &after_}) {
    const auto found =
        std::find_if(snapshot->begin(), snapshot->end(),
                     [&, &id = metric.id](const Reading& reading) { return reading.metric == id; });
    if (found == snapshot->end())
      return without_value(metric, ReadingState::unsupported, source_ + " gave no value of " + metric.id);
    if (found->unit != metric.unit)
      return without_value(
          metric, ReadingState::unsupported,
          source_ + " gave " + metric.id + " in '" + found->unit + "', and declares '" + metric.unit + "'");
    if (!found->value) return *found;
    values.push_back(*found->value);
  }
  const double before = values[0];
  const double after = values[1];
  switch (combine) {
    case Combine::difference:
      return with_value(metric, after - before);
    case Combine::mean:
      return with_value(metric, (before + after) / 2);
    case Combine::highest:
      return with_value(metric, std::max(before, after));
  }
  return {};
}

}  // namespace assay
