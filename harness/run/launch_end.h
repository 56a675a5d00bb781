// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/protocol/agree.h"
#include "harness/transport/local/process.h"

/// Inside: how a launch ends that did not end well.
namespace assay::run {

/// Of one output its own; of several one over names and digests of all.
std::string digest_of(const std::vector<protocol::Output>& outputs);

/// Status and reason from what went wrong; `begins` goes before the error's own words.
void fail(Launch& launch, const Error& error, const std::string& begins = "");

/// A worker that took its leave and then ended badly has told the truth before: the reading `worker.exit`,
/// and no lost launch. Nothing while the user stops the run.
void note_exit(Launch& launch, const transport::Exit& exit);

}  // namespace assay::run
