// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/calibration.h"

namespace assay::cli {

/// A table of the cases, and what the newest run that calibrated says of all of its together.
std::string calibration_text(const std::vector<Calibration>& known, std::size_t width);

/// The same as the document of --json.
std::string calibration_json(const std::vector<Calibration>& known, const std::string& host_class_id);

}  // namespace assay::cli
