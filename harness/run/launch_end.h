// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/metric.h"
#include "harness/core/run.h"
#include "harness/protocol/agree.h"
#include "harness/run/contention.h"
#include "harness/run/expected.h"
#include "harness/transport/connection.h"

/// Inside: how a launch ends that did not end well.
namespace assay::run {

/// Of one output its own; of several one over names and digests of all.
std::string digest_of(const std::vector<protocol::Output>& outputs);

/// Is the result the expected one, of the same input and work? Says so in the launch, which is `invalid`
/// where it is not; `moment`: "after measuring". \throws as tolerance_for().
bool judge_result(Launch& launch, const std::vector<protocol::Output>& outputs,
                  const ExpectedResults::Expected& expected, const Definition& definition,
                  const char* moment);

/// Status and reason from what went wrong; `begins` goes before the error's own words.
void fail(Launch& launch, const Error& error, const std::string& begins = "");

/// A mistake that the user made. Only a worker's own words have this code in a launch, and the keys that it
/// never sees (load, cache).
std::optional<Error> mistake_in(const Error& error);

/// Of a failed launch of the exact lane, why it has none of these.
void note_uncounted(Launch& launch, const std::vector<Metric>& metrics);

/// `scheduled`: from before the worker's threads ended.
WorkerTimes times_of(const transport::Exit& exit, const std::optional<transport::Scheduled>& scheduled);

/// A worker that took its leave and then ended badly has told the truth before: the reading `worker.exit`,
/// and no lost launch. Nothing while the user stops the run.
void note_exit(Launch& launch, const transport::Exit& exit);

}  // namespace assay::run
