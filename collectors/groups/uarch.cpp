// SPDX-License-Identifier: Apache-2.0
#include "collectors/groups/uarch.h"

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "collectors/groups/groups.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"
#include "harness/core/suggest.h"

namespace assay::groups {

namespace {

/// A core as /proc/cpuinfo tells of it: on x86 vendor, family and model, on Arm implementer and part.
struct Core {
  std::string vendor;  ///< "AuthenticAMD", "0x41"
  std::int64_t family = 0;
  std::int64_t model = 0;
  auto operator<=>(const Core&) const = default;
};

std::string hex(std::int64_t value) {
  char digits[20];
  return "0x" + std::string(digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr);
}

std::string describe(const Core& core) {
  if (core.vendor.starts_with("0x")) return "Arm implementer " + core.vendor + ", part " + hex(core.model);
  return core.vendor + " family " + std::to_string(core.family) + ", model " + std::to_string(core.model);
}

std::int64_t number(const std::string& text) {
  const bool is_hex = text.starts_with("0x");
  std::int64_t value = -1;
  std::from_chars(text.data() + (is_hex ? 2 : 0), text.data() + text.size(), value, is_hex ? 16 : 10);
  return value;
}

std::set<Core> cores_of(const std::string& cpuinfo) {
  std::set<Core> cores;
  std::map<std::string, std::string> fields;
  const auto take = [&] {
    if (fields.count("vendor_id") != 0) {
      cores.insert({fields["vendor_id"], number(fields["cpu family"]), number(fields["model"])});
    } else if (fields.count("CPU implementer") != 0) {
      cores.insert({hex(number(fields["CPU implementer"])), 0, number(fields["CPU part"])});
    }
    fields.clear();
  };
  std::istringstream lines(cpuinfo);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) {
      take();
      continue;
    }
    const auto key_end = line.find_last_not_of(" \t", colon - (colon > 0 ? 1 : 0));
    const auto value = line.find_first_not_of(" \t", colon + 1);
    fields[line.substr(0, key_end + 1)] = value == std::string::npos ? "" : line.substr(value);
  }
  take();
  return cores;
}

class Table {
 public:
  explicit Table(const std::string& path) : path_(path) {}

  /// The row that the core is in; without a name: none.
  Uarch find(const Core& core) const {
    toml::table file;
    try {
      file = toml::parse_file(path_);
    } catch (const toml::parse_error& error) {
      throw Error(ErrorCode::bad_input, path_ + ":" + std::to_string(error.source().begin.line) + ": " +
                                            std::string(error.description()));
    }
    Uarch found;
    for (const auto& [key, node] : file) {
      if (key != "uarch" || !node.is_array_of_tables()) fail(node, "expected [[uarch]] and nothing else");
      for (const auto& row : *node.as_array()) {
        if (!matches(*row.as_table(), core) || !found.name.empty()) continue;
        found.name = text(*row.as_table(), "name");
        found.lacks = lacks(*row.as_table());
      }
    }
    return found;
  }

 private:
  [[noreturn]] void fail(const toml::node& node, const std::string& what,
                         const std::string& remedy = {}) const {
    throw Error(ErrorCode::bad_input, path_ + ":" + std::to_string(node.source().begin.line) + ": " + what,
                remedy);
  }
  std::string text(const toml::table& row, const char* key) const {
    const auto* value = row.get_as<std::string>(key);
    if (value == nullptr) fail(row, std::string("a [[uarch]] needs '") + key + "', a text");
    return value->get();
  }
  std::map<std::string, std::string> lacks(const toml::table& row) const {
    std::map<std::string, std::string> groups;
    const auto* node = row.get("lacks");
    if (node == nullptr) return groups;
    if (!node->is_table()) fail(*node, "'lacks' is a table: GROUP = \"why\"");
    for (const auto& [group, why] : *node->as_table()) {
      if (!why.is_string()) fail(why, "'lacks' says why, as a text");
      groups.emplace(group.str(), why.as_string()->get());
    }
    return groups;
  }
  std::int64_t integer(const toml::node& node) const {
    const auto* value = node.as_integer();
    if (value == nullptr) fail(node, "expected a number");
    return value->get();
  }
  /// A list of numbers and of ranges [first, last].
  bool in(const toml::table& row, const char* key, std::int64_t value) const {
    const auto* list = row.get_as<toml::array>(key);
    if (list == nullptr) fail(row, std::string("a [[uarch]] needs '") + key + "', a list");
    bool found = false;
    for (const auto& node : *list) {
      const auto* range = node.as_array();
      if (range != nullptr && range->size() != 2) fail(node, "a range is [first, last]");
      const std::int64_t first = integer(range != nullptr ? *range->get(0) : node);
      const std::int64_t last = integer(range != nullptr ? *range->get(1) : node);
      found = found || (value >= first && value <= last);
    }
    return found;
  }
  bool matches(const toml::table& row, const Core& core) const {
    const bool arm = row.contains("implementer");
    const std::vector<std::string> needed =
        arm ? std::vector<std::string>{"name", "doc", "implementer", "parts"}
            : std::vector<std::string>{"name", "doc", "vendor", "family", "models"};
    std::vector<std::string> known = needed;
    known.emplace_back("lacks");
    for (const auto& [key, node] : row) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) == known.end())
        fail(node, "'" + name + "' is no key of [[uarch]]", suggest(name, known));
    }
    text(row, "name");
    lacks(row);
    for (const auto& key : needed) {
      if (!row.contains(key)) fail(row, "a [[uarch]] needs '" + key + "'");
    }
    if (arm) return in(row, "parts", core.model) && hex(integer(*row.get("implementer"))) == core.vendor;
    return in(row, "models", core.model) && integer(*row.get("family")) == core.family &&
           text(row, "vendor") == core.vendor;
  }

  std::string path_;
};

}  // namespace

Uarch detect_uarch(const std::vector<std::string>& folders) {
  const SensorText cpuinfo = read_sensor_text("/proc/cpuinfo");
  if (cpuinfo.state != ReadingState::ok) return {generic, cpuinfo.reason};
  const std::set<Core> cores = cores_of(cpuinfo.text);
  if (cores.empty()) return {generic, "/proc/cpuinfo names no CPU"};
  if (cores.size() > 1) {
    std::string all;
    for (const auto& core : cores) all += (all.empty() ? "" : " and ") + describe(core);
    return {generic, "this machine has cores of several kinds: " + all};
  }
  if (!sensor_names("/sys/devices", "cpu_core").empty() && !sensor_names("/sys/devices", "cpu_atom").empty())
    return {generic, "this machine has cores of two kinds: cpu_core and cpu_atom"};
  const Core& core = *cores.begin();
  Uarch uarch;
  std::vector<std::string> faults;
  for (const auto& folder : folders) {
    const std::string path = folder + "/uarch.toml";
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) continue;
    try {
      uarch = Table(path).find(core);
    } catch (const Error& error) {
      faults.emplace_back(error.what());
    }
    if (!uarch.name.empty()) break;
  }
  uarch.faults = std::move(faults);
  uarch.reason = uarch.name.empty() ? "no table has " + describe(core) : describe(core);
  if (uarch.name.empty()) uarch.name = generic;
  return uarch;
}

}  // namespace assay::groups
