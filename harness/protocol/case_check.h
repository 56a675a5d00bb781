// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/protocol/conversation.h"
#include "harness/protocol/together.h"

/// Inside of the check: the rules for one implementation's case.
namespace assay::protocol {

/// Puts `row`, at preset xs, through every rule from hello to the second verify; the results go to `talk`'s
/// list. `slow_rules`: also those that need thousands of samples, which one case of a worker is enough for.
/// \returns what the rules between implementations compare.
Seen check_case(Conversation& talk, const Hello& hello, const WorkloadOffer& offer,
                const ImplementationOffer& row, bool slow_rules);

}  // namespace assay::protocol
