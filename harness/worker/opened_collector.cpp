// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/opened_collector.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>

#include "harness/core/collector_cost.h"
#include "harness/core/sensors.h"

namespace assay::worker {

namespace {

template <typename Step>
void attempt(OpenedCollector& opened, const char* what, Step step) {
  if (!opened.failure.empty()) return;
  const auto begin = std::chrono::steady_clock::now();
  try {
    step();
  } catch (const std::exception& error) {
    opened.failure = std::string(what) + " failed: " + error.what();
  }
  opened.cost_ns +=
      std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

void OpenedCollector::start() {
  cost_ns = 0;
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
  if (std::any_of(readings.begin(), readings.end(), [](const Reading& one) { return one.value.has_value(); }))
    readings.push_back(with_value(cost_metric(name), cost_ns));
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
