// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace assay::cli {

/// Where text goes: data on standard output, everything else on standard error.
class Terminal {
 public:
  bool quiet = false;
  bool color = true;

  /// Columns of standard output's terminal, or 0 when it is none (then nothing is cut).
  std::size_t width() const;
  bool error_is_terminal() const;

  /// Data. \throws Error{io} when standard output is full or closed.
  void out(const std::string& text) const;
  /// A note, unless --quiet.
  void note(const std::string& text) const;
  /// Always.
  void error(const std::string& text) const;

  /// One line that is overwritten by the next (terminals only), or nothing.
  void status(const std::string& text) const;
  void clear_status() const;
};

}  // namespace assay::cli
