// SPDX-License-Identifier: Apache-2.0
#include "collectors/cupti/groups.h"

#include <toml++/toml.h>

#include "harness/core/error.h"

namespace assay::cupti {

namespace {

[[noreturn]] void fail(const std::string& file, const toml::node& node, const std::string& what) {
  throw Error(ErrorCode::bad_input, file + ":" + std::to_string(node.source().begin.line) + ": " + what,
              "collectors/README.md says what a group of GPU metrics holds");
}

std::string text_of(const std::string& file, const toml::table& table, const char* key) {
  const auto value = table[key].value<std::string>();
  if (!value || value->empty()) fail(file, table, std::string("'") + key + "' is missing, or is no text");
  return *value;
}

GpuMetric metric_of(const std::string& file, const std::string& id, const toml::table& table) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (name != "counter" && name != "unit" && name != "better" && name != "doc" && name != "over" &&
        name != "scale")
      fail(file, node, "'" + name + "' is no key of a metric");
  }
  if (!id.starts_with("cupti_range.")) fail(file, table, "'" + id + "' does not begin with 'cupti_range.'");
  GpuMetric metric;
  metric.counter = text_of(file, table, "counter");
  metric.metric = {.id = id,
                   .unit = text_of(file, table, "unit"),
                   .better = parse_better(text_of(file, table, "better")),
                   .doc = text_of(file, table, "doc"),
                   .over = parse_over(text_of(file, table, "over"))};
  if (metric.metric.over != Over::total && metric.metric.over != Over::mean)
    fail(file, table, "'over' is \"total\" or \"mean\"");
  metric.scale = table["scale"].value_or(1.0);
  return metric;
}

}  // namespace

GpuGroup parse_gpu_group(const GroupFile& source) {
  const std::string& file = source.name;
  toml::table table;
  try {
    table = toml::parse(source.text, file);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_input, file + ":" + std::to_string(error.source().begin.line) + ": " +
                                          std::string(error.description()));
  }
  GpuGroup group{.name = file.substr(0, file.rfind('.')), .doc = text_of(file, table, "doc"), .metrics = {}};
  const auto* metrics = table["metric"].as_table();
  if (metrics == nullptr) fail(file, table, "there is no [metric.\"cupti_range...\"]");
  for (const auto& [id, node] : *metrics) {
    if (!node.is_table()) fail(file, node, "expected [metric.\"cupti_range...\"]");
    group.metrics.push_back(metric_of(file, std::string(id.str()), *node.as_table()));
  }
  return group;
}

std::vector<GpuGroup> gpu_groups() {
  std::vector<GpuGroup> groups;
  for (const auto& file : group_files()) groups.push_back(parse_gpu_group(file));
  return groups;
}

}  // namespace assay::cupti
