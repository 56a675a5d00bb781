// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "harness/cli/command.h"

namespace assay::cli {

/// `assay report hardware`, declared on `report`; what is returned runs it.
std::function<int(Context&)> declare_report_hardware(const Arguments& report);

}  // namespace assay::cli
