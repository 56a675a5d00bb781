// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/recorder.h"
#include "tests/self/cases.h"

namespace assay {

Workload workload_self_recorder();

Workload workload_self_recorder() {
  return {{.name = "self.recorder",
           .doc = "n samples are taken of nothing; y[i] says whether sample i ends no earlier than it starts",
           .parameters = {{"n", std::int64_t{1000}, "samples"}},
           .presets = {{"xs", {{"n", std::int64_t{100}}}}},
           .unit_of_work = "samples",
           .tolerances = {{"float", "abs", 0}},
           .operations_formula = "n",
           .bytes_formula = "16 * n"},
          {array_kernel("reference", {},
                        [](const Arrays& a) { std::fill(a.output.begin(), a.output.end(), 1.0F); }),
           array_kernel(self::assay_path, {}, [](const Arrays& a) {
             measure::Recorder recorder(a.output.size());
             for (std::size_t i = 0; i < a.output.size(); ++i) {
               recorder.start();
               recorder.stop();
             }
             Samples samples;
             recorder.take(0, samples.start_ns, samples.end_ns);
             for (std::size_t i = 0; i < a.output.size(); ++i)
               a.output[i] = samples.end_ns.at(i) >= samples.start_ns.at(i) ? 1.0F : 0.0F;
           })}};
}

}  // namespace assay
