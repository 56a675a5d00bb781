// SPDX-License-Identifier: Apache-2.0
#include "collectors/cupti/api.h"

#include <dlfcn.h>

namespace assay::cupti {

namespace {

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
}

}  // namespace

std::string Api::text(CUptiResult result) const {
  const char* text = nullptr;
  if (cuptiGetResultString != nullptr && cuptiGetResultString(result, &text) == CUPTI_SUCCESS &&
      text != nullptr)
    return text;
  return "CUPTI_ERROR_" + std::to_string(result);
}

Api open_api(const std::string& file) {
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw Failure{"CUPTI_NOT_HERE", file.empty() ? "ASSAY_CUPTI" : file};
  Api api;
#define ASSAY_CUPTI_FIND(name) find(library, #name, api.name)
  ASSAY_CUPTI_FIND(cuptiGetResultString);
  ASSAY_CUPTI_FIND(cuptiActivityRegisterCallbacks);
  ASSAY_CUPTI_FIND(cuptiActivityEnable);
  ASSAY_CUPTI_FIND(cuptiActivityFlushAll);
  ASSAY_CUPTI_FIND(cuptiActivityGetNextRecord);
  ASSAY_CUPTI_FIND(cuptiActivityGetNumDroppedRecords);
  ASSAY_CUPTI_FIND(cuptiGetTimestamp);
  ASSAY_CUPTI_FIND(cuptiGetCallbackName);
  ASSAY_CUPTI_FIND(cuptiDeviceGetChipName);
  ASSAY_CUPTI_FIND(cuptiProfilerInitialize);
  ASSAY_CUPTI_FIND(cuptiProfilerDeviceSupported);
  ASSAY_CUPTI_FIND(cuptiProfilerGetCounterAvailability);
  ASSAY_CUPTI_FIND(cuptiProfilerHostInitialize);
  ASSAY_CUPTI_FIND(cuptiProfilerHostDeinitialize);
  ASSAY_CUPTI_FIND(cuptiProfilerHostGetSupportedChips);
  ASSAY_CUPTI_FIND(cuptiProfilerHostGetMetricProperties);
  ASSAY_CUPTI_FIND(cuptiProfilerHostConfigAddMetrics);
  ASSAY_CUPTI_FIND(cuptiProfilerHostGetConfigImageSize);
  ASSAY_CUPTI_FIND(cuptiProfilerHostGetConfigImage);
  ASSAY_CUPTI_FIND(cuptiProfilerHostGetNumOfPasses);
  ASSAY_CUPTI_FIND(cuptiProfilerHostEvaluateToGpuValues);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerEnable);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerGetCounterDataSize);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerCounterDataImageInitialize);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerSetConfig);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerStart);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerStop);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerDecodeData);
  ASSAY_CUPTI_FIND(cuptiRangeProfilerGetCounterDataInfo);
#undef ASSAY_CUPTI_FIND
  if (api.cuptiActivityRegisterCallbacks == nullptr || api.cuptiActivityEnable == nullptr ||
      api.cuptiActivityFlushAll == nullptr || api.cuptiActivityGetNextRecord == nullptr)
    throw Failure{"CUPTI_TOO_OLD", file};
  return api;
}

Driver find_driver() {
  Driver driver;
  void* library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return driver;
  find(library, "cuCtxSynchronize", driver.synchronize);
  find(library, "cuCtxGetCurrent", driver.current);
  find(library, "cuCtxGetDevice", driver.device);
  return driver;
}

}  // namespace assay::cupti
