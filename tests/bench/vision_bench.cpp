// SPDX-License-Identifier: Apache-2.0
// Ours against OpenCV on the same threads and data: verified equal first, then timed in turn (ABAB) in one
// process, so that drift of the machine falls on both. Prints the median time of each, the ratio of medians,
// the interval in which the middle half of the paired ratios lies, and the ratio of the best times, which a
// busy machine disturbs least.
//   vision_bench [pairs]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/workload.h"

namespace assay {
Workload workload_vision_resize();
Workload workload_vision_letterbox_f32();
Implementation implementation_vision_resize_opencv();
Implementation implementation_vision_letterbox_f32_opencv();
}  // namespace assay

namespace {

using namespace assay;

double time_us(Instance& instance, int calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) instance.call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / calls;
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

template <typename T>
double largest_difference(const Tensor& a, const Tensor& b) {
  double largest = a.shape == b.shape ? 0 : 1e9;
  const auto x = a.view<T>();
  const auto y = b.view<T>();
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
  }
  return largest;
}

/// False when the results are not the same.
bool compare(const Workload& workload, const Implementation& library, const std::string& preset, int threads,
             int pairs) {
  std::vector<int> cpus;
  for (int i = 0; i < threads; ++i) cpus.push_back(i);
  cpu::Pool pool(cpus);
  Preparation preparation;
  preparation.pool = &pool;
  for (const auto& candidate : workload.definition.presets) {
    if (candidate.name == preset) preparation.params = resolve(workload.definition, candidate.params);
  }
  const auto theirs = library.make(preparation);
  const auto ours = workload.implementations.at(1).make(preparation);
  theirs->call();
  ours->call();
  const Tensor a = ours->output().at(0);
  const Tensor b = theirs->output().at(0);
  const bool bytes = a.dtype == DType::u8;
  const double difference = bytes ? largest_difference<std::uint8_t>(a, b) : largest_difference<float>(a, b);
  if (difference > (bytes ? 1 : 1.0 / 255 + 1e-6)) {
    std::printf("%s %s: the results differ by %g\n", workload.definition.name.c_str(), preset.c_str(),
                difference);
    return false;
  }

  const int calls = std::max(8, static_cast<int>(4000 / time_us(*theirs, 3)));  // caches as after many calls
  time_us(*theirs, calls);
  time_us(*ours, calls);
  std::vector<double> their_us;
  std::vector<double> our_us;
  std::vector<double> ratios;
  for (int i = 0; i < pairs; ++i) {
    their_us.push_back(time_us(*theirs, calls));
    our_us.push_back(time_us(*ours, calls));
    ratios.push_back(their_us.back() / our_us.back());
  }
  const double ours_p50 = quantile(our_us, 0.5);
  const double theirs_p50 = quantile(their_us, 0.5);
  std::printf(
      "%-20s %-10s threads %d  simd (%s) %8.1f us %5.1f GB/s  opencv %8.1f us  ratio %5.2f [%.2f, %.2f]  of "
      "the best %5.2f "
      "(%.1f, %.1f us)\n",
      workload.definition.name.c_str(), preset.c_str(), threads, ours->isa().c_str(), ours_p50,
      ours->work().minimum_bytes / ours_p50 / 1e3, theirs_p50, theirs_p50 / ours_p50, quantile(ratios, 0.25),
      quantile(ratios, 0.75), quantile(their_us, 0) / quantile(our_us, 0), quantile(our_us, 0),
      quantile(their_us, 0));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::max(std::atoi(argv[1]), 3) : 101;
  const int most = static_cast<int>(std::thread::hardware_concurrency());
  const auto resize = workload_vision_resize();
  const auto letterbox = workload_vision_letterbox_f32();
  bool same = true;
  for (int threads = most; threads >= 1; threads = threads > 1 ? 1 : 0) {
    for (const char* preset : {"720p", "1080p", "4k", "1080p_half", "4k_half"}) {
      same &= compare(resize, implementation_vision_resize_opencv(), preset, threads, pairs);
    }
    for (const char* preset : {"720p", "1080p", "4k"}) {
      same &= compare(letterbox, implementation_vision_letterbox_f32_opencv(), preset, threads, pairs);
    }
  }
  return same ? 0 : 6;
}
