// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/cli/campaign_hosts.h"

namespace assay::cli {

/// Measures on other hosts, merges what they send into the database, and says how each ended. `export_file`:
/// where all their runs are written; "": nowhere. \returns the worst of the hosts' exit codes; of a host
/// that was not to be had 3, of one that was lost under way, or whose run was cut short there, 7.
int run_campaign(const CampaignOptions& options, const RunOptions& run, const std::string& export_file,
                 Context& context);

}  // namespace assay::cli
