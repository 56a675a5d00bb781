// SPDX-License-Identifier: Apache-2.0
// What the library in the measured process recorded one by one (inject.h), read again.
#include <cxxabi.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "collectors/cupti/common.h"

namespace assay::cupti {

namespace fs = std::filesystem;

namespace {

/// Names of templates can be pages long.
constexpr std::size_t most_name = 160;

std::string demangled(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  const std::string plain = status == 0 && text ? text.get() : name;
  return plain.size() <= most_name ? plain : plain.substr(0, most_name) + "...";
}

/// `end_ns`: of the line "end".
std::vector<DeviceSpan> read(const fs::path& file, std::int64_t& end_ns) {
  std::vector<DeviceSpan> spans;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    DeviceSpan span;
    if (!(words >> span.kind)) continue;
    if (span.kind == "end") {
      words >> end_ns;
      continue;
    }
    if (!(words >> span.start_ns >> span.end_ns >> span.stream >> span.correlation >> std::ws) ||
        span.end_ns < span.start_ns || !std::getline(words, span.name))
      continue;
    if (span.kind == "kernels") span.name = demangled(span.name);
    spans.push_back(std::move(span));
  }
  return spans;
}

}  // namespace

std::vector<DeviceSpan> region_records(const std::string& directory) {
  std::int64_t end_ns = 0;
  return read(fs::path(directory) / ("records." + std::to_string(rehearsals + 1)), end_ns);
}

std::vector<DeviceSpan> process_records(const std::string& directory) {
  std::vector<DeviceSpan> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.path().filename().string().starts_with("records.process.")) continue;
    std::int64_t end_ns = 0;
    for (auto& span : read(entry.path(), end_ns)) {
      span.start_ns -= end_ns;
      span.end_ns -= end_ns;
      all.push_back(std::move(span));
    }
  }
  return all;
}

}  // namespace assay::cupti
