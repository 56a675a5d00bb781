// SPDX-License-Identifier: Apache-2.0
#include <toml++/toml.h>

#include <sstream>
#include <stdexcept>

#include "tests/hw/gpu/judge.h"

namespace assay::hw {

namespace {

/// The selector with each device of hardware of its kind in the star's place; itself when all are.
std::vector<std::string> on_hardware(const std::string& selector, const Json& devices) {
  const auto at = selector.rfind('@');
  if (at == std::string::npos || !selector.ends_with(":*")) return {selector};
  const std::string kind = selector.substr(at + 1, selector.size() - at - 2);
  std::vector<std::string> selectors;
  bool all = true;
  for (const auto& device : devices) {
    const std::string name = device.at("device").get<std::string>();
    if (!name.starts_with(kind)) continue;
    if (is_software(device))
      all = false;
    else
      selectors.push_back(selector.substr(0, at + 1) + name);
  }
  return all ? std::vector<std::string>{selector} : selectors;
}

}  // namespace

std::string suite_on_hardware(const std::string& text, const Json& devices) {
  toml::table suite;
  try {
    suite = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error("the suite cannot be read: " + std::string(error.description()));
  }
  toml::array cases;
  if (const toml::array* rows = suite["case"].as_array(); rows != nullptr) {
    for (const auto& row : *rows) {
      const toml::table* one = row.as_table();
      if (one == nullptr) continue;
      for (const auto& selector : on_hardware((*one)["select"].value_or(std::string()), devices))
        cases.push_back(toml::table{{"select", selector}});
    }
  }
  suite.insert_or_assign("case", std::move(cases));
  std::ostringstream out;
  out << suite << "\n";
  return out.str();
}

}  // namespace assay::hw
