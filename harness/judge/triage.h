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
  std::string state;                  ///< "open", "acknowledged", "ignored", "recovered", "environment"
  const TriageEvent* said = nullptr;  ///< the event that decides, or the one that has run out; into `events`
};

/// Of the events about that change, the latest that still holds decides: acknowledged, ignored, or (reopened,
/// run out, none) open. A level that has come back is "recovered" and a change that lies with the environment
/// is "environment", unless an event says otherwise. An event is about the change when it names its id, or
/// the same series and a commit among those that the change may lie at: measuring more commits may move it
/// there.
TriageState triage(const Change& change, const Series& series, const std::vector<TriageEvent>& events,
                   std::int64_t now_utc_ms);

}  // namespace assay
