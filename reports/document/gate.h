// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/judge/gate.h"
#include "reports/document/document.h"

namespace assay::reports {

/// What stands beside a gate's answer.
struct GateFacts {
  std::string against;  ///< "rev:main"
  std::string run;      ///< UUID
  std::string assay_version;
  std::string policy;     ///< its file; empty: the defaults
  std::string file = {};  ///< that holds the answer, as a command may name it: for a page; empty: a comment
};

/// A gate's answer for a pull request: what it says, what changed, and the rest folded.
Document gate_document(const GateReport& report, const GateFacts& facts);

/// "FAILED: 2 fail, 1 undecided, 40 pass": what it says in one line.
std::string gate_headline(const GateReport& report);

}  // namespace assay::reports
