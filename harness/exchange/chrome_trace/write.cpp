// SPDX-License-Identifier: Apache-2.0
// "Trace Event Format" (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU):
// complete events ("ph": "X") in microseconds, names of processes and threads as metadata ("M").
#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "harness/core/device_span.h"
#include "harness/core/region_span.h"
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
      for (const auto& launch : document.cases[i].launches) row = add(launch, process, row);
    }
  }

  Json take(const std::string& run) {
    Json other{{"run", run}};
    if (left_out_ > 0)
      other["left_out"] = std::to_string(left_out_) +
                          " samples, regions and records: of each launch the last " +
                          std::to_string(most_samples) + " are here";
    return {{"displayTimeUnit", "ns"}, {"otherData", other}, {"traceEvents", std::move(events_)}};
  }

 private:
  void name(const char* kind, int process, int row, const std::string& text) {
    events_.push_back(
        {{"ph", "M"}, {"name", kind}, {"pid", process}, {"tid", row}, {"args", {{"name", text}}}});
  }

  /// \returns the last row that it takes, from `row` + 1 on.
  int add(const Launch& launch, int process, int row) {
    const std::string who = launch.lane + " launch " + std::to_string(launch.index + 1);
    const int phases = row + 1;
    name("thread_name", process, phases, who);
    const double begin_us = static_cast<double>(launch.started_utc_ms - first_ms_) * 1e3;
    std::int64_t measured_ns = 0;
    for (const auto& span : launch.spans) {
      event(span.name, process, phases, begin_us + us(span.start_ns), us(span.end_ns - span.start_ns));
      if (span.name == "measure") measured_ns = span.end_ns;
    }
    const Samples& samples = launch.samples;
    if (samples.size() == 0 || measured_ns == 0) return phases;
    name("thread_name", process, phases + 1, who + ", samples");
    const std::int64_t shift_ns = measured_ns - samples.end_ns.back();
    for (std::size_t i = first_shown(samples.size()); i < samples.size(); ++i) {
      event(i < samples.warmup ? "warm-up" : "sample", process, phases + 1,
            begin_us + us(samples.start_ns[i] + shift_ns), us(samples.end_ns[i] - samples.start_ns[i]));
    }
    const double origin_us = begin_us + us(shift_ns);
    const int regions = add_regions(launch, process, phases + 1, who, origin_us);
    return add_device(launch, process, regions, who, origin_us);
  }

  /// Likewise, a row a kind and stream. A call and what it let the device do have one correlation.
  int add_device(const Launch& launch, int process, int row, const std::string& who, double origin_us) {
    const auto spans = device_spans(launch.tracks);
    std::map<std::pair<std::string, std::int64_t>, int> rows;
    for (std::size_t i = first_shown(spans.size()); i < spans.size(); ++i) {
      const DeviceSpan& span = spans[i];
      const auto [own, is_new] =
          rows.try_emplace({span.kind, span.stream}, row + 1 + static_cast<int>(rows.size()));
      if (is_new)
        name("thread_name", process, own->second,
             who + ", " + span.kind + (span.kind == "calls" ? ", thread " : ", stream ") +
                 std::to_string(span.stream));
      event(span.name, process, own->second, origin_us + us(span.start_ns), us(span.end_ns - span.start_ns));
      events_.back()["args"] = {{"correlation", span.correlation}};
    }
    return row + static_cast<int>(rows.size());
  }

  /// A row a thread behind `row`. Their offsets have the samples' origin, which is at `origin_us`.
  int add_regions(const Launch& launch, int process, int row, const std::string& who, double origin_us) {
    const auto spans = region_spans(launch.tracks);
    std::set<int> threads;
    for (std::size_t i = first_shown(spans.size()); i < spans.size(); ++i) {
      const RegionSpan& span = spans[i];
      const int own = row + 1 + span.thread;
      if (threads.insert(span.thread).second)
        name("thread_name", process, own, who + ", thread " + std::to_string(span.thread));
      event(span.path.substr(span.path.rfind('/') + 1), process, own, origin_us + us(span.start_ns),
            us(span.end_ns - span.start_ns));
    }
    return threads.empty() ? row : row + 1 + *threads.rbegin();
  }

  std::size_t first_shown(std::size_t count) {
    const std::size_t left_out = count - std::min(count, most_samples);
    left_out_ += left_out;
    return left_out;
  }

  void event(const std::string& what, int process, int row, double at_us, double for_us) {
    events_.push_back(
        {{"ph", "X"}, {"name", what}, {"pid", process}, {"tid", row}, {"ts", at_us}, {"dur", for_us}});
  }

  Json events_ = Json::array();
  std::size_t left_out_ = 0;
  std::int64_t first_ms_ = 0;
};

}  // namespace

std::string to_chrome_trace(const LaunchDocument& document) {
  return Trace(document).take(document.run).dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay
