// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/cli/command.h"
#include "harness/cli/comparison_options.h"
#include "harness/cli/history_options.h"
#include "reports/document/document.h"

/// What reports say, loaded from databases and files. Without --identify no name of a host or a person, and
/// no home folder, is in them.
namespace assay::cli {

reports::Document run_report(const std::string& run, const std::string& selector, const Context& context);
reports::Document comparison_report(const ComparisonOptions& options, const Context& context);
reports::Document history_report(const HistoryOptions& options, const Context& context);

/// \p path: of a file that `gate --out` wrote. \throws Error{bad_input}
reports::Document gate_report(const std::string& path, const Context& context);

}  // namespace assay::cli
