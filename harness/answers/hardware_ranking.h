// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "harness/judge/hardware.h"

/// Which tasks hosts are ranked by. Inside of answers alone.
namespace assay::answers_detail {

/// The tasks that all machines have, in the groups of the question's weights (without weights each is a
/// group, its accuracy classes sharing it); `answer.ranked` is filled, and `answer.left_out` with what does
/// not count and why: a task that a host lacks, a group without any, accuracy classes beyond the first of a
/// total time.
RankingInput ranking_input(HardwareAnswer& answer, const HardwareQuestion& question, std::size_t reference);

/// Why `input` gives no ranking; empty: it does. A total time without one of its steps is none.
std::string why_no_ranking(const HardwareAnswer& answer, const HardwareQuestion& question,
                           const RankingInput& input, std::size_t reference);

}  // namespace assay::answers_detail
