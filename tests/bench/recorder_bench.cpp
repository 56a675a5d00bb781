// SPDX-License-Identifier: Apache-2.0
// What the recorder costs a sample (goal: at most 60 ns), and whether our mean is Google Benchmark's own
// (goal: within 1 % for cases above 1 us). Both figures are ratios or differences within one run.
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <vector>

#include "harness/measure/clock.h"
#include "harness/measure/engine.h"
#include "harness/measure/recorder.h"
#include "harness/stats/quantile.h"

namespace {

using namespace assay;

/// A chain of dependent additions: about one cycle each, nothing to elide.
class Chain : public Instance {
 public:
  explicit Chain(std::int64_t length) : length_(length) {}
  void call() override {
    for (std::int64_t i = 0; i < length_; ++i) asm volatile("" : "+r"(value_ += 1));
  }
  std::vector<Tensor> output() override { return {}; }
  Work work() const override { return {}; }
  std::size_t resident_bytes() const override { return 0; }
  std::string input_digest() const override { return {}; }

 private:
  std::int64_t length_;
  std::int64_t value_ = 0;
};

double mean_call_ns(const measure::Chunk& chunk) {
  double sum = 0;
  for (std::size_t i = 0; i < chunk.samples.size(); ++i) {
    sum += static_cast<double>(chunk.samples.end_ns[i] - chunk.samples.start_ns[i]);
  }
  return sum / static_cast<double>(chunk.samples.size()) / static_cast<double>(chunk.samples.batch);
}

/// The best of several rows, so that other people's work on this machine is not counted as ours.
double recorder_ns() {
  constexpr std::size_t samples = 2'000;
  double best = 1e9;
  for (int row = 0; row < 2'000; ++row) {
    measure::Recorder recorder(samples);
    const auto begin = measure::now_ns();
    for (std::size_t i = 0; i < samples; ++i) {
      recorder.start();
      recorder.stop();
    }
    best = std::min(best, static_cast<double>(measure::now_ns() - begin) / static_cast<double>(samples));
  }
  return best;
}

}  // namespace

int main() {
  const auto clock = measure::calibrate_clock().clock;
  const double cost = recorder_ns();
  std::printf("engine %s; clock step %.0f ns, reading %.1f ns\n", measure::engine_name().c_str(),
              clock.resolution_ns, clock.cost_ns);
  std::printf("recorder: %.1f ns a sample (goal <= 60): %s\n", cost, cost <= 60 ? "met" : "MISSED");
  bool all_met = cost <= 60;
  for (const std::int64_t length : {5'000, 20'000, 100'000, 1'000'000}) {
    Chain chain(length);
    const auto first = measure::run_chunk(chain, {.batch = 1, .samples = 51}).samples;
    std::vector<double> times;
    for (std::size_t i = 0; i < first.size(); ++i) {
      times.push_back(static_cast<double>(first.end_ns[i] - first.start_ns[i]));
    }
    const double rough = stats::median(times);
    const auto batch = measure::choose_batch(rough, clock);
    const auto samples = std::max<std::int64_t>(20, static_cast<std::int64_t>(3e8 / rough) / batch);
    const auto chunk = measure::run_chunk(chain, {.batch = batch, .samples = samples});
    const double ours = mean_call_ns(chunk);
    if (chunk.engine_mean_ns <= 0) {
      std::printf("case of %10.0f ns: no mean of the engine's own to compare with\n", ours);
      continue;
    }
    const double ratio = ours / chunk.engine_mean_ns;
    const bool met = ratio > 0.99 && ratio < 1.01;
    all_met = all_met && met;
    std::printf(
        "case of %10.0f ns, batch %3lld, %6lld samples: our mean / the engine's %.4f (goal 0.99..1.01): %s\n",
        ours, static_cast<long long>(batch), static_cast<long long>(samples), ratio, met ? "met" : "MISSED");
  }
  return all_met ? 0 : 1;
}
