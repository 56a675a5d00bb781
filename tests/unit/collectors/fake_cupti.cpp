// SPDX-License-Identifier: Apache-2.0
/* A CUPTI of a GPU that we do not have. What a process has done since it was last asked is scripted: at the
 * n-th flush n kernels of 1000 ns (gemv(float*), on stream 7, let by the calls), n copies of 64 bytes and 500
 * ns, one fill, n calls of the runtime; at the n-th stop of the range profiler n kernels of 1000 ns that
 * count 100 each and are at 50 per cent. FAKE_CUPTI_ERROR: what enabling either returns. FAKE_CUPTI_TIMES:
 * all but the fill that many times. */
#include <cupti_activity.h>
#include <cupti_callbacks.h>
#include <cupti_profiler_host.h>
#include <cupti_profiler_target.h>
#include <cupti_range_profiler.h>
#include <cupti_result.h>
#include <cupti_target.h>
#include <dlfcn.h>
#include <cstdlib>
#include <cstring>

static CUptiResult refusal(void) {
  const char* error = getenv("FAKE_CUPTI_ERROR");
  return error ? (CUptiResult)atoi(error) : CUPTI_SUCCESS;
}

CUptiResult cuptiGetResultString(CUptiResult result, const char** text) {
  *text = result == CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES
              ? "CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES"
          : result == CUPTI_ERROR_INSUFFICIENT_PRIVILEGES ? "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES"
                                                          : "CUPTI_ERROR_UNKNOWN";
  return CUPTI_SUCCESS;
}

/* Activity. A buffer holds one int, how many of each; records are handed out of an array. */
static CUpti_BuffersCallbackRequestFunc give;
static CUpti_BuffersCallbackCompleteFunc take;
static int flushes = 1, handed; /* the first region begins as behind one */
static CUpti_ActivityKernel10 kernel;
static CUpti_ActivityMemcpy6 copy;
static CUpti_ActivityMemset4 fill;
static CUpti_ActivityAPI call;

CUptiResult cuptiActivityRegisterCallbacks(CUpti_BuffersCallbackRequestFunc given,
                                           CUpti_BuffersCallbackCompleteFunc taken) {
  give = given, take = taken;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiActivityEnable(CUpti_ActivityKind kind) {
  (void)kind;
  return refusal();
}
CUptiResult cuptiActivityGetNextRecord(uint8_t* buffer, size_t valid, CUpti_Activity** record) {
  (void)valid;
  int n;
  memcpy(&n, buffer, sizeof n);
  const int at = handed++;
  kernel.kind = CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, kernel.start = 5000, kernel.end = 6000;
  kernel.name = "_Z4gemvPf", kernel.streamId = 7, kernel.correlationId = 41;
  copy.copyKind = CUPTI_ACTIVITY_MEMCPY_KIND_HTOD, copy.streamId = 7;
  fill.start = 7600, fill.end = 7700, fill.streamId = 7;
  call.start = 4100, call.end = 4200, call.threadId = 99, call.correlationId = 41;
  copy.kind = CUPTI_ACTIVITY_KIND_MEMCPY, copy.bytes = 64, copy.start = 7000, copy.end = 7500;
  fill.kind = CUPTI_ACTIVITY_KIND_MEMSET;
  call.kind = CUPTI_ACTIVITY_KIND_RUNTIME;
  if (at < n)
    *record = (CUpti_Activity*)&kernel;
  else if (at < 2 * n)
    *record = (CUpti_Activity*)&copy;
  else if (at < 2 * n + 1)
    *record = (CUpti_Activity*)&fill;
  else if (at < 3 * n + 1)
    *record = (CUpti_Activity*)&call;
  else
    return CUPTI_ERROR_MAX_LIMIT_REACHED;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiActivityGetNumDroppedRecords(CUcontext context, uint32_t stream, size_t* dropped) {
  (void)context, (void)stream;
  *dropped = 0;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiActivityFlushAll(uint32_t flag) {
  (void)flag;
  const int* starts = (const int*)dlsym(RTLD_DEFAULT, "fake_cuda_starts");
  if (starts != NULL && *starts) return CUPTI_ERROR_NOT_INITIALIZED;
  uint8_t* buffer = NULL;
  size_t size = 0, most = 0;
  give(&buffer, &size, &most);
  ++flushes;
  handed = 0;
  const char* times = getenv("FAKE_CUPTI_TIMES");
  const int each = flushes * (times ? atoi(times) : 1);
  memcpy(buffer, &each, sizeof each);
  take(NULL, 0, buffer, size, size);
  return CUPTI_SUCCESS;
}

CUptiResult cuptiGetTimestamp(uint64_t* now) {
  *now = flushes % 2 ? 4000 : 8000; /* regions begin after an odd flush */
  return CUPTI_SUCCESS;
}
CUptiResult cuptiGetCallbackName(CUpti_CallbackDomain domain, uint32_t id, const char** name) {
  (void)id;
  *name = domain == CUPTI_CB_DOMAIN_RUNTIME_API ? "cudaLaunchKernel_v7000" : "?";
  return CUPTI_SUCCESS;
}

/* The range profiler and its host. */
static int stops;
CUptiResult cuptiProfilerInitialize(CUpti_Profiler_Initialize_Params* p) {
  (void)p;
  return refusal();
}
CUptiResult cuptiProfilerDeviceSupported(CUpti_Profiler_DeviceSupported_Params* p) {
  const char* level = getenv("FAKE_CUPTI_VGPU");  // 1: no profiling there, 2: switched off
  p->isSupported = p->vGpu =
      level ? static_cast<decltype(p->vGpu)>(atoi(level)) : CUPTI_PROFILER_CONFIGURATION_SUPPORTED;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiDeviceGetChipName(CUpti_Device_GetChipName_Params* p) {
  p->pChipName = "GH100";
  return CUPTI_SUCCESS;
}
CUptiResult cuptiProfilerGetCounterAvailability(CUpti_Profiler_GetCounterAvailability_Params* p) {
  p->counterAvailabilityImageSize = 8;
  return CUPTI_SUCCESS;
}
static int host;
CUptiResult cuptiProfilerHostInitialize(CUpti_Profiler_Host_Initialize_Params* p) {
  p->pHostObject = (CUpti_Profiler_Host_Object*)&host;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiProfilerHostConfigAddMetrics(CUpti_Profiler_Host_ConfigAddMetrics_Params* p) {
  return p->numMetrics > 0 ? CUPTI_SUCCESS : CUPTI_ERROR_INVALID_PARAMETER;
}
CUptiResult cuptiProfilerHostGetConfigImageSize(CUpti_Profiler_Host_GetConfigImageSize_Params* p) {
  p->configImageSize = 16;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiProfilerHostGetConfigImage(CUpti_Profiler_Host_GetConfigImage_Params* p) {
  memset(p->pConfigImage, 0, p->configImageSize);
  return CUPTI_SUCCESS;
}
static int profiler;
CUptiResult cuptiRangeProfilerEnable(CUpti_RangeProfiler_Enable_Params* p) {
  p->pRangeProfilerObject = (CUpti_RangeProfiler_Object*)&profiler;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiRangeProfilerGetCounterDataSize(CUpti_RangeProfiler_GetCounterDataSize_Params* p) {
  p->counterDataSize = 32;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiRangeProfilerCounterDataImageInitialize(
    CUpti_RangeProfiler_CounterDataImage_Initialize_Params* p) {
  memset(p->pCounterData, 0, p->counterDataSize);
  return CUPTI_SUCCESS;
}
CUptiResult cuptiRangeProfilerSetConfig(CUpti_RangeProfiler_SetConfig_Params* p) {
  return p->range == CUPTI_AutoRange && p->replayMode == CUPTI_KernelReplay ? CUPTI_SUCCESS
                                                                            : CUPTI_ERROR_INVALID_PARAMETER;
}
CUptiResult cuptiRangeProfilerStart(CUpti_RangeProfiler_Start_Params* p) {
  (void)p;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiRangeProfilerStop(CUpti_RangeProfiler_Stop_Params* p) {
  ++stops;
  p->isAllPassSubmitted = 1;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiRangeProfilerDecodeData(CUpti_RangeProfiler_DecodeData_Params* p) {
  p->numOfRangeDropped = 0;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiRangeProfilerGetCounterDataInfo(CUpti_RangeProfiler_GetCounterDataInfo_Params* p) {
  p->numTotalRanges = (size_t)stops;
  return CUPTI_SUCCESS;
}
CUptiResult cuptiProfilerHostEvaluateToGpuValues(CUpti_Profiler_Host_EvaluateToGpuValues_Params* p) {
  for (size_t i = 0; i < p->numMetrics; ++i)
    p->pMetricValues[i] = strstr(p->ppMetricNames[i], "pct")    ? 50
                          : strstr(p->ppMetricNames[i], "time") ? 1000
                                                                : 100;
  return CUPTI_SUCCESS;
}
