// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/judge/history.h"

namespace assay {

/// Where a regression stands, and who said so.
struct TriageState {
  std::string state;  ///< "open", "acknowledged", "ignored", "recovered", "environment", "ended"
  const TriageEvent* event = nullptr;  ///< the latest about it, whether it still holds or has run out
};

/// Of the events about a change the latest decides: acknowledged or ignored until it runs out, else open.
/// Without one, a level that came back is "recovered", a change that lies with environment or host
/// "environment", and one of an earlier definition "ended"; else it is open.
///
/// An event is about a change when it names its id, or the same series and a commit that the change may lie
/// at: measuring more commits can move a change there.
TriageState triage(const Series& series, const Change& change, const std::vector<TriageEvent>& events,
                   std::int64_t now_utc_ms);

}  // namespace assay
