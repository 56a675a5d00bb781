// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/answers/roof.h"
#include "harness/judge/result.h"

/// What a reader of a case must know beside its figures.
namespace assay::answers_detail {

/// The case's notes, in this order: pure. Only cases of status ok have any.
/// - lost_launches: some of its launches were lost (row.reason).
/// - implausible_rate: its compulsory bytes go through faster than four times what the run read from the
///   fastest level of that device (of fewer threads: times as many; of a GPU, only where one of 16 MiB or
///   more was measured, for less tells what a launch costs), or, on a CPU, than 10 TB/s a thread,
///   which no CPU's registers are fed with.
///   Likewise a CPU's operations: more than 32 times the highest peak that the run measured of any type (what
///   matrix units do over vectors of f32), or than 20 TOP/s a thread.
/// - isa: what the worker says of the path that the code took, behind "; ".
/// - device.waited: within calls the device waited for the host's launches, which its time holds.
/// - load.overloaded, result.not_finite, worker.exit: the readings of these names, in their words.
std::vector<CaseNote> notes_of(const ResultRow& row, const Ceilings& ceilings);

}  // namespace assay::answers_detail
