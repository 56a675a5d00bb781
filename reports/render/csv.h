// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/document/document.h"

namespace assay::reports {

/// Tidy CSV (RFC 4180) of every table, folded ones too, one line a cell beside its row's keys:
///
///     table,key,column,value,unit,low,high,text
///
/// `key`: the row's key cells, a blank between them, else its number from 1; `text`: what is no number, and
/// why a value is absent. The answer and the caveats come first, as tables "answer" and "caveat". What a
/// spreadsheet would take for a formula is quoted as text.
std::string to_csv(const Document& document);

}  // namespace assay::reports
