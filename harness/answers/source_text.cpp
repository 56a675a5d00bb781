// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/source_text.h"

#include <chrono>
#include <filesystem>
#include <fstream>

namespace assay {

SourceText::SourceText(const Run& run, const std::string& here)
    : started_utc_ms_(run.started_utc_ms), is_here_(run.host.name == here) {}

const std::string& SourceText::line(const std::string& file, int number) {
  static const std::string none;
  if (number <= 0 || file.empty()) return none;
  auto [found, fresh] = files_.try_emplace(file);
  if (fresh) found->second.why_not = why_not(file);
  if (fresh && found->second.why_not.empty()) {
    std::ifstream in(file);
    for (std::string text; std::getline(in, text);) found->second.lines.push_back(text);
  }
  const auto at = static_cast<std::size_t>(number - 1);
  return at < found->second.lines.size() ? found->second.lines[at] : none;
}

std::map<std::string, std::string> SourceText::missing() const {
  std::map<std::string, std::string> all;
  for (const auto& [name, file] : files_) {
    if (!file.why_not.empty()) all[name] = file.why_not;
  }
  return all;
}

std::string SourceText::why_not(const std::string& file) const {
  namespace fs = std::filesystem;
  constexpr std::uintmax_t largest = 16 << 20;
  std::error_code error;
  if (!is_here_) return "the run is of another host";
  if (!fs::is_regular_file(file, error)) return "there is no such file here";
  if (fs::file_size(file, error) > largest || error) return "it is no file of source text";
  const auto changed = std::chrono::file_clock::to_sys(fs::last_write_time(file, error));
  const std::chrono::sys_time<std::chrono::milliseconds> began{std::chrono::milliseconds(started_utc_ms_)};
  return !error && changed <= began ? "" : "it was changed after the run had begun: profile again";
}

}  // namespace assay
