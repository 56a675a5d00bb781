// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/gate_evidence.h"

namespace assay {

/// What a gate judged by and what came of it: everything that judging it again takes.
struct GateDocument {
  std::string assay_version;
  Policy policy;
  GateEvidence evidence;
};

/// schema_version 1, two-space indented: policy (its text), evidence, and the findings for readers. Numbers
/// are written so that they read back to the last bit.
std::string to_gate_json(const GateDocument& document, const GateReport& report);

/// `where`: of the text, for errors. The findings are not read: they are made again. \throws Error{bad_input}
/// with the byte or the field that is wrong, and for evidence of another judge.
GateDocument read_gate_json(std::string_view text, const std::string& where);

/// JUnit's XML, one test case a finding: fail is a failure, broken an error, undecided, skipped and
/// acknowledged are skipped with their reason.
std::string to_junit(const GateReport& report, const std::string& name);

}  // namespace assay
