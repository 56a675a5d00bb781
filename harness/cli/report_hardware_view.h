// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/answers/hardware.h"
#include "harness/cli/command.h"

namespace assay::cli {

/// The page for a terminal: the answer first, then what it stands on.
std::string hardware_text(const HardwareAnswer& answer, const HardwareQuestion& question,
                          const std::string& command, std::size_t width);

/// The same for programs: schema_version 1, fields in ci/decisions/0030-hardware-reports.md.
std::string hardware_json(const HardwareAnswer& answer, const HardwareQuestion& question,
                          const std::string& command);

/// "41.2 ms", "4.0 GiB", "1454 tokens/s": a value in a metric's unit.
std::string quantity_text(double value, const std::string& unit);

}  // namespace assay::cli
