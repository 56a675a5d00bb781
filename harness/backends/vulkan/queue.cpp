// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/queue.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "harness/backends/taken_tracks.h"

namespace assay::vulkan {

namespace {

constexpr std::uint32_t walk_code[] =
#include "harness/backends/vulkan/walk.inc"
    ;
constexpr std::uint32_t walk_threads = 128;

/// A hot reading lasts about this long, so that timestamps and the first start are below 1 % of it.
constexpr double hot_ns = 200e3;
constexpr int most_calls = 128;

std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

Owned<VkQueryPool> queries(const Gpu& gpu, VkQueryType type, std::uint32_t count,
                           VkQueryPipelineStatisticFlags statistics) {
  VkQueryPoolCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
  info.queryType = type;
  info.queryCount = count;
  info.pipelineStatistics = statistics;
  VkQueryPool pool = VK_NULL_HANDLE;
  check(gpu.api().CreateQueryPool(gpu.handle(), &info, nullptr, &pool), "make queries");
  return {pool, [&gpu](VkQueryPool p) { gpu.api().DestroyQueryPool(gpu.handle(), p, nullptr); }};
}

template <std::size_t count>
std::array<std::uint64_t, count> results(const Gpu& gpu, VkQueryPool pool) {
  std::array<std::uint64_t, count> values{};
  check(
      gpu.api().GetQueryPoolResults(gpu.handle(), pool, 0, count, sizeof values, values.data(),
                                    sizeof(std::uint64_t), VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
      "read queries");
  return values;
}

}  // namespace

Queue::Queue(const std::string& device) : gpu_(device) {
  time_ = {"time.device", "ns", {}, {}};
  counted_ = {"vulkan.invocations", "count", {}, {}};
  end_to_end_ = {"time.end_to_end", "ns", {}, {}};
  watch_ = std::make_unique<nvml::ThrottleWatch>(gpu_.row());
  if (gpu_.facts().timestamp_bits > 0) times_ = queries(gpu_, VK_QUERY_TYPE_TIMESTAMP, 2, 0);
}

void Queue::on_record(std::vector<Record> parts) {
  parts_ = std::move(parts);
  call_.clear();
  for (const Record& part : parts_) call_.push_back(gpu_.recorded(part));
  gpu_.keep_pipelines();
}

void Queue::count() {
  if (!gpu_.facts().statistics) return;
  if (!invocations_) invocations_ = invocations();
  counted_.offset_ns.push_back(now_ns());
  counted_.value.push_back(static_cast<double>(*invocations_));
}

std::optional<std::uint64_t> Queue::invocations() {
  if (!gpu_.facts().statistics) return std::nullopt;
  const auto pool = queries(gpu_, VK_QUERY_TYPE_PIPELINE_STATISTICS, 1,
                            VK_QUERY_PIPELINE_STATISTIC_COMPUTE_SHADER_INVOCATIONS_BIT);
  std::uint64_t sum = 0;
  for (const Record& part : parts_) {
    gpu_.run_once([&](Commands& commands) {
      commands.api().CmdResetQueryPool(commands.get(), pool.get(), 0, 1);
      commands.api().CmdBeginQuery(commands.get(), pool.get(), 0, 0);
      part(commands);
      commands.api().CmdEndQuery(commands.get(), pool.get(), 0);
    });
    sum += results<1>(gpu_, pool.get())[0];
  }
  return sum;
}

void Queue::evict() {
  if (walk_commands_ == VK_NULL_HANDLE) {
    const std::size_t most = std::size_t{256} << 20;
    const std::size_t bytes = std::min(most, gpu_.facts().memory_bytes / 8);
    walk_ = Buffer(gpu_, bytes);
    walk_.spoil();
    struct Constants {
      std::uint64_t data;
      std::uint32_t count;
    };
    const Constants constants{walk_.address(), static_cast<std::uint32_t>(bytes / 16)};
    walk_kernel_ = Kernel(gpu_, walk_code, sizeof constants, {walk_threads});
    walk_commands_ = gpu_.recorded([&](Commands& commands) {
      commands.dispatch(walk_kernel_, (constants.count + walk_threads - 1) / walk_threads, constants);
    });
  }
  gpu_.run(walk_commands_);
}

/// `calls` calls between two timestamps, each after the one before. Several are so short that all of them are
/// one submission.
Queue::Timed Queue::timed(int calls) {
  const Record all = [this, calls](Commands& commands) {
    for (int i = 0; i < calls; ++i) {
      for (const Record& part : parts_) {
        part(commands);
        commands.barrier();
      }
    }
  };
  const std::vector<Record> parts = calls == 1 ? parts_ : std::vector<Record>{all};
  Timed timed{calls, {}};
  for (const Record& part : parts) {
    timed.commands.push_back(gpu_.recorded([&](Commands& commands) {
      const DeviceApi& api = commands.api();
      if (&part == &parts.front()) {
        api.CmdResetQueryPool(commands.get(), times_.get(), 0, 2);
        api.CmdWriteTimestamp(commands.get(), VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, times_.get(), 0);
      }
      part(commands);
      commands.barrier();
      if (&part == &parts.back())
        api.CmdWriteTimestamp(commands.get(), VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, times_.get(), 1);
    }));
  }
  return timed;
}

/// Of one call, by the device's clock.
double Queue::reading_ns(const Timed& timed) {
  gpu_.run(timed.commands);
  const auto [begin, end] = results<2>(gpu_, times_.get());
  return elapsed_ns(begin, end, gpu_.facts().timestamp_bits, gpu_.facts().timestamp_period_ns) / timed.calls;
}

void Queue::take_end_to_end() {
  const std::int64_t started = now_ns();  // bringing the inputs here once is of its time, too
  const Transfers& transfers = gpu_.transfers();
  if (!pace_.due(started) || !transfers.complete()) return;
  const auto handle = [](Transfers::Place place) { return reinterpret_cast<VkBuffer>(place); };
  if (inputs_version_ != transfers.inputs_version()) {
    inputs_.clear();
    for (const auto& part : transfers.in()) {
      inputs_.emplace_back(part.bytes);
      gpu_.download(handle(part.place), inputs_.back().data(), part.bytes, 0);
    }
    inputs_version_ = transfers.inputs_version();
  }
  results_.resize(transfers.out().size());
  for (std::size_t i = 0; i < results_.size(); ++i) results_[i].resize(transfers.out()[i].bytes);
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    gpu_.upload(handle(transfers.in()[i].place), inputs_[i].data(), inputs_[i].size());
  call();
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const auto& part = transfers.out()[i];
    gpu_.download(handle(part.place), results_[i].data(), part.bytes, part.offset);
  }
  const std::int64_t end = now_ns();
  call();  // so that the next sample finds the caches as a call leaves them
  pace_.took(now_ns() - started);
  end_to_end_.offset_ns.push_back(end);
  end_to_end_.value.push_back(static_cast<double>(end - begin));
}

void Queue::time(bool cold) {
  count();
  take_end_to_end();
  if (times_.get() == VK_NULL_HANDLE) return;
  if (cold_.calls == 0) cold_ = timed(1);
  if (cold) {
    evict();
  } else if (hot_.calls == 0) {
    const double one_ns = std::max(reading_ns(cold_), 100.0);
    hot_ = timed(std::clamp(static_cast<int>(std::ceil(hot_ns / one_ns)), 1, most_calls));
  }
  const double ns = reading_ns(cold ? cold_ : hot_);
  const std::int64_t now = now_ns();
  time_.offset_ns.push_back(now);
  time_.value.push_back(ns);
  watch_->look(now);
}

std::vector<Track> Queue::take_tracks() {
  std::vector<Track> tracks = taken({&time_, &counted_, &end_to_end_});
  for (auto& track : watch_->take_tracks()) tracks.push_back(std::move(track));
  return tracks;
}

}  // namespace assay::vulkan
