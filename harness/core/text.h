// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Text from a worker, a file or a database made safe for a terminal: control characters (C0, C1, DEL),
/// bidirectional overrides and invalid UTF-8 become visible \xNN escapes; at most `max_bytes` bytes are kept,
/// then "...".
std::string printable(std::string_view text, std::size_t max_bytes = 4096);

/// An error's text for people: words of more than 300 bytes (a name that was given, thrown back whole) are
/// cut, with "..." and their length behind. Spaces and line ends stay.
std::string with_short_words(std::string_view text);

/// The end of a log, safe for a terminal: its last lines, at most 20 of them and 2 KiB, each behind `indent`
/// and ended by '\n'. Empty lines at the end do not count; "" of an empty log.
std::string last_lines(std::string_view log, std::string_view indent);

/// Terminal columns that valid UTF-8 text takes, one per code point (combining marks and wide scripts are not
/// measured: names in tables are escaped ASCII).
std::size_t columns(std::string_view text);

/// What stands between separators: n separators make n + 1 parts, empty ones kept ("a,,b" has three).
std::vector<std::string> split(std::string_view text, char separator);

/// The same without the empty ones.
std::vector<std::string> split_filled(std::string_view text, char separator);

}  // namespace assay
