// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/baselines.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/answers/results.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// Files named NAME.json under the folder, one a host class, in order.
std::vector<fs::path> files_of(const std::string& folder, const std::string& name) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& place : fs::directory_iterator(folder, ignored)) {
    const fs::path file = place.path() / (name + ".json");
    if (fs::is_regular_file(file, ignored)) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

Error no_baseline(const std::string& folder, const std::string& name) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& place : fs::directory_iterator(folder, ignored)) {
    for (const auto& file : fs::directory_iterator(place.path(), ignored)) {
      if (file.path().extension() == ".json") names.push_back(file.path().stem().string());
    }
  }
  const std::string make = "make it with: assay baseline save " + name;
  return {ErrorCode::bad_input, fmt::format("there is no baseline '{}' in {}", printable(name), folder),
          names.empty() ? make : suggest(name, names) + "; or " + make};
}

}  // namespace

std::string baseline_path(const std::string& folder, const std::string& class_id, const std::string& name) {
  const bool plain = !name.empty() && name.front() != '.' &&
                     name.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == name.npos;
  if (!plain)
    throw Error(ErrorCode::usage, fmt::format("'{}' is no name of a baseline", printable(name)),
                "use letters, digits, '.', '_' and '-'");
  return (fs::path(folder) / class_id / (name + ".json")).string();
}

Baseline baseline_of(const Store& store, const Run& run, const std::string& name) {
  Baseline baseline;
  baseline.name = name;
  baseline.run = run.id;
  baseline.measured = day_of(run.started_utc_ms);
  baseline.assay_version = run.assay_version;
  baseline.host_class = run.host.host_class;
  for (auto& row : results(store, run.id)) {
    if (row.status == Status::ok && row.verified != false && row.side != "base")
      baseline.rows.push_back(std::move(row));
  }
  if (baseline.rows.empty())
    throw Error(ErrorCode::bad_input, fmt::format("run {} has no valid result", run.id.substr(0, 8)),
                "measure one, or name another with --run");
  return baseline;
}

Baseline find_baseline(const std::string& folder, const std::string& name, const Host& host) {
  std::string path = baseline_path(folder, host.class_id(), name);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    const auto others = files_of(folder, name);
    if (others.empty()) throw no_baseline(folder, name);
    path = others.front().string();
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw Error(ErrorCode::io, path + ": cannot be read", "see its permissions");
  return read_baseline_json(text.str(), path);
}

}  // namespace assay::cli
