// SPDX-License-Identifier: Apache-2.0
#include <exception>

#include "harness/core/region.h"
#include "harness/measure/engine.h"
#include "harness/measure/sample_loop.h"

namespace assay::measure {

std::string engine_name() { return "plain"; }

Chunk run_chunk(Instance& instance, const ChunkRequest& request) {
  SampleLoop loop(instance, request);
  std::exception_ptr failure;
  ASSAY_REGION_ENTER();
  try {
    loop.begin();
    if (loop.paced()) {
      for (std::int64_t i = 0; i < request.samples; ++i) loop.paced_sample();
    } else {
      for (std::int64_t i = 0; i < request.samples; ++i) loop.hot_sample();
    }
    loop.end();
  } catch (...) {
    failure = std::current_exception();
  }
  ASSAY_REGION_LEAVE();
  if (failure) std::rethrow_exception(failure);
  return loop.take();
}

}  // namespace assay::measure
