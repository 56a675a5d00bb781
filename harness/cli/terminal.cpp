// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "harness/core/error.h"
#include "harness/core/text.h"

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

std::string safe_lines(const std::string& text) {
  std::string safe;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto newline = text.find('\n', begin);
    const auto end = std::min(newline, text.size());
    const bool csv_line = newline != std::string::npos && end > begin && text[end - 1] == '\r';
    safe +=
        printable(std::string_view(text).substr(begin, end - begin - (csv_line ? 1 : 0)), std::string::npos);
    if (newline != std::string::npos) safe += '\n';
    begin = end + 1;
  }
  return safe;
}

std::size_t Terminal::width() const { return columns_of(STDOUT_FILENO); }

bool Terminal::error_is_terminal() const { return ::isatty(STDERR_FILENO) != 0 && !is_dumb(); }

void Terminal::out(const std::string& data) const {
  clear_status();
  const std::string text = ::isatty(STDOUT_FILENO) != 0 ? safe_lines(data) : data;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(ErrorCode::io, std::string("standard output: ") + std::strerror(errno));
  }
}

void Terminal::note(const std::string& text) const {
  if (!quiet) error(text);
}

void Terminal::error(const std::string& text) const {
  clear_status();
  std::fputs((safe_lines(text) + "\n").c_str(), stderr);
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
