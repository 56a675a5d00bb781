// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gui/model/source.h"

/// Questions of the window answered from databases, on whatever thread. What cannot be answered is the
/// answer's problem; nothing is thrown.
namespace assay::gui {

/// What an error, or any exception, says to people; `where` is the database.
Problem problem_of(const std::exception& error, const std::string& where);

/// `databases`: where a run may stand; it is looked for in each, in order.
Pairing answer_pairing(const std::vector<std::string>& databases, const CompareAsk& ask);
Distribution answer_distribution(const std::vector<std::string>& databases, const std::string& case_key,
                                 const std::string& base, const std::string& candidate);
CaseProfile answer_profile(const std::vector<std::string>& databases, const std::string& case_key,
                           const std::string& base, const std::string& run);

}  // namespace assay::gui
