// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "collectors/cupti/host.h"
#include "collectors/cupti/inject.h"

namespace assay::cupti {

namespace {

/// A kernel's time on the GPU, the weight of means.
constexpr const char* weight = "gpu__time_duration.sum";
/// Kernels of a region; a region of more is a failure.
constexpr std::size_t most_ranges = 2000;

class Ranges : public Counter {
 public:
  Ranges(const Api& api, const std::string& metrics) : api_(api) {
    for (std::size_t at = 0; at < metrics.size();) {
      const std::size_t end = std::min(metrics.find(',', at), metrics.size());
      is_sum_.push_back(metrics[at] == '+');
      asked_.push_back(metrics.substr(at + 1, end - at - 1));
      at = end + 1;
    }
    asked_.emplace_back(weight);
    for (const auto& name : asked_) names_.push_back(name.c_str());
  }

  void begin() override {
    if (profiler_ == nullptr) set_up();
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_CounterDataImage_Initialize_Params, fresh);
    fresh.pRangeProfilerObject = profiler_;
    fresh.counterDataSize = counters_.size();
    fresh.pCounterData = counters_.data();
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerCounterDataImageInitialize, &fresh);
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_SetConfig_Params, set);
    set.pRangeProfilerObject = profiler_;
    set.configSize = configuration_.size();
    set.pConfig = configuration_.data();
    set.counterDataImageSize = counters_.size();
    set.pCounterDataImage = counters_.data();
    set.range = CUPTI_AutoRange;
    set.replayMode = CUPTI_KernelReplay;
    set.maxRangesPerPass = most_ranges;
    set.numNestingLevels = 1;
    set.minNestingLevel = 1;
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerSetConfig, &set);
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_Start_Params, start);
    start.pRangeProfilerObject = profiler_;
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerStart, &start);
  }

  std::vector<double> end() override {
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_Stop_Params, stop);
    stop.pRangeProfilerObject = profiler_;
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerStop, &stop);
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_DecodeData_Params, decode);
    decode.pRangeProfilerObject = profiler_;
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerDecodeData, &decode);
    if (decode.numOfRangeDropped > 0) throw Failure{"CUPTI_TOO_MANY_KERNELS", "cuptiRangeProfilerDecodeData"};
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_GetCounterDataInfo_Params, info);
    info.pCounterDataImage = counters_.data();
    info.counterDataImageSize = counters_.size();
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerGetCounterDataInfo, &info);
    return summarise(info.numTotalRanges);
  }

 private:
  void set_up() {
    const Driver driver = find_driver();
    CUcontext context = nullptr;
    CUdevice device = 0;
    if (driver.current == nullptr || driver.device == nullptr || driver.current(&context) != CUDA_SUCCESS ||
        context == nullptr || driver.device(&device) != CUDA_SUCCESS)
      throw Failure{"CUPTI_NO_CONTEXT", "cuCtxGetCurrent"};
    ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Initialize_Params, begin);
    ASSAY_CUPTI_CALL(api_, cuptiProfilerInitialize, &begin);
    check_support(device);
    ASSAY_CUPTI_PARAMETERS(CUpti_Device_GetChipName_Params, chip);
    chip.deviceIndex = static_cast<std::size_t>(device);
    ASSAY_CUPTI_CALL(api_, cuptiDeviceGetChipName, &chip);
    ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_GetCounterAvailability_Params, counters);
    counters.ctx = context;
    ASSAY_CUPTI_CALL(api_, cuptiProfilerGetCounterAvailability, &counters);
    std::vector<std::uint8_t> available(counters.counterAvailabilityImageSize);
    counters.pCounterAvailabilityImage = available.data();
    ASSAY_CUPTI_CALL(api_, cuptiProfilerGetCounterAvailability, &counters);
    host_.emplace(api_, chip.pChipName, available);
    configuration_ = host_->configure(names_);
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_Enable_Params, enable);
    enable.ctx = context;
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerEnable, &enable);
    profiler_ = enable.pRangeProfilerObject;
    ASSAY_CUPTI_PARAMETERS(CUpti_RangeProfiler_GetCounterDataSize_Params, size);
    size.pRangeProfilerObject = profiler_;
    size.pMetricNames = names_.data();
    size.numMetrics = names_.size();
    size.maxNumOfRanges = most_ranges;
    size.maxNumRangeTreeNodes = most_ranges;
    ASSAY_CUPTI_CALL(api_, cuptiRangeProfilerGetCounterDataSize, &size);
    counters_.resize(size.counterDataSize);
  }

  void check_support(CUdevice device) {
    ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_DeviceSupported_Params, asked);
    asked.cuDevice = device;
    asked.api = CUPTI_PROFILER_RANGE_PROFILING;
    ASSAY_CUPTI_CALL(api_, cuptiProfilerDeviceSupported, &asked);
    if (asked.isSupported == CUPTI_PROFILER_CONFIGURATION_SUPPORTED) return;
    if (asked.vGpu == CUPTI_PROFILER_CONFIGURATION_DISABLED)
      throw Failure{"CUPTI_VGPU_PROFILING_DISABLED", "cuptiProfilerDeviceSupported"};
    const bool shared = asked.vGpu != CUPTI_PROFILER_CONFIGURATION_SUPPORTED;
    throw Failure{shared ? "CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED" : "CUPTI_DEVICE_NOT_SUPPORTED",
                  "cuptiProfilerDeviceSupported"};
  }

  std::vector<double> summarise(std::size_t ranges) const {
    std::vector<double> sums(is_sum_.size(), 0);
    double weights = 0;
    for (std::size_t range = 0; range < ranges; ++range) {
      const std::vector<double> values = host_->evaluate(counters_, range, names_);
      for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] += is_sum_[i] ? values[i] : values[i] * values.back();
      weights += values.back();
    }
    std::vector<double> counts{static_cast<double>(ranges)};
    for (std::size_t i = 0; i < sums.size(); ++i)
      counts.push_back(is_sum_[i] || weights <= 0 ? sums[i] : sums[i] / weights);
    return counts;
  }

  const Api& api_;
  std::vector<bool> is_sum_;
  std::vector<std::string> asked_;  ///< the weight is the last
  std::vector<const char*> names_;
  std::optional<Host> host_;
  CUpti_RangeProfiler_Object* profiler_ = nullptr;
  std::vector<std::uint8_t> configuration_, counters_;
};

}  // namespace

std::unique_ptr<Counter> count_ranges(const Api& api, const std::string& metrics) {
  return std::make_unique<Ranges>(api, metrics);
}

}  // namespace assay::cupti
