// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace assay::cli {

/// printable() for each line of a text; line ends stay.
std::string safe_lines(const std::string& text);

/// Where text goes: data on standard output, everything else on standard error.
class Terminal {
 public:
  bool quiet = false;
  bool color = true;

  /// Columns of standard output's terminal, or 0 when it is none (then nothing is cut).
  std::size_t width() const;
  bool error_is_terminal() const;

  /// Data, as they are; control characters become escapes on a terminal only. \throws Error{io} when standard
  /// output is full or closed.
  void out(const std::string& data) const;
  /// A note, unless --quiet. Control characters become escapes, here and in error().
  void note(const std::string& text) const;
  /// Always.
  void error(const std::string& text) const;

  /// One line that is overwritten by the next (terminals only), or nothing.
  void status(const std::string& text) const;
  void clear_status() const;
};

}  // namespace assay::cli
