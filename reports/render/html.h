// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/document/document.h"

namespace assay::reports {

/// One page that needs nothing else: its style, its pictures (SVG) and one script stand in it, and its policy
/// (Content-Security-Policy) lets a browser use these, by their SHA-256, and nothing else: no link, no font,
/// no network. Without scripts everything is readable; the script sorts tables and changes the colours.
/// Whatever texts hold, they come out as text. Equal documents give equal bytes.
std::string to_html(const Document& document);

}  // namespace assay::reports
