// SPDX-License-Identifier: Apache-2.0
// "Trace Event Format" (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU):
// complete events ("ph": "X") in microseconds, names of processes and threads as metadata ("M").
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/exchange/launches.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_samples = 10'000;

double us(std::int64_t ns) { return static_cast<double>(ns) * 1e-3; }

class Trace {
 public:
  explicit Trace(const LaunchDocument& document) {
    first_ms_ = std::numeric_limits<std::int64_t>::max();
    for (const auto& one : document.cases) {
      for (const auto& launch : one.launches) first_ms_ = std::min(first_ms_, launch.started_utc_ms);
    }
    for (std::size_t i = 0; i < document.cases.size(); ++i) {
      const int process = static_cast<int>(i) + 1;
      name("process_name", process, 0, document.cases[i].case_key);
      int row = 0;
      for (const auto& launch : document.cases[i].launches) add(launch, process, ++row);
    }
  }

  Json take(const std::string& run) {
    return {{"displayTimeUnit", "ns"}, {"otherData", {{"run", run}}}, {"traceEvents", std::move(events_)}};
  }

 private:
  void name(const char* kind, int process, int row, const std::string& text) {
    events_.push_back(
        {{"ph", "M"}, {"name", kind}, {"pid", process}, {"tid", row}, {"args", {{"name", text}}}});
  }

  void add(const Launch& launch, int process, int row) {
    const std::string who = launch.lane + " launch " + std::to_string(launch.index + 1);
    const int phases = 2 * row;
    name("thread_name", process, phases, who);
    const double begin_us = static_cast<double>(launch.started_utc_ms - first_ms_) * 1e3;
    std::int64_t measured_ns = 0;
    for (const auto& span : launch.spans) {
      event(span.name, process, phases, begin_us + us(span.start_ns), us(span.end_ns - span.start_ns));
      if (span.name == "measure") measured_ns = span.end_ns;
    }
    const Samples& samples = launch.samples;
    if (samples.size() == 0 || measured_ns == 0) return;
    name("thread_name", process, phases + 1, who + ", samples");
    const std::int64_t shift_ns = measured_ns - samples.end_ns.back();
    for (std::size_t i = samples.size() - std::min(samples.size(), most_samples); i < samples.size(); ++i) {
      event(i < samples.warmup ? "warm-up" : "sample", process, phases + 1,
            begin_us + us(samples.start_ns[i] + shift_ns), us(samples.end_ns[i] - samples.start_ns[i]));
    }
  }

  void event(const std::string& what, int process, int row, double at_us, double for_us) {
    events_.push_back(
        {{"ph", "X"}, {"name", what}, {"pid", process}, {"tid", row}, {"ts", at_us}, {"dur", for_us}});
  }

  Json events_ = Json::array();
  std::int64_t first_ms_ = 0;
};

}  // namespace

std::string to_chrome_trace(const LaunchDocument& document) {
  return Trace(document).take(document.run).dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay
