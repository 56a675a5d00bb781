// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/suites.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>

#include "harness/cli/settings.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/value.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

Error broken(const std::string& path, const toml::node& node, const std::string& what,
             const std::string& remedy = {}) {
  return {ErrorCode::bad_input, fmt::format("{}:{}: {}", path, node.source().begin.line, what), remedy};
}

std::string scalar(const std::string& path, const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* real = node.as_floating_point()) return shortest(real->get());
  throw broken(path, node, "expected a text or a number");
}

void read_settings(Suite& suite, const std::string& path, const std::string& section,
                   const toml::table& table) {
  std::vector<std::string> known;
  for (const auto& spec : setting_specs()) known.push_back(spec.key);
  for (const auto& [key, node] : table) {
    const std::string name = section + "." + std::string(key.str());
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw broken(path, node, fmt::format("unknown setting '{}'", name), suggest(name, known));
    }
    suite.settings[name] = scalar(path, node);
  }
}

Suite read_suite(const std::string& path) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  Suite suite;
  suite.name = fs::path(path).stem().string();
  for (const auto& [key, node] : file) {
    const std::string name(key.str());
    if (name == "name") {
      suite.name = scalar(path, node);
    } else if (name == "description") {
      suite.description = scalar(path, node);
    } else if (name == "collect_if_here" && node.is_array()) {
      for (const auto& collector : *node.as_array()) suite.collect_if_here.push_back(scalar(path, collector));
    } else if (name == "case" && node.is_array_of_tables()) {
      for (const auto& row : *node.as_array()) {
        for (const auto& [inner, value] : *row.as_table()) {
          if (inner != "select") {
            throw broken(path, value, fmt::format("'{}' is not a key of [[case]]", inner.str()),
                         "it knows: select");
          }
          suite.selectors.push_back(scalar(path, value));
        }
      }
    } else if (const auto* section = node.as_table()) {
      read_settings(suite, path, name, *section);
    } else {
      throw broken(
          path, node, fmt::format("unknown key '{}'", name),
          suggest(name, {"name", "description", "collect_if_here", "case", "run", "rules", "limits"}));
    }
  }
  if (suite.selectors.empty()) throw Error(ErrorCode::bad_input, path + ": the suite has no [[case]]");
  return suite;
}

std::vector<std::string> suite_files() {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path(share_directory()) / "suites", ignored)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Suite load_suite(const std::string& name_or_path) {
  std::error_code ignored;
  if (name_or_path.size() > 5 && name_or_path.compare(name_or_path.size() - 5, 5, ".toml") == 0) {
    if (!fs::is_regular_file(name_or_path, ignored)) {
      throw Error(ErrorCode::bad_input, name_or_path + ": there is no such suite file");
    }
    return read_suite(name_or_path);
  }
  std::vector<std::string> names;
  for (const auto& path : suite_files()) {
    names.push_back(fs::path(path).stem().string());
    if (names.back() == name_or_path) return read_suite(path);
  }
  if (fs::is_regular_file(name_or_path + ".toml", ignored)) return read_suite(name_or_path + ".toml");
  throw Error(ErrorCode::usage,
              fmt::format("there is no suite '{}', and no file {}.toml here", name_or_path, name_or_path),
              suggest(name_or_path, names));
}

std::vector<Suite> list_suites() {
  std::vector<Suite> suites;
  for (const auto& path : suite_files()) suites.push_back(read_suite(path));
  return suites;
}

}  // namespace assay::cli
