// SPDX-License-Identifier: Apache-2.0
// Hardware counters of the GPU, by CUPTI's range profiler: each kernel of the region is run once a pass.
#include <algorithm>

#include "collectors/cupti/common.h"
#include "collectors/cupti/groups.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"
#include "harness/core/suggest.h"

namespace assay {

namespace {

using cupti::GpuMetric;

class CuptiRange : public AroundCollector {
 public:
  CuptiRange() { take_all(); }

  std::vector<Metric> metrics() const override {
    std::vector<Metric> all;
    for (const auto& one : chosen_) all.push_back(one.metric);
    return all;
  }

  Probe probe() override { return cupti::probe(); }

  /// Groups ("MEMORY"), and metrics without their source ("dram_read"); without any, the group MEMORY.
  void open(const std::vector<std::string>& events) override {
    chosen_.clear();
    for (const auto& event : events.empty() ? std::vector<std::string>{"MEMORY"} : events) choose(event);
  }

  int rehearsals() const override { return cupti::rehearsals; }
  Command wrap(const Command& command, const std::string& directory) override {
    return cupti::inject(command, directory, request());
  }
  Command wrap_program(const Command& command, const std::string&) override { return command; }

  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    const auto counted = cupti::regions_of(directory, 2 + cupti::rehearsals, 1 + chosen_.size());
    if (!counted.reason.empty()) return none(counted.state, counted.reason);
    const auto& fewer = counted.lines[counted.lines.size() - 2];
    const auto& more = counted.lines.back();
    if (more_calls < 1 || more[0] <= fewer[0])
      return none(ReadingState::not_counted,
                  "no kernel ran in a call: this collector is for cases on CUDA devices");
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const GpuMetric& one = chosen_[i];
      const bool total = one.metric.over == Over::total;
      // A region counts its kernels and nothing else, so its calls share the total: of traffic that caches
      // keep from memory the difference of two regions would be noise, and may be less than nothing.
      const double value = total ? more[i + 1] / static_cast<double>(more_calls + 1) : more[i + 1];
      readings.push_back(with_value(one.metric, value * one.scale));
    }
    return readings;
  }

  std::vector<Reading> read_program(const std::string&) override {
    return none(
        ReadingState::unsupported,
        "hardware counters are read in regions of a worker: a program has none (its kernels and copies: "
        "--collect cupti)");
  }

 private:
  void take_all() {
    for (const auto& group : groups_)
      chosen_.insert(chosen_.end(), group.metrics.begin(), group.metrics.end());
  }

  void choose(const std::string& event) {
    std::vector<std::string> known;
    for (const auto& group : groups_) {
      known.push_back(group.name);
      if (group.name == event) {
        for (const auto& one : group.metrics) add(one);
        return;
      }
      for (const auto& one : group.metrics) {
        known.push_back(one.metric.id.substr(one.metric.id.find('.') + 1));
        if (known.back() == event) return add(one);
      }
    }
    throw Error(ErrorCode::usage, "cupti_range has no group and no metric '" + event + "'",
                suggest(event, known));
  }

  void add(const GpuMetric& one) {
    const bool there = std::any_of(chosen_.begin(), chosen_.end(),
                                   [&](const GpuMetric& other) { return other.metric.id == one.metric.id; });
    if (!there) chosen_.push_back(one);
  }

  /// As count_ranges() reads it (inject.h).
  std::string request() const {
    std::string text;
    for (const auto& one : chosen_)
      text +=
          (text.empty() ? "" : ",") + std::string(one.metric.over == Over::total ? "+" : "~") + one.counter;
    return text;
  }

  std::vector<Reading> none(ReadingState state, const std::string& reason) const {
    std::vector<Reading> readings;
    for (const auto& one : chosen_) readings.push_back(without_value(one.metric, state, reason));
    return readings;
  }

  std::vector<cupti::GpuGroup> groups_ = cupti::gpu_groups();
  std::vector<GpuMetric> chosen_;
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_cupti_range() { return std::make_unique<CuptiRange>(); }

}  // namespace assay
