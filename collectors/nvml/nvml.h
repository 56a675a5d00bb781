// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "harness/core/collector.h"

namespace assay::nvml {

/// The collector, on this library (harness/backends/nvml/library.h).
std::unique_ptr<Collector> make_collector(const std::string& library);

}  // namespace assay::nvml
