// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "harness/core/error.h"

namespace assay::cli {

namespace {

bool is_dumb() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) == "dumb";
}

std::size_t columns_of(int file) {
  winsize size{};
  if (::isatty(file) == 0) return 0;
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::size_t Terminal::width() const { return columns_of(STDOUT_FILENO); }

bool Terminal::error_is_terminal() const { return ::isatty(STDERR_FILENO) != 0 && !is_dumb(); }

void Terminal::out(const std::string& text) const {
  clear_status();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(ErrorCode::io, std::string("standard output: ") + std::strerror(errno));
  }
}

void Terminal::note(const std::string& text) const {
  if (!quiet) error(text);
}

void Terminal::error(const std::string& text) const {
  clear_status();
  std::fputs((text + "\n").c_str(), stderr);
}

void Terminal::status(const std::string& text) const {
  if (quiet || !error_is_terminal()) return;
  const std::size_t width = columns_of(STDERR_FILENO);
  std::fputs(("\r\x1b[K" + text.substr(0, width > 1 ? width - 1 : 1)).c_str(), stderr);
  std::fflush(stderr);
}

void Terminal::clear_status() const {
  if (quiet || !error_is_terminal()) return;
  std::fputs("\r\x1b[K", stderr);
}

}  // namespace assay::cli
