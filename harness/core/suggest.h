// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace assay {

/// "did you mean 'rows'? known: cols, dtype, rows" - the remedy for a name that is not known. Names nothing
/// close when nothing is close (Damerau-Levenshtein distance at most 2, or a common prefix).
std::string suggest(const std::string& given, std::vector<std::string> known);

}  // namespace assay
