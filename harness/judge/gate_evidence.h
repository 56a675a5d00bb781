// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/calibration.h"
#include "harness/judge/gate.h"

namespace assay {

/// What a gate knows of one side of a case beside its launches.
struct SideEvidence {
  Status status = Status::ok;
  std::string reason;
  std::optional<bool> verified;
  std::vector<MetricValue> metrics;  ///< those that verdicts speak of
};

/// All that is judged of one case. A side that is empty does not have it.
struct CaseEvidence {
  std::string key;
  Params params;
  std::optional<SideEvidence> base, candidate;
  std::optional<PairedCase> first, second;  ///< pairs of both sessions; none: it was not measured in pairs
  std::string not_again;        ///< why an alarm could not be measured to the end once more; else empty
  int lost = 0;                 ///< launches of both sides that came to nothing
  std::string lost_reason;      ///< of the last of them
  std::vector<Verdict> others;  ///< verdicts that need no pairs: exact, presence, status, and of two sessions
                                ///< the question of rule "session", which judge() answers
  std::optional<Calibration> calibration{};  ///< by which it does
  bool same_machine_code = false;            ///< on both sides of such a question
  std::optional<Verdict> again{};  ///< of such an alarm: the question of a second session, measured since
};

/// A gate's whole evidence: from it alone, and the policy, the answer is made, at once and when it is
/// replayed.
struct GateEvidence {
  std::string against;  ///< "rev:main"
  std::string run;      ///< UUID
  std::string failure;  ///< why nothing could be measured: a dead gate; else empty
  Day today;            ///< on which it was judged: waivers end
  std::vector<CaseEvidence> cases;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< case, reason
  std::vector<Settled> settled;      ///< regressions of the history between the sides that were settled
  int judge = paired_judge_version;  ///< which rules judged it
};

/// The verdicts: paired and tail rules over all cases (budgets are the suite's), the second session of
/// alarms, two sessions by what the host's differ by, and what needs no pairs. Pure.
Comparison judge(const GateEvidence& evidence, const Policy& policy);

/// The answer.
GateReport decide(const GateEvidence& evidence, const Policy& policy);

}  // namespace assay
