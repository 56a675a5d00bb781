// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "harness/cli/command.h"
#include "harness/cli/report_forms.h"

namespace assay::cli {

/// `assay report hardware`, declared on `report`; what is returned runs it: without a form it is a page for
/// the terminal.
std::function<int(Context&, const ReportForms&)> declare_report_hardware(const Arguments& report);

}  // namespace assay::cli
