// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda.h>
#include <cupti_activity.h>
#include <cupti_callbacks.h>
#include <cupti_profiler_host.h>
#include <cupti_profiler_target.h>
#include <cupti_range_profiler.h>
#include <cupti_result.h>
#include <cupti_target.h>

#include <string>

/// CUPTI and the driver, opened at run time: nothing is linked, so the library loads where neither is.
/// (CUPTI 13.0 Documentation: Activity API, Range Profiling API, Profiler Host API.)
namespace assay::cupti {

// A function of the library by its own name and type; null where the library is too old to have it.
#define ASSAY_CUPTI_FUNCTION(name) decltype(&::name) name = nullptr

struct Api {
  ASSAY_CUPTI_FUNCTION(cuptiGetResultString);
  ASSAY_CUPTI_FUNCTION(cuptiActivityRegisterCallbacks);
  ASSAY_CUPTI_FUNCTION(cuptiActivityEnable);
  ASSAY_CUPTI_FUNCTION(cuptiActivityFlushAll);
  ASSAY_CUPTI_FUNCTION(cuptiActivityGetNextRecord);
  ASSAY_CUPTI_FUNCTION(cuptiActivityGetNumDroppedRecords);
  ASSAY_CUPTI_FUNCTION(cuptiGetTimestamp);
  ASSAY_CUPTI_FUNCTION(cuptiGetCallbackName);
  ASSAY_CUPTI_FUNCTION(cuptiDeviceGetChipName);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerInitialize);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerDeviceSupported);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerGetCounterAvailability);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostInitialize);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostDeinitialize);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostGetSupportedChips);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostGetMetricProperties);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostConfigAddMetrics);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostGetConfigImageSize);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostGetConfigImage);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostGetNumOfPasses);
  ASSAY_CUPTI_FUNCTION(cuptiProfilerHostEvaluateToGpuValues);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerEnable);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerGetCounterDataSize);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerCounterDataImageInitialize);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerSetConfig);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerStart);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerStop);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerDecodeData);
  ASSAY_CUPTI_FUNCTION(cuptiRangeProfilerGetCounterDataInfo);

  /// "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES".
  std::string text(CUptiResult result) const;
};

/// \throws Failure naming the file when it cannot be opened, or has no activity records.
Api open_api(const std::string& file);

/// What cannot be done, and where: for the file `failure`, which the collectors read.
struct Failure {
  std::string error;  ///< CUPTI's own name of it
  std::string where;  ///< the function, or what was tried
};

/// \throws Failure unless the call succeeded; an absent function is one, too.
#define ASSAY_CUPTI_CALL(api, name, ...)                                               \
  do {                                                                                 \
    if ((api).name == nullptr) throw ::assay::cupti::Failure{"CUPTI_TOO_OLD", #name};  \
    if (const CUptiResult result_ = (api).name(__VA_ARGS__); result_ != CUPTI_SUCCESS) \
      throw ::assay::cupti::Failure{(api).text(result_), #name};                       \
  } while (0)

/// A structure of CUPTI's parameters: zero but for its size.
#define ASSAY_CUPTI_PARAMETERS(type, name) \
  type name{};                             \
  name.structSize = type##_STRUCT_SIZE

/// The driver, where the process has loaded it already. Without it there is nothing to count.
struct Driver {
  decltype(&::cuCtxSynchronize) synchronize = nullptr;
  decltype(&::cuCtxGetCurrent) current = nullptr;
  decltype(&::cuCtxGetDevice) device = nullptr;
};
Driver find_driver();

}  // namespace assay::cupti
