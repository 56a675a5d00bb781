// SPDX-License-Identifier: Apache-2.0
#include "collectors/cupti/host.h"

namespace assay::cupti {

Host::Host(const Api& api, const std::string& chip, const std::vector<std::uint8_t>& availability)
    : api_(api) {
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_Initialize_Params, begin);
  begin.profilerType = CUPTI_PROFILER_TYPE_RANGE_PROFILER;
  begin.pChipName = chip.c_str();
  begin.pCounterAvailabilityImage = availability.empty() ? nullptr : availability.data();
  ASSAY_CUPTI_CALL(api_, cuptiProfilerHostInitialize, &begin);
  host_ = begin.pHostObject;
}

Host::~Host() {
  if (host_ == nullptr || api_.cuptiProfilerHostDeinitialize == nullptr) return;
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_Deinitialize_Params, end);
  end.pHostObject = host_;
  api_.cuptiProfilerHostDeinitialize(&end);
}

bool Host::has(const std::string& metric) const {
  if (api_.cuptiProfilerHostGetMetricProperties == nullptr) return false;
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetMetricProperties_Params, asked);
  asked.pHostObject = host_;
  asked.pMetricName = metric.c_str();
  return api_.cuptiProfilerHostGetMetricProperties(&asked) == CUPTI_SUCCESS;
}

std::string Host::unit(const std::string& metric) const {
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetMetricProperties_Params, asked);
  asked.pHostObject = host_;
  asked.pMetricName = metric.c_str();
  if (api_.cuptiProfilerHostGetMetricProperties == nullptr ||
      api_.cuptiProfilerHostGetMetricProperties(&asked) != CUPTI_SUCCESS || asked.pDimUnit == nullptr)
    return {};
  return asked.pDimUnit;
}

std::vector<std::uint8_t> Host::configure(const std::vector<const char*>& metrics) {
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_ConfigAddMetrics_Params, add);
  add.pHostObject = host_;
  add.ppMetricNames = const_cast<const char**>(metrics.data());
  add.numMetrics = metrics.size();
  ASSAY_CUPTI_CALL(api_, cuptiProfilerHostConfigAddMetrics, &add);
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetConfigImageSize_Params, size);
  size.pHostObject = host_;
  ASSAY_CUPTI_CALL(api_, cuptiProfilerHostGetConfigImageSize, &size);
  std::vector<std::uint8_t> image(size.configImageSize);
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetConfigImage_Params, get);
  get.pHostObject = host_;
  get.configImageSize = image.size();
  get.pConfigImage = image.data();
  ASSAY_CUPTI_CALL(api_, cuptiProfilerHostGetConfigImage, &get);
  return image;
}

std::size_t Host::passes(const std::vector<std::uint8_t>& configuration) const {
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetNumOfPasses_Params, asked);
  asked.configImageSize = configuration.size();
  asked.pConfigImage = const_cast<std::uint8_t*>(configuration.data());
  ASSAY_CUPTI_CALL(api_, cuptiProfilerHostGetNumOfPasses, &asked);
  return asked.numOfPasses;
}

std::vector<double> Host::evaluate(const std::vector<std::uint8_t>& counters, std::size_t range,
                                   const std::vector<const char*>& metrics) const {
  std::vector<double> values(metrics.size());
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_EvaluateToGpuValues_Params, asked);
  asked.pHostObject = host_;
  asked.pCounterDataImage = counters.data();
  asked.counterDataImageSize = counters.size();
  asked.rangeIndex = range;
  asked.ppMetricNames = const_cast<const char**>(metrics.data());
  asked.numMetrics = metrics.size();
  asked.pMetricValues = values.data();
  ASSAY_CUPTI_CALL(api_, cuptiProfilerHostEvaluateToGpuValues, &asked);
  return values;
}

std::vector<std::string> chips_of(const Api& api) {
  ASSAY_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetSupportedChips_Params, asked);
  ASSAY_CUPTI_CALL(api, cuptiProfilerHostGetSupportedChips, &asked);
  return {asked.ppChipNames, asked.ppChipNames + asked.numChips};
}

}  // namespace assay::cupti
