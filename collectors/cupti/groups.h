// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/metric.h"

/// Metric groups of GPUs as data: groups/<GROUP>.toml, built into the program. One file serves all chips:
/// CUPTI's names are the same on each, and a test holds every one against the tables of those that we name
/// (README).
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

struct GroupFile {
  std::string name;  ///< "MEMORY.toml"
  std::string text;
};
const std::vector<GroupFile>& group_files();  ///< ours, by name

/// \throws Error{bad_input} with the file's name and line.
GpuGroup parse_gpu_group(const GroupFile& file);

/// Of all our files.
std::vector<GpuGroup> gpu_groups();

}  // namespace assay::cupti
