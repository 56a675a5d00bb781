// SPDX-License-Identifier: Apache-2.0
#include "harness/core/region.h"
#include "harness/measure/engine.h"
#include "harness/measure/sample_loop.h"

namespace assay::measure {

std::string engine_name() { return "plain"; }

Chunk run_chunk(Instance& instance, const ChunkRequest& request) {
  SampleLoop loop(instance, request);
  ASSAY_REGION_ENTER();
  loop.begin();
  if (loop.paced()) {
    for (std::int64_t i = 0; i < request.samples; ++i) loop.paced_sample();
  } else {
    for (std::int64_t i = 0; i < request.samples; ++i) loop.hot_sample();
  }
  loop.end();
  ASSAY_REGION_LEAVE();
  return loop.take();
}

}  // namespace assay::measure
