// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/opened_collector.h"

#include <cmath>
#include <exception>

#include "harness/core/sensors.h"

namespace assay::worker {

namespace {

template <typename Step>
void attempt(OpenedCollector& opened, const char* what, Step step) {
  if (!opened.failure.empty()) return;
  try {
    step();
  } catch (const std::exception& error) {
    opened.failure = std::string(what) + " failed: " + error.what();
  }
}

}  // namespace

void OpenedCollector::start() {
  attempt(*this, "starting", [&] { collector->start(); });
}

void OpenedCollector::stop() {
  attempt(*this, "stopping", [&] { collector->stop(); });
}

std::vector<Reading> OpenedCollector::readings() {
  std::vector<Reading> readings;
  attempt(*this, "reading", [&] { readings = collector->read(); });
  const bool works = failure.empty();
  if (!works || readings.empty()) {
    readings.clear();
    for (const auto& metric : collector->metrics())
      readings.push_back(
          without_value(metric, ReadingState::unsupported, works ? "it gave no reading" : failure));
  }
  for (auto& reading : readings) {
    if (!reading.value || std::isfinite(*reading.value)) continue;
    reading = {reading.metric,
               std::nullopt,
               reading.unit,
               ReadingState::not_counted,
               0,
               "its reading is no finite number"};
  }
  return readings;
}

void Collecting::start() {
  running_ = true;
  for (auto* collector : collectors_) collector->start();
}

void Collecting::stop() {
  if (!running_) return;
  running_ = false;
  for (auto at = collectors_.rbegin(); at != collectors_.rend(); ++at) (*at)->stop();
}

}  // namespace assay::worker
