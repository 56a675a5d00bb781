// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/campaign/campaign.h"
#include "harness/cli/command.h"
#include "harness/cli/measure.h"

namespace assay::cli {

/// `assay run` on other hosts: exactly one of slurm and ssh.
struct CampaignOptions {
  std::string slurm;
  std::vector<std::string> ssh;
  std::string bundle;
  bool is_asked() const { return !slurm.empty() || !ssh.empty() || !bundle.empty(); }
};

/// What every host is to do, its folder not made yet. \throws Error{usage} on what cannot be asked of other
/// hosts, or names no program.
campaign::Task campaign_task(const CampaignOptions& options, const RunOptions& run, const Context& context);

/// The engine that was asked for. \throws Error{usage}.
std::unique_ptr<campaign::Engine> campaign_engine(const CampaignOptions& options, const Context& context);

}  // namespace assay::cli
