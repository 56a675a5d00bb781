// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::chart {

/// UTF-8 to code points that may be shown on one line: what is malformed, a control or no character at all
/// becomes U+FFFD, line ends and tabs a space, marks that turn the direction of writing (and other invisible
/// ones) go, and a letter keeps two combining marks at most.
std::vector<char32_t> shown(std::string_view text);

/// The same as UTF-8.
std::string cleaned(std::string_view text);

void append_utf8(std::string& out, char32_t code);

/// Columns of a terminal: 0 (combining), 2 (East Asian wide, emoji), else 1.
int columns_of(char32_t code);

/// How wide text will be. On paper an estimate by the advances of DejaVu Sans, which is wider than the usual
/// sans faces, so that what fits here fits there; in a terminal exact columns.
struct Metrics {
  bool cells = false;
  double width(std::string_view text, double size) const;
  double line(double size) const;  ///< height of a line
};

/// The cleaned text, at most `limit` points wide: the middle gives way to an ellipsis, because names of cases
/// differ at their ends. Empty where not even the ellipsis fits.
std::string elided(std::string_view text, double limit, double size, Metrics metrics);

}  // namespace assay::chart
