// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "harness/campaign/campaign.h"
#include "harness/campaign/slurm/options.h"

namespace assay::campaign {

/// One exclusive job for each node, or each kind of node, by sbatch; followed by the files that it leaves and
/// by squeue. The task's folder is one that the nodes see under the same name, and so is its program.
std::unique_ptr<Engine> slurm_engine(SlurmOptions options);

}  // namespace assay::campaign
