// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/metric.h"

/// Metric groups of GPUs as data: share/assay/gpu_groups/<GROUP>.toml. One file serves all chips: CUPTI's
/// names are the same on each, and a test holds every one against the tables of those that we name (README).
namespace assay::cupti {

struct GpuMetric {
  Metric metric;  ///< "cupti_range.dram_read"; over total: added up over a call's kernels; mean: weighted by
                  ///< their time
  std::string counter;  ///< CUPTI's: "dram__bytes_read.sum"
  double scale = 1;     ///< from CUPTI's unit to ours: 0.01 from per cent to a ratio
};

struct GpuGroup {
  std::string name;  ///< "MEMORY"
  std::string doc;
  std::vector<GpuMetric> metrics;
};

/// All of a folder, by name. \throws Error{bad_input} with file and line; Error{io} when the folder is not
/// there.
std::vector<GpuGroup> load_gpu_groups(const std::string& folder);

/// share/assay/gpu_groups beside this program.
std::string gpu_groups_folder();

}  // namespace assay::cupti
