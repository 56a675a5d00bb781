// SPDX-License-Identifier: Apache-2.0
// The clock frequency of the core that measures, without hardware counters: a chain of dependent additions of
// two registers takes one cycle each on every core that Assay runs on, so additions per second are cycles per
// second. (Additions of a constant do not: Intel's cores since Golden Cove fold several into one cycle.) It
// is taken right before and right after the region, outside of it.
#include <algorithm>
#include <cmath>
#include <ctime>

#include "harness/core/component.h"
#include "harness/core/error.h"

namespace assay {

namespace {

double now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// The fastest of several short rows: an interrupt can only make a row slower.
double core_hz() {
  constexpr int rows = 9;
  constexpr int blocks = 1'000;
  constexpr int block = 16;
  double best_ns = 1e18;
  std::size_t x = 1;
  std::size_t step = 3;
  asm volatile("" : "+r"(step));  // a register, not a constant
  for (int row = 0; row < rows; ++row) {
    const double begin = now_ns();
    for (int i = 0; i < blocks; ++i) {
      for (int j = 0; j < block; ++j) asm volatile("" : "+r"(x += step));
    }
    best_ns = std::min(best_ns, now_ns() - begin);
  }
  return best_ns > 0 ? blocks * block / best_ns * 1e9 : 0;
}

class CoreClock : public Collector {
 public:
  std::vector<Metric> metrics() const override {
    return {{"clock.core", "Hz", Better::higher,
             "clock frequency of the measuring core, mean of before and after"},
            {"clock.change", "ratio", Better::neither, "clock frequency after the region over that before"}};
  }
  Probe probe() override { return Probe::present(); }
  void open(const std::vector<std::string>& events) override {
    for (const auto& event : events) {
      if (event == "core" || event == "change" || event == "clock.core" || event == "clock.change") continue;
      throw Error(ErrorCode::usage, "clock has no event '" + event + "'", "known: core, change");
    }
    core_hz();  // the first rows run on a core that may just have woken up
  }
  void start() override { before_ = core_hz(); }
  void stop() override { after_ = before_ > 0 ? core_hz() : 0; }
  std::vector<Reading> read() override {
    const bool known = before_ > 0 && after_ > 0;
    const auto reading = [&](const char* metric, const char* unit, double value) {
      Reading r{.metric = metric, .value = std::nullopt, .unit = unit, .reason = {}};
      if (known) {
        r.value = value;
      } else {
        r.state = ReadingState::not_counted;
        r.coverage = 0;
        r.reason = "the region was not started and stopped";
      }
      return r;
    };
    return {reading("clock.core", "Hz", (before_ + after_) / 2),
            reading("clock.change", "ratio", known ? after_ / before_ : 0)};
  }

 private:
  double before_ = 0;
  double after_ = 0;
};

}  // namespace

std::unique_ptr<Collector> collector_clock() { return std::make_unique<CoreClock>(); }

}  // namespace assay
