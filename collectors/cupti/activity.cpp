// SPDX-License-Identifier: Apache-2.0
#include <cupti_version.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

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

struct Record {
  const char* kind;
  std::uint64_t start, end, stream, correlation;
  std::string name;
};
/// Of one region, or one process: beyond these the totals go on, and one record holds the place of the rest.
constexpr std::size_t most_records = 20'000;

/// CUPTI's callbacks take no argument of ours, and come on a thread of its own.
struct Shared {
  const Api* api = nullptr;
  std::mutex mutex;
  Totals totals;
  std::vector<Record> records;
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

const char* direction(std::uint8_t kind) {
  switch (kind) {
    case CUPTI_ACTIVITY_MEMCPY_KIND_HTOD:
      return "host to device";
    case CUPTI_ACTIVITY_MEMCPY_KIND_DTOH:
      return "device to host";
    case CUPTI_ACTIVITY_MEMCPY_KIND_DTOD:
      return "device to device";
    case CUPTI_ACTIVITY_MEMCPY_KIND_HTOH:
      return "host to host";
    case CUPTI_ACTIVITY_MEMCPY_KIND_PTOP:
      return "peer to peer";
    default:
      return "other";
  }
}

/// "cudaLaunchKernel_v7000" without its version.
std::string function_name(const Api& api, std::uint32_t id) {
  const char* name = nullptr;
  if (api.cuptiGetCallbackName == nullptr ||
      api.cuptiGetCallbackName(CUPTI_CB_DOMAIN_RUNTIME_API, id, &name) != CUPTI_SUCCESS || name == nullptr)
    return "function " + std::to_string(id);
  const std::string text = name;
  return text.substr(0, text.rfind("_v"));
}

template <typename Made>
void keep(std::vector<Record>& records, const Made& made) {
  if (records.size() < most_records) {
    records.push_back(made());
    return;
  }
  const Record more = made();
  if (records.size() == most_records)
    records.push_back(
        {"left_out", more.start, more.end, 0, 0, "records beyond the first " + std::to_string(most_records)});
  Record& rest = records.back();
  if (more.start != 0) rest.start = rest.start == 0 ? more.start : std::min(rest.start, more.start);
  rest.end = std::max(rest.end, more.end);
}

void add(Shared& all, const CUpti_Activity& record) {
  Totals& totals = all.totals;
  switch (record.kind) {
    case CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL: {
      const auto& kernel = reinterpret_cast<const Kernel&>(record);
      ++totals.kernels;
      totals.kernel_ns += length(kernel.start, kernel.end);
      keep(all.records, [&] {
        return Record{"kernels",       kernel.start,         kernel.end,
                      kernel.streamId, kernel.correlationId, kernel.name != nullptr ? kernel.name : "?"};
      });
      break;
    }
    case CUPTI_ACTIVITY_KIND_MEMCPY: {
      const auto& copy = reinterpret_cast<const CUpti_ActivityMemcpy6&>(record);
      ++totals.copies;
      totals.copied_bytes += static_cast<double>(copy.bytes);
      totals.copy_ns += length(copy.start, copy.end);
      keep(all.records, [&] {
        return Record{"copies",      copy.start,         copy.end,
                      copy.streamId, copy.correlationId, direction(copy.copyKind)};
      });
      break;
    }
    case CUPTI_ACTIVITY_KIND_MEMSET: {
      const auto& fill = reinterpret_cast<const CUpti_ActivityMemset4&>(record);
      ++totals.fills;
      keep(all.records,
           [&] { return Record{"fills", fill.start, fill.end, fill.streamId, fill.correlationId, "fill"}; });
      break;
    }
    case CUPTI_ACTIVITY_KIND_RUNTIME: {
      const auto& call = reinterpret_cast<const CUpti_ActivityAPI&>(record);
      ++totals.api_calls;
      keep(all.records, [&] {
        return Record{"calls",       call.start,         call.end,
                      call.threadId, call.correlationId, function_name(*all.api, call.cbid)};
      });
      break;
    }
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
      add(all, *record);
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

  /// The first has nothing to settle, as nothing was recorded before; and of a program the driver calls from
  /// within cuInit(), where it is not to be asked.
  void begin() override {
    if (counts_) settle();
    counts_ = true;
    const std::lock_guard lock(shared().mutex);
    shared().totals = {};
    shared().records.clear();
    begin_ns_ = now();
  }

  std::vector<double> end() override {
    settle();
    end_ns_ = now();
    const std::lock_guard lock(shared().mutex);
    const Totals& seen = shared().totals;
    if (seen.dropped > 0) throw Failure{"CUPTI_DROPPED_RECORDS", "cuptiActivityGetNumDroppedRecords"};
    return {seen.kernels, seen.kernel_ns, seen.copies,   seen.copied_bytes,
            seen.copy_ns, seen.fills,     seen.api_calls};
  }

  std::string records() override {
    if (begin_ns_ == 0) return {};  // no place on a time line
    const std::lock_guard lock(shared().mutex);
    const auto since = [&](std::uint64_t at) {
      return " " + std::to_string(static_cast<std::int64_t>(at) - static_cast<std::int64_t>(begin_ns_));
    };
    std::string text;
    for (const Record& one : shared().records) {
      if (one.end < one.start || one.start == 0) continue;  // CUPTI could not tell
      text += one.kind + since(one.start) + since(one.end) + " " + std::to_string(one.stream) + " " +
              std::to_string(one.correlation) + " " + one.name + "\n";
    }
    return text + "end" + since(end_ns_) + "\n";
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

  /// By the clock of the records; 0: not known.
  std::uint64_t now() const {
    std::uint64_t time = 0;
    if (api_.cuptiGetTimestamp == nullptr || api_.cuptiGetTimestamp(&time) != CUPTI_SUCCESS) return 0;
    return time;
  }

  const Api& api_;
  bool counts_ = false;
  std::uint64_t begin_ns_ = 0;
  std::uint64_t end_ns_ = 0;
};

}  // namespace

std::unique_ptr<Counter> count_activity(const Api& api) { return std::make_unique<Activity>(api); }

}  // namespace assay::cupti
