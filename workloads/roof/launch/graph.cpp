// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/launch/cuda.h"

namespace assay {

Implementation implementation_roof_launch_cuda_graph();
Implementation implementation_roof_launch_cuda_graph() { return roof_launch::cuda_row(true); }

}  // namespace assay
