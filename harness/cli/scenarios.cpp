// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/scenarios.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace fs = std::filesystem;

std::vector<Scenario> list_scenarios() {
  const std::string ending = ".require.toml";
  std::vector<Scenario> scenarios;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(share_directory()) / "suites/buyers", error)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(ending)) continue;
    Scenario one{file.substr(0, file.size() - ending.size()), entry.path().string(), {}};
    const fs::path weights = entry.path().parent_path() / (one.name + ".weights.toml");
    std::error_code ignored;
    if (fs::is_regular_file(weights, ignored)) one.weights = weights.string();
    scenarios.push_back(std::move(one));
  }
  std::sort(scenarios.begin(), scenarios.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return scenarios;
}

Scenario find_scenario(const std::string& name) {
  std::vector<std::string> known;
  for (const Scenario& one : list_scenarios()) {
    if (one.name == name) return one;
    known.push_back(one.name);
  }
  throw Error(ErrorCode::usage, "there is no scenario '" + printable(name, 60) + "'", suggest(name, known));
}

std::string read_text(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path, ignored))
    throw Error(ErrorCode::bad_input, path + " cannot be read", "name a file that is there");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace assay::cli
