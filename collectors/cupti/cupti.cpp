// SPDX-License-Identifier: Apache-2.0
// What a call lets the GPU do, by CUPTI's activity records: kernels, copies, fills. It needs no rights beyond
// CUDA's.
#include <array>

#include "collectors/cupti/common.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"

namespace assay {

namespace {

/// In the order of activity.cpp.
const std::vector<Metric>& activity_metrics() {
  static const std::vector<Metric> all{
      {"cupti.kernels", "count", Better::lower, "kernels that one call runs"},
      {"cupti.kernel_time", "ns", Better::lower,
       "time of these kernels on the GPU, added up: kernels side by side count each"},
      {"cupti.copies", "count", Better::lower, "copies of memory in one call, in any direction"},
      {"cupti.copied_bytes", "byte", Better::lower, "bytes that these copies move"},
      {"cupti.copy_time", "ns", Better::lower, "time of these copies, added up"},
      {"cupti.fills", "count", Better::lower, "fills of memory (memset) in one call"},
      {"cupti.api_calls", "count", Better::lower, "calls of the CUDA runtime's interface in one call"}};
  return all;
}

class Cupti : public AroundCollector, public DeviceSpanSource {
 public:
  std::vector<Metric> metrics() const override { return activity_metrics(); }
  Probe probe() override { return cupti::probe(); }

  void open(const std::vector<std::string>& events) override {
    if (!events.empty())
      throw Error(ErrorCode::usage, "cupti has no event '" + events.front() + "'",
                  "write --collect cupti; hardware counters are cupti_range's");
  }

  int rehearsals() const override { return cupti::rehearsals; }
  Command wrap(const Command& command, const std::string& directory) override {
    return cupti::inject(command, directory, "");
  }
  Command wrap_program(const Command& command, const std::string& directory) override {
    return cupti::inject_program(command, directory, "");
  }

  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    const auto counted = cupti::regions_of(directory, 2 + cupti::rehearsals, activity_metrics().size());
    if (!counted.reason.empty()) return none(counted);
    if (more_calls < 1)
      return none({.lines = {}, .state = ReadingState::not_counted, .reason = "no call was measured"});
    const auto& fewer = counted.lines[counted.lines.size() - 2];
    const auto& more = counted.lines.back();
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < more.size(); ++i) {
      const Metric& metric = activity_metrics()[i];
      // Times differ from region to region by noise: those of the larger region are shared by its calls.
      const bool time = metric.unit == "ns";
      const double calls = static_cast<double>(time ? more_calls + 1 : more_calls);
      const double value = (time ? more[i] : more[i] - fewer[i]) / calls;
      readings.push_back(value < 0
                             ? without_value(metric, ReadingState::not_counted,
                                             "more calls did less: the calls of this case are not alike")
                             : with_value(metric, value));
    }
    return readings;
  }

  std::vector<Reading> read_program(const std::string& directory) override {
    const auto counted = cupti::processes_of(directory, activity_metrics().size());
    if (!counted.reason.empty()) return none(counted);
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < activity_metrics().size(); ++i)
      readings.push_back(with_value(activity_metrics()[i], counted.lines[0][i]));
    return readings;
  }

  std::vector<DeviceSpan> spans(const std::string& directory) override {
    return cupti::region_records(directory);
  }
  std::vector<DeviceSpan> program_spans(const std::string& directory) override {
    return cupti::process_records(directory);
  }

 private:
  static std::vector<Reading> none(const cupti::Counted& why) {
    std::vector<Reading> readings;
    for (const auto& metric : activity_metrics())
      readings.push_back(without_value(metric, why.state, why.reason));
    return readings;
  }
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_cupti() { return std::make_unique<Cupti>(); }

}  // namespace assay
