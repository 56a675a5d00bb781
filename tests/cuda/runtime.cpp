// SPDX-License-Identifier: Apache-2.0
// The functions of the CUDA runtime that Assay calls (CUDA Runtime API), over one thread that stands in for
// the device. As late as a device may: what goes to the default stream without waiting is done when something
// waits for it, so that who forgets to wait finds the memory as it was.
#include "tests/cuda/runtime.h"

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/cuda/block.h"

using Operation = std::function<void()>;
using Operations = std::vector<Operation>;

struct CUgraph_st {
  Operations operations;
};
struct CUgraphExec_st {
  Operations operations;
};
struct CUstream_st {
  Operations* captured = nullptr;
};
struct CUevent_st {
  int pending = 0;
  std::chrono::steady_clock::time_point time;
};

namespace {

constexpr std::size_t most_queued = 1024;  // then a launch waits, as a stream's does
constexpr int plain_shared = 48 << 10;     // of a block, unless cudaFuncSetAttribute asked for more
constexpr int multiprocessors = 4;         // few, so that loops over a grid go round
constexpr unsigned char garbage = 0x7F;    // what memory holds at first: as binary32 some 3.4e38

/// One queue for all streams: it runs in order on a thread of its own.
class Queue {
 public:
  Queue() : thread_([this] { work(); }) { thread_.detach(); }

  void push(Operation operation) {
    std::unique_lock lock(mutex_);
    went_on_.wait(lock, [&] { return waiting_.size() < most_queued; });
    waiting_.push_back(std::move(operation));
    if (idle_) more_.notify_one();
  }
  void drain() {
    std::unique_lock lock(mutex_);
    went_on_.wait(lock, [&] { return idle_ && waiting_.empty(); });
  }
  /// Waits until `done`, which operations change, or nothing is done any more.
  template <typename Done>
  void wait_for(Done done) {
    std::unique_lock lock(mutex_);
    went_on_.wait(lock, [&] { return done() || !failure_.empty(); });
  }
  template <typename Use>
  auto with_lock(Use use) {
    const std::lock_guard lock(mutex_);
    return use();
  }
  /// What a kernel did wrong; all later work is left undone, as after a fault on a device.
  std::string failure() {
    return with_lock([&] { return failure_; });
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      idle_ = waiting_.empty();
      if (idle_) went_on_.notify_all();
      more_.wait(lock, [&] { return !waiting_.empty(); });
      idle_ = false;
      const Operation operation = std::move(waiting_.front());
      waiting_.pop_front();
      if (waiting_.size() + 1 == most_queued) went_on_.notify_all();
      const bool failed = !failure_.empty();
      lock.unlock();
      std::string failure;
      try {
        if (!failed) operation();
      } catch (const std::exception& error) {
        failure = error.what();
      }
      lock.lock();
      if (!failure.empty()) failure_ = failure;
    }
  }

  std::mutex mutex_;
  std::condition_variable more_;     ///< the device waits for it
  std::condition_variable went_on_;  ///< the host
  std::deque<Operation> waiting_;
  bool idle_ = false;
  std::string failure_;
  std::thread thread_;
};

struct Device {
  Queue queue;
  Operations later;  ///< of the default stream
  std::map<const char*, std::size_t> pinned;
  int most_shared = plain_shared;
  cudaError_t last = cudaSuccess;

  void flush() {
    for (Operation& operation : later) queue.push(std::move(operation));
    later.clear();
    queue.drain();
  }
  cudaError_t state() { return queue.failure().empty() ? cudaSuccess : cudaErrorLaunchFailure; }
  bool is_pinned(const void* at) const {
    const auto* byte = static_cast<const char*>(at);
    auto after = pinned.upper_bound(byte);
    return after != pinned.begin() && byte < (--after)->first + after->second;
  }
};

Device& device() {
  static auto* one = new Device;  // its thread never ends
  return *one;
}

/// ASSAY_TEST_CUDA_ORDER=backwards: of the threads of each block.
bool backwards() {
  static const char* const order = std::getenv("ASSAY_TEST_CUDA_ORDER");
  return order != nullptr && std::strcmp(order, "backwards") == 0;
}

Operation copying(void* to, const void* from, std::size_t bytes) {
  return [=] { std::memcpy(to, from, bytes); };
}
/// From pageable memory: its owner may change that at once.
Operation copying_staged(void* to, const void* from, std::size_t bytes) {
  const auto* begin = static_cast<const char*>(from);
  return [to, staged = std::vector<char>(begin, begin + bytes)] {
    if (!staged.empty()) std::memcpy(to, staged.data(), staged.size());
  };
}

/// Memory that ends where a page begins that nobody may touch: a kernel that goes beyond it ends the process.
/// (AddressSanitizer has its own way.) At a multiple of 16 and seldom of 256, as a part of a buffer may be.
class Room {
 public:
  static cudaError_t allocate(void** at, std::size_t bytes) {
    const std::size_t whole = (std::max<std::size_t>(bytes, 1) + 15) / 16 * 16;
#if defined(__SANITIZE_ADDRESS__)
    if (posix_memalign(at, 256, std::max<std::size_t>(bytes, 1)) != 0) return cudaErrorMemoryAllocation;
#else
    const std::size_t pages = (whole + page - 1) / page * page;
    void* const begin =
        mmap(nullptr, pages + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) return cudaErrorMemoryAllocation;
    char* const end = static_cast<char*>(begin) + pages;
    mprotect(end, page, PROT_NONE);
    *at = end - whole;
    all()[*at] = {begin, pages + page};
#endif
    std::memset(*at, garbage, bytes);
    return cudaSuccess;
  }
  static void free(void* at) {
#if defined(__SANITIZE_ADDRESS__)
    std::free(at);
#else
    const auto found = all().find(at);
    if (found == all().end()) return;
    munmap(found->second.begin, found->second.bytes);
    all().erase(found);
#endif
  }

 private:
  static constexpr std::size_t page = 4096;
  struct Mapping {
    void* begin;
    std::size_t bytes;
  };
  static std::map<void*, Mapping>& all() {
    static auto* one = new std::map<void*, Mapping>;
    return *one;
  }
};

}  // namespace

namespace stand_in {

void enqueue(cudaStream_t stream, Operation operation) {
  if (stream == nullptr)
    device().later.push_back(std::move(operation));
  else if (stream->captured != nullptr)
    stream->captured->push_back(std::move(operation));
  else
    device().queue.push(std::move(operation));
}

void launch(const Shape& shape, std::function<void()> thread) {
  const auto flat = [](const dim3& size) { return size.y == 1 && size.z == 1 && size.x > 0; };
  if (!flat(shape.grid) || !flat(shape.block) || shape.block.x > most_threads ||
      shape.shared > static_cast<std::size_t>(device().most_shared)) {
    device().last = cudaErrorInvalidConfiguration;
    return;
  }
  enqueue(shape.stream, [shape, thread = std::move(thread)] {
    for (unsigned i = 0; i < shape.grid.x; ++i)
      run_block({{}, {i, 0, 0}, shape.block, shape.grid}, shape.shared, backwards(), thread);
  });
}

}  // namespace stand_in

using stand_in::enqueue;

extern "C" {

cudaError_t cudaGetLastError() {
  const cudaError_t last = std::exchange(device().last, cudaSuccess);
  return last != cudaSuccess ? last : device().state();
}
const char* cudaGetErrorString(cudaError_t error) {
  static std::string text;
  if (error == cudaErrorInvalidConfiguration) return "invalid configuration argument";
  if (error == cudaErrorMemoryAllocation) return "out of memory";
  text = "error " + std::to_string(static_cast<int>(error)) + " " + device().queue.failure();
  return text.c_str();
}
cudaError_t cudaSetDevice(int number) { return number == 0 ? cudaSuccess : cudaErrorInvalidDevice; }
cudaError_t cudaSetDeviceFlags(unsigned) { return cudaSuccess; }
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  if (attribute == cudaDevAttrComputeCapabilityMajor) return *value = 9, cudaSuccess;
  if (attribute == cudaDevAttrComputeCapabilityMinor) return *value = 0, cudaSuccess;
  if (attribute == cudaDevAttrMultiProcessorCount) return *value = multiprocessors, cudaSuccess;
  if (attribute == cudaDevAttrL2CacheSize) return *value = 1 << 20, cudaSuccess;
  return cudaErrorInvalidValue;
}
cudaError_t cudaDeviceSynchronize() {
  device().flush();
  return device().state();
}

cudaError_t cudaMalloc(void** at, size_t bytes) { return Room::allocate(at, bytes); }
cudaError_t cudaFree(void* at) {
  device().flush();
  Room::free(at);
  return device().state();
}
cudaError_t cudaHostAlloc(void** at, size_t bytes, unsigned) {
  const cudaError_t error = Room::allocate(at, bytes);
  if (error == cudaSuccess) device().pinned[static_cast<const char*>(*at)] = bytes;
  return error;
}
cudaError_t cudaFreeHost(void* at) {
  device().flush();
  device().pinned.erase(static_cast<const char*>(at));
  Room::free(at);
  return cudaSuccess;
}
cudaError_t cudaMemset(void* at, int value, size_t bytes) {
  return cudaMemsetAsync(at, value, bytes, nullptr);
}
cudaError_t cudaMemsetAsync(void* at, int value, size_t bytes, cudaStream_t stream) {
  enqueue(stream, [=] { std::memset(at, value, bytes); });
  return cudaSuccess;
}
cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  if (kind == cudaMemcpyHostToDevice) {
    enqueue(nullptr, copying_staged(to, from, bytes));
    return cudaSuccess;
  }
  for (Operation& operation : std::exchange(device().later, {})) operation();
  std::memcpy(to, from, bytes);  // other streams are not waited for
  return device().state();
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const bool pinned = device().is_pinned(kind == cudaMemcpyHostToDevice ? from : to);
  if (kind == cudaMemcpyHostToDevice && !pinned) {
    enqueue(stream, copying_staged(to, from, bytes));
    return cudaSuccess;
  }
  enqueue(stream, copying(to, from, bytes));
  if (!pinned) device().queue.drain();
  return device().state();
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  device().queue.drain();
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) {
  device().queue.drain();
  return device().state();
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  stream->captured = new Operations;
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = new CUgraph_st{std::move(*stream->captured)};
  delete std::exchange(stream->captured, nullptr);
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long) {
  *made = new CUgraphExec_st{graph->operations};
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  device().queue.drain();
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  for (const Operation& operation : graph->operations) enqueue(stream, operation);
  return cudaSuccess;
}
cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute attribute, int value) {
  if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaErrorInvalidValue;
  device().most_shared = std::max(device().most_shared, value);
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  device().queue.drain();
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  device().queue.with_lock([&] { ++event->pending; });
  enqueue(stream, [event] {
    device().queue.with_lock([&] {
      event->time = std::chrono::steady_clock::now();
      --event->pending;
    });
  });
  return cudaSuccess;
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
  return device().queue.with_lock([&] { return event->pending == 0 ? cudaSuccess : cudaErrorNotReady; });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  device().queue.wait_for([&] { return event->pending == 0; });
  return device().state();
}
cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t begin, cudaEvent_t end) {
  const std::chrono::duration<float, std::milli> time = end->time - begin->time;
  *ms = time.count();
  return cudaSuccess;
}

}  // extern "C"
