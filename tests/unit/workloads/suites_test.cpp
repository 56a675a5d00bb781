// SPDX-License-Identifier: Apache-2.0
#include <toml++/toml.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/component.h"
#include "harness/core/selector.h"

namespace assay {
const ComponentTable& suite_components();
}

using namespace assay;

namespace {

/// The canonical cases that a suite plans in this build: a star takes every implementation but the reference,
/// and the modules count although they are not loaded here. A selector that matches nothing fails the test.
std::set<std::string> plan(const std::string& name) {
  const char* root = std::getenv("ASSAY_SOURCE_DIR");
  const std::string path = std::string(root == nullptr ? "." : root) + "/workloads/suites/" + name + ".toml";
  const toml::table file = toml::parse_file(path);
  CHECK(file["name"].value_or(std::string()) == name);
  CHECK(!file["description"].value_or(std::string()).empty());
  std::set<std::string> cases;
  const toml::array* rows = file["case"].as_array();
  REQUIRE(rows != nullptr);
  for (const auto& row : *rows) {
    const Selector selector = parse_selector((*row.as_table())["select"].value_or(std::string()));
    std::size_t matched = 0;
    for (const auto& made : suite_components().workloads) {
      Workload workload = made.make();
      for (const auto& module : suite_components().modules) {
        if (module.workload != workload.definition.name) continue;
        Implementation row_of_module;
        row_of_module.name = module.implementation;
        row_of_module.device = module.device == "cpu" ? "cpu" : std::string(module.device) + ":0";
        workload.implementations.push_back(row_of_module);
      }
      for (const auto& value : expand(selector, workload)) {
        if (value.implementation == "reference" && selector.implementation == "*") continue;
        ++matched;
        cases.insert(to_string(canonical(value, workload.definition)));
      }
    }
    INFO(path << ": " << selector.text);
    const auto& modules = suite_components().modules;
    const std::string& kind = selector.implementation;
    const std::string device = selector.device.substr(0, selector.device.find(':'));
    const bool of_gpu = device == "cuda" || device == "vulkan" || kind == "cuda" || kind == "vulkan";
    const bool built = !of_gpu || std::any_of(modules.begin(), modules.end(), [&](const auto& module) {
      return (kind == "*" || module.implementation == kind) && (device == "*" || module.device == device);
    });
    CHECK((matched > 0 || !built));  // a build without CUDA or Vulkan knows no module of it
  }
  return cases;
}

}  // namespace

TEST_CASE("The suite quick has at most 24 cases, all families and the roofs that fractions need") {
  const auto cases = plan("quick");
  for (const auto& text : cases) UNSCOPED_INFO(text);
  CHECK(cases.size() <= 24);
  CHECK(cases.size() >= 18);
  for (const std::string family : {"roof.", "vision.", "dataframe.", "llm.", "tinyml."}) {
    CHECK(
        std::any_of(cases.begin(), cases.end(), [&](const auto& text) { return text.starts_with(family); }));
  }
  for (const std::string needed :
       {"roof.mem/simd?threads=1@cpu", "roof.mem/simd@cpu", "roof.mem/simd?bytes=8388608@cpu",
        "roof.mem/simd?bytes=524288&threads=1@cpu", "roof.fma/simd?threads=1@cpu", "roof.fma/simd@cpu"}) {
    INFO(needed);
    CHECK(cases.count(needed) == 1);
  }
}

TEST_CASE("The suite smoke names every workload and its reference at the smallest size") {
  const auto cases = plan("smoke");
  for (const auto& row : suite_components().workloads) {
    const std::string name(row.name);
    INFO(name);
    CHECK(std::any_of(cases.begin(), cases.end(),
                      [&](const auto& text) { return text.starts_with(name + "/reference"); }));
  }
}

TEST_CASE("The suite full can be planned") { CHECK(plan("full").size() > 100); }

TEST_CASE("The suite gpu can be planned, and of each of its cases a launch fits the time of assay-hw-gpu") {
  const auto cases = plan("gpu");
  for (const auto& text : cases) UNSCOPED_INFO(text);
  constexpr double suite_s = 420 * (1 - 1.0 / 6 - 1.0 / 10);  // tests/hw/gpu/main.cpp
  constexpr double launch_s = 2.2;  // on an H100: 37 cases, 3 launches each, took four minutes
  CHECK(static_cast<double>(cases.size()) * launch_s <= suite_s);
}

TEST_CASE("The suite buyer measures what every buyers' scenario asks for") {
  const auto cases = plan("buyer");
  const auto is_measured = [&](const std::string& task) {
    const Selector selector = parse_selector(task);
    return std::any_of(cases.begin(), cases.end(), [&](const std::string& text) {
      const Case value = parse_case(text);
      for (const auto& made : suite_components().workloads) {
        const Workload workload = made.make();
        if (workload.definition.name != value.workload) continue;
        Params params = resolve(workload.definition, value.params);
        params.try_emplace("threads", std::string("all"));
        return matches(selector, value, params);
      }
      return false;
    });
  };
  const char* root = std::getenv("ASSAY_SOURCE_DIR");
  const std::string folder = std::string(root == nullptr ? "." : root) + "/workloads/suites/buyers/";
  for (const std::string name :
       {"analytics-node", "battery-sensor", "chat-assistant", "ci-fleet", "edge-camera"}) {
    for (const std::string kind : {"require", "weights"}) {
      if (name == "battery-sensor" && kind == "weights") continue;  // all alike
      const toml::table file = toml::parse_file(folder + name + "." + kind + ".toml");
      const bool requires_it = kind == "require";
      const toml::array* rows = file[requires_it ? "require" : "weight"].as_array();
      REQUIRE(rows != nullptr);
      for (const auto& row : *rows) {
        const std::string task = (*row.as_table())[requires_it ? "task" : "select"].value_or(std::string());
        INFO(name << ": " << task);
        CHECK(is_measured(task));
      }
    }
  }
}
