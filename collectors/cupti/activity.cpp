// SPDX-License-Identifier: Apache-2.0
#include <cupti_version.h>

#include <cstdint>
#include <cstdlib>
#include <mutex>

#include "collectors/cupti/inject.h"

namespace assay::cupti {

namespace {

#if CUPTI_API_VERSION >= 130000
using Kernel = CUpti_ActivityKernel10;
#else
using Kernel = CUpti_ActivityKernel9;  // CUDA 12
#endif

struct Totals {
  double kernels = 0, kernel_ns = 0, copies = 0, copied_bytes = 0, copy_ns = 0, fills = 0, api_calls = 0;
  std::size_t dropped = 0;  ///< records for which CUPTI had no buffer
};

/// CUPTI's callbacks take no argument of ours, and come on a thread of its own.
struct Shared {
  const Api* api = nullptr;
  std::mutex mutex;
  Totals totals;
};
Shared& shared() {
  static auto* one = new Shared;
  return *one;
}

constexpr std::size_t buffer_bytes = 1 << 20;

void CUPTIAPI give_buffer(std::uint8_t** buffer, std::size_t* size, std::size_t* records) {
  *size = buffer_bytes;
  *buffer = static_cast<std::uint8_t*>(std::aligned_alloc(8, buffer_bytes));
  if (*buffer == nullptr) *size = 0;
  *records = 0;  // as many as fit
}

double length(std::uint64_t start, std::uint64_t end) {
  return end > start ? static_cast<double>(end - start) : 0;
}

void add(Totals& totals, const CUpti_Activity& record) {
  switch (record.kind) {
    case CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL: {
      const auto& kernel = reinterpret_cast<const Kernel&>(record);
      ++totals.kernels;
      totals.kernel_ns += length(kernel.start, kernel.end);
      break;
    }
    case CUPTI_ACTIVITY_KIND_MEMCPY: {
      const auto& copy = reinterpret_cast<const CUpti_ActivityMemcpy6&>(record);
      ++totals.copies;
      totals.copied_bytes += static_cast<double>(copy.bytes);
      totals.copy_ns += length(copy.start, copy.end);
      break;
    }
    case CUPTI_ACTIVITY_KIND_MEMSET:
      ++totals.fills;
      break;
    case CUPTI_ACTIVITY_KIND_RUNTIME:
      ++totals.api_calls;
      break;
    default:
      break;
  }
}

void CUPTIAPI take_buffer(CUcontext context, std::uint32_t stream, std::uint8_t* buffer, std::size_t,
                          std::size_t valid) {
  Shared& all = shared();
  {
    const std::lock_guard lock(all.mutex);
    CUpti_Activity* record = nullptr;
    while (valid > 0 && all.api->cuptiActivityGetNextRecord(buffer, valid, &record) == CUPTI_SUCCESS)
      add(all.totals, *record);
    std::size_t dropped = 0;
    if (all.api->cuptiActivityGetNumDroppedRecords != nullptr &&
        all.api->cuptiActivityGetNumDroppedRecords(context, stream, &dropped) == CUPTI_SUCCESS)
      all.totals.dropped += dropped;
  }
  std::free(buffer);
}

class Activity : public Counter {
 public:
  explicit Activity(const Api& api) : api_(api) {
    shared().api = &api;
    ASSAY_CUPTI_CALL(api_, cuptiActivityRegisterCallbacks, give_buffer, take_buffer);
    for (const auto kind : {CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, CUPTI_ACTIVITY_KIND_MEMCPY,
                            CUPTI_ACTIVITY_KIND_MEMSET, CUPTI_ACTIVITY_KIND_RUNTIME})
      ASSAY_CUPTI_CALL(api_, cuptiActivityEnable, kind);
  }

  void begin() override {
    settle();
    const std::lock_guard lock(shared().mutex);
    shared().totals = {};
  }

  std::vector<double> end() override {
    settle();
    const std::lock_guard lock(shared().mutex);
    const Totals& seen = shared().totals;
    if (seen.dropped > 0) throw Failure{"CUPTI_DROPPED_RECORDS", "cuptiActivityGetNumDroppedRecords"};
    return {seen.kernels, seen.kernel_ns, seen.copies,   seen.copied_bytes,
            seen.copy_ns, seen.fills,     seen.api_calls};
  }

 private:
  /// All that was submitted is done, and its records are with us.
  void settle() {
    const Driver driver = find_driver();
    CUcontext current = nullptr;
    if (driver.current != nullptr && driver.synchronize != nullptr &&
        driver.current(&current) == CUDA_SUCCESS && current != nullptr)
      driver.synchronize();
    ASSAY_CUPTI_CALL(api_, cuptiActivityFlushAll, 1);
  }

  const Api& api_;
};

}  // namespace

std::unique_ptr<Counter> count_activity(const Api& api) { return std::make_unique<Activity>(api); }

}  // namespace assay::cupti
