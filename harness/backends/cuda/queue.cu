// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/queue.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <ctime>

#include "harness/backends/cuda/devices.h"
#include "harness/backends/cuda/facts.h"
#include "harness/backends/cuda/ptx.cuh"
#include "harness/backends/taken_tracks.h"

namespace assay::cuda {

namespace {

/// A hot reading lasts about this long, so that events and the first start are below 1 % of it.
constexpr double reading_ns = 200e3;
/// A stream takes about 1024 operations, then a launch blocks the host until one has begun. NVIDIA does not
/// write down how many, nor what a graph counts for: a graph is taken here for as many as it has kernels.
constexpr int most_operations = 800;
constexpr int most_calls = 128;
constexpr long long gate_limit_ns = 2'000'000'000;
/// Of a call that a stream does not take as a whole: longer than 1024 launches need, at some 5 us each.
constexpr long long part_limit_ns = 20'000'000;

/// Holds the stream until the host has queued all that is to be timed, so that launching is not timed. After
/// the limit it gives up: a call that waits for the device, or a host whose launch blocks as the stream is
/// full, would otherwise wait for ever.
__global__ void gate(volatile int* state, long long limit_ns) {
  const long long begin = global_timer();
  while (state[0] == 0) {
    if (global_timer() - begin > limit_ns) {
      state[1] = 1;
      return;
    }
  }
}

__global__ void read_through(const uint4* data, std::size_t count, unsigned* result) {
  unsigned sum = 0;
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += step) {
    const uint4 v = data[i];
    sum += v.x ^ v.y ^ v.z ^ v.w;
  }
  if (sum == 0xDEADBEEFu) *result = sum;  // never: the buffer is zero; but the loads must happen
}

std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

void check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  const std::string message = std::string("CUDA cannot ") + what + ": " + cudaGetErrorString(error);
  cudaGetLastError();
  if (error == cudaErrorMemoryAllocation) {
    throw Error(ErrorCode::unavailable, message, "choose a smaller preset, or end what else uses the GPU");
  }
  throw Error(ErrorCode::worker, message);
}

Queue::Queue(const std::string& device) {
  prefer_pci_order();
  const int index = index_of(device);
  const auto offers = devices();
  if (static_cast<std::size_t>(index) >= offers.size()) {
    const Probe& first = offers.front().probe;
    if (!first.available) throw Error(ErrorCode::unavailable, device + ": " + first.reason, first.remedy);
    throw Error(ErrorCode::unavailable,
                "there is no " + device + ": the driver finds " + std::to_string(offers.size()),
                "'assay list devices' has their names");
  }
  if (const Probe& probe = offers[static_cast<std::size_t>(index)].probe; !probe.available)
    throw Error(ErrorCode::unavailable, device + ": " + probe.reason, probe.remedy);
  device_ = offers[static_cast<std::size_t>(index)].device;
  check(cudaSetDevice(index), "choose the device");
  check(cudaSetDeviceFlags(cudaDeviceScheduleSpin), "set how the host waits");
  int l2_bytes = 0;
  int major = 0;
  int minor = 0;
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index), "ask for its capability");
  check(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index), "ask for its capability");
  capability_ = 10 * major + minor;
  check(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, index), "count SMs");
  check(cudaDeviceGetAttribute(&l2_bytes, cudaDevAttrL2CacheSize, index), "ask for the L2 cache");
  l2_bytes_ = static_cast<std::size_t>(std::max(l2_bytes, 1 << 20));
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream");
  check(cudaEventCreate(&begin_), "make an event");
  check(cudaEventCreate(&end_), "make an event");
  check(cudaEventCreateWithFlags(&before_, cudaEventDisableTiming), "make an event");
  gate_ = Pinned<int>(2);
  track_ = {"time.device", "ns", {}, {}};
  waited_ = {"device.waited", "count", {}, {}};
  end_to_end_ = {"time.end_to_end", "ns", {}, {}};
  watch_ = std::make_unique<nvml::ThrottleWatch>(device_);
}

Queue::~Queue() {
  if (before_ != nullptr) cudaEventDestroy(before_);
  if (end_ != nullptr) cudaEventDestroy(end_);
  if (begin_ != nullptr) cudaEventDestroy(begin_);
  if (stream_ != nullptr) cudaStreamDestroy(stream_);
}

void Queue::on_submit(std::function<void()> submit, int operations) {
  // Copies from pageable memory and fills may still be under way when they return, on the default stream, for
  // which stream_ does not wait.
  check(cudaDeviceSynchronize(), "bring the inputs to the device");
  submit_ = std::move(submit);
  held_ = operations < 1 ? Held::not_at_all : operations <= most_operations ? Held::whole : Held::in_part;
  most_calls_ = operations < 1 ? most_calls : std::clamp(most_operations / operations, 1, most_calls);
}

void Queue::evict() {
  if (walk_.size() == 0) {
    walk_ = Buffer<unsigned>(3 * l2_bytes_ / sizeof(unsigned));
    check(cudaMemsetAsync(walk_.data(), 0, walk_.bytes(), stream_), "clear device memory");
  }
  read_through<<<multiprocessors_ * 8, 256, 0, stream_>>>(reinterpret_cast<const uint4*>(walk_.data()),
                                                          walk_.bytes() / sizeof(uint4), walk_.data());
  check(cudaGetLastError(), "empty the L2 cache");
  wait();
}

/// By the device's clock, over `calls` calls back to back.
double Queue::elapsed_ns(int calls) {
  volatile int* state = gate_.data();
  state[0] = held_ == Held::not_at_all ? 1 : 0;
  state[1] = 0;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  gate<<<1, 1, 0, stream_>>>(gate_.data(), held_ == Held::in_part ? part_limit_ns : gate_limit_ns);
  check(cudaGetLastError(), "queue the gate");
  check(cudaEventRecord(begin_, stream_), "record an event");
  waits_ = -1;
  in_reading_ = true;
  for (int i = 0; i < calls; ++i) submit_();
  if (waits_ >= 0) look_back();
  in_reading_ = false;
  check(cudaEventRecord(end_, stream_), "record an event");
  std::atomic_thread_fence(std::memory_order_seq_cst);
  state[0] = 1;
  check(cudaEventSynchronize(end_), "run on the device");
  if (state[1] != 0 && held_ != Held::in_part) {
    throw Error(ErrorCode::worker, "the device waited 2 s for its work: a call cannot be queued",
                "its implementation must say so (Queue::on_submit)");
  }
  float ms = 0;
  check(cudaEventElapsedTime(&ms, begin_, end_), "read the events");
  return static_cast<double>(ms) * 1e6;
}

/// Whether the device was through with all that came before the last launch, which has returned.
void Queue::look_back() {
  const cudaError_t state = cudaEventQuery(before_);
  if (state == cudaErrorNotReady) {
    cudaGetLastError();  // is no error of what is launched next
    return;
  }
  check(state, "run on the device");
  ++waits_;
}

void Queue::mark() {
  if (waits_ < 0) {
    waits_ = 0;
  } else {
    look_back();
  }
  check(cudaEventRecord(before_, stream_), "record an event");
}

/// Calls of a hot reading.
int Queue::hot_calls() {
  const double one_ns = std::max(elapsed_ns(1), 100.0);
  return std::clamp(static_cast<int>(std::ceil(reading_ns / one_ns)), 1, most_calls_);
}

double Queue::trial_ns() {
  const int calls = hot_calls();
  std::array<double, 5> ns{};
  for (double& one : ns) one = elapsed_ns(calls) / calls;
  std::sort(ns.begin(), ns.end());
  return ns[ns.size() / 2];
}

void Queue::take_end_to_end() {
  const std::int64_t started = now_ns();  // bringing the inputs here once is of its time, too
  const Transfers& all = transfers();
  if (!pace_.due(started) || !all.complete()) return;
  if (inputs_version_ != all.inputs_version()) {
    inputs_.clear();
    for (const auto& part : all.in()) {
      inputs_.emplace_back(part.bytes);
      check(cudaMemcpy(inputs_.back().data(), reinterpret_cast<const void*>(part.place), part.bytes,
                       cudaMemcpyDeviceToHost),
            "copy from the device");
    }
    inputs_version_ = all.inputs_version();
  }
  results_.resize(all.out().size());
  for (std::size_t i = 0; i < results_.size(); ++i) results_[i].resize(all.out()[i].bytes);
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    check(cudaMemcpyAsync(reinterpret_cast<void*>(all.in()[i].place), inputs_[i].data(), inputs_[i].size(),
                          cudaMemcpyHostToDevice, stream_),
          "copy to the device");
  }
  submit_();
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const auto& part = all.out()[i];
    check(cudaMemcpyAsync(results_[i].data(), reinterpret_cast<const char*>(part.place) + part.offset,
                          part.bytes, cudaMemcpyDeviceToHost, stream_),
          "copy from the device");
  }
  wait();
  const std::int64_t end = now_ns();
  call();  // so that the next sample finds the caches as a call leaves them
  pace_.took(now_ns() - started);
  end_to_end_.offset_ns.push_back(end);
  end_to_end_.value.push_back(static_cast<double>(end - begin));
}

void Queue::time(bool cold) {
  take_end_to_end();
  if (cold) {
    evict();
  } else if (calls_ == 0) {
    calls_ = hot_calls();
  }
  const int calls = cold ? 1 : calls_;
  const double ns = elapsed_ns(calls) / calls;
  const std::int64_t now = now_ns();
  track_.offset_ns.push_back(now);
  track_.value.push_back(ns);
  if (waits_ >= 0) {
    waited_.offset_ns.push_back(now);
    waited_.value.push_back(static_cast<double>(waits_) / calls);
  }
  watch_->look(now);
}

std::vector<Track> Queue::take_tracks() {
  std::vector<Track> tracks = taken({&track_, &end_to_end_, &waited_});
  for (auto& track : watch_->take_tracks()) tracks.push_back(std::move(track));
  return tracks;
}

}  // namespace assay::cuda
