// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// A field of CSV (RFC 4180): quoted where it holds a separator, a quote or a line end. A spreadsheet takes
/// text that begins with one of `=+-@`, tab, CR or LF as a formula; a single quote before it keeps it text
/// (OWASP, "CSV injection"). Numbers need none of it: they are written as they are, also below zero.
std::string csv_field(const std::string& text);

}  // namespace assay
