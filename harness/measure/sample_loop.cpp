// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/sample_loop.h"

#include <algorithm>
#include <cerrno>

#include "harness/core/error.h"

namespace assay::measure {

namespace {

/// Timers wake up to this much late on a loaded machine; the rest is spent spinning.
constexpr std::int64_t spin_ns = 200'000;

void wait_until(std::int64_t due_ns) {
  const std::int64_t wake_ns = due_ns - spin_ns;
  if (wake_ns > now_ns()) {
    const timespec wake{wake_ns / 1'000'000'000, wake_ns % 1'000'000'000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nullptr) == EINTR) {
    }
  }
  while (now_ns() < due_ns) {
  }
}

const ChunkRequest& checked(const ChunkRequest& request) {
  constexpr std::int64_t max_samples = 100'000'000;
  const auto refuse = [](const std::string& what) { return Error(ErrorCode::usage, "measure: " + what); };
  if (request.batch < 1) throw refuse("batch is " + std::to_string(request.batch) + ", not at least 1");
  if (request.samples < 1 || request.samples > max_samples) {
    throw refuse("samples is " + std::to_string(request.samples) + ", not in 1.." +
                 std::to_string(max_samples));
  }
  if (!request.schedule_ns.empty()) {
    if (request.schedule_ns.size() != static_cast<std::size_t>(request.samples)) {
      throw refuse("schedule has " + std::to_string(request.schedule_ns.size()) + " instants for " +
                   std::to_string(request.samples) + " samples");
    }
    if (!std::is_sorted(request.schedule_ns.begin(), request.schedule_ns.end()) ||
        request.schedule_ns.front() < 0) {
      throw refuse("schedule is not ascending from 0");
    }
  }
  return request;
}

}  // namespace

SampleLoop::SampleLoop(Instance& instance, const ChunkRequest& request)
    : instance_(instance),
      request_(checked(request)),
      batch_(request.batch),
      recorder_(static_cast<std::size_t>(request.samples)) {}

void SampleLoop::begin() {
  if (request_.on_begin) request_.on_begin();
  origin_ns_ = now_ns();
}

std::int64_t SampleLoop::paced_sample() {
  if (request_.before_sample) request_.before_sample();
  if (!request_.schedule_ns.empty()) wait_until(origin_ns_ + request_.schedule_ns[recorder_.size()]);
  const std::int64_t start = now_ns();
  hot_sample();
  const std::int64_t elapsed = now_ns() - start;
  if (request_.after_sample) request_.after_sample();
  return elapsed;
}

Chunk SampleLoop::take() {
  Chunk chunk;
  chunk.origin_ns = origin_ns_;
  chunk.samples.batch = batch_;
  chunk.samples.scheduled_ns = request_.schedule_ns;
  recorder_.take(origin_ns_, chunk.samples.start_ns, chunk.samples.end_ns);
  return chunk;
}

}  // namespace assay::measure
