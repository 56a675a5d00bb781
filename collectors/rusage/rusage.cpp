// SPDX-License-Identifier: Apache-2.0
// getrusage(2) of the whole process, all threads: CPU time, page faults, context switches.
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"

namespace assay {

namespace {

struct Field {
  Metric metric;
  double (*get)(const rusage& usage);
};

double nanoseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_usec) * 1e3;
}

const std::array<Field, 6>& fields() {
  static const std::array<Field, 6> all{{
      {{"rusage.user_time", "ns", Better::lower, "CPU time in user mode, all threads"},
       [](const rusage& u) { return nanoseconds(u.ru_utime); }},
      {{"rusage.system_time", "ns", Better::lower, "CPU time in the kernel, all threads"},
       [](const rusage& u) { return nanoseconds(u.ru_stime); }},
      {{"rusage.minor_faults", "count", Better::lower, "page faults that needed no reading"},
       [](const rusage& u) { return static_cast<double>(u.ru_minflt); }},
      {{"rusage.major_faults", "count", Better::lower, "page faults that read from a file or swap"},
       [](const rusage& u) { return static_cast<double>(u.ru_majflt); }},
      {{"rusage.voluntary_switches", "count", Better::lower,
        "times that a thread waited and gave up its CPU"},
       [](const rusage& u) { return static_cast<double>(u.ru_nvcsw); }},
      {{"rusage.involuntary_switches", "count", Better::lower,
        "times that a thread was made to give up its CPU"},
       [](const rusage& u) { return static_cast<double>(u.ru_nivcsw); }},
  }};
  return all;
}

class Rusage : public Collector {
 public:
  std::vector<Metric> metrics() const override {
    std::vector<Metric> all;
    for (const auto& field : fields()) all.push_back(field.metric);
    return all;
  }

  Probe probe() override { return Probe::present(); }

  /// Events are metric ids, with or without "rusage.".
  void open(const std::vector<std::string>& events) override {
    chosen_.clear();
    std::vector<std::string> known;
    for (const auto& field : fields()) known.push_back(field.metric.id.substr(7));
    for (const auto& event : events) {
      const std::string name = event.starts_with("rusage.") ? event.substr(7) : event;
      const auto at = std::find(known.begin(), known.end(), name);
      if (at == known.end()) {
        throw Error(ErrorCode::usage, "rusage has no event '" + event + "'", suggest(name, known));
      }
      chosen_.push_back(static_cast<std::size_t>(at - known.begin()));
    }
    if (events.empty()) {
      for (std::size_t i = 0; i < fields().size(); ++i) chosen_.push_back(i);
    }
  }

  void start() override {
    started_ = getrusage(RUSAGE_SELF, &before_) == 0;
    stopped_ = false;
  }
  void stop() override { stopped_ = started_ && getrusage(RUSAGE_SELF, &after_) == 0; }

  std::vector<Reading> read() override {
    std::vector<Reading> readings;
    for (const auto index : chosen_) {
      const Field& field = fields()[index];
      Reading reading{
          .metric = field.metric.id, .value = std::nullopt, .unit = field.metric.unit, .reason = {}};
      if (stopped_) {
        reading.value = field.get(after_) - field.get(before_);
      } else {
        reading.state = ReadingState::not_counted;
        reading.coverage = 0;
        reading.reason = "the region was not started and stopped";
      }
      readings.push_back(std::move(reading));
    }
    return readings;
  }

 private:
  std::vector<std::size_t> chosen_;
  rusage before_{};
  rusage after_{};
  bool started_ = false;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Collector> collector_rusage() { return std::make_unique<Rusage>(); }

}  // namespace assay
