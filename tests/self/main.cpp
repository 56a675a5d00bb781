// SPDX-License-Identifier: Apache-2.0
// The worker of Assay's own hot paths (README.md).
#include "harness/worker/worker_main.h"

namespace assay {
Workload workload_self_codec();
Workload workload_self_protocol();
Workload workload_self_recorder();
Workload workload_self_statistics();
Workload workload_self_store();
}  // namespace assay

int main(int argc, char** argv) {
  using namespace assay;
  ComponentTable table;
  table.workloads = {{"self.codec", &workload_self_codec},
                     {"self.protocol", &workload_self_protocol},
                     {"self.recorder", &workload_self_recorder},
                     {"self.statistics", &workload_self_statistics},
                     {"self.store", &workload_self_store}};
  table.compiler = ASSAY_SELF_COMPILER;
  return worker_main(argc, argv, table);
}
