// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/weights.h"

#include "harness/core/text.h"
#include "harness/judge/toml_reader.h"

namespace assay {

namespace {

using Reader = judge_detail::TomlReader;

WeightGroup read_group(const toml::table& table, const std::string& origin, Summary summary) {
  WeightGroup group;
  bool weighs = false;
  Reader reader(origin, "[[weight]]");
  reader.add("name", [&](const toml::node& node) { group.name = reader.text(node, "a name"); });
  reader.add("select", [&](const toml::node& node) {
    if (const auto* list = node.as_array()) {
      for (const auto& item : *list) group.select.push_back(reader.measured(item));
    } else {
      group.select.push_back(reader.measured(node));
    }
  });
  const char* key = summary == Summary::total_time ? "calls" : "weight";
  reader.add(key, [&](const toml::node& node) {
    group.weight = reader.number(node, 0, key);
    if (!(group.weight > 0)) reader.fail(node, "expected a number above 0", "leave out what does not count");
    weighs = true;
  });
  reader.read(table);
  if (group.select.empty() || !weighs)
    reader.fail(table, std::string("[[weight]] needs select and ") + key,
                "say which tasks, and how much they count");
  if (group.name.empty()) group.name = group.select.front().text;
  return group;
}

}  // namespace

std::string to_string(Summary summary) {
  return summary == Summary::total_time ? "total time" : "geometric mean";
}

Weights parse_weights(std::string_view toml, const std::string& origin) {
  Weights weights;
  weights.origin = origin;
  const toml::table file = judge_detail::parse_toml(toml, origin, "a file of weights");
  Reader reader(origin, "");
  reader.add("summary", [&](const toml::node& node) {
    const std::string word = reader.text(node, "\"geometric mean\" or \"total time\"");
    weights.summary = word == "total time" ? Summary::total_time : Summary::geometric_mean;
    if (word != to_string(weights.summary))
      reader.fail(node, "'" + printable(word, 60) + "' is not known",
                  "expected \"geometric mean\" or \"total time\"");
  });
  reader.add("within", [&](const toml::node& node) { weights.within = reader.number(node, 1, "a factor"); });
  const toml::node* groups = nullptr;  // read last: the summary says what a group has
  reader.add("weight", [&](const toml::node& node) { groups = &node; });
  reader.read(file);
  if (groups == nullptr) reader.fail(file, "there is no [[weight]] in it", "write one for each kind of work");
  reader.tables(*groups, [&](const toml::table& table) {
    weights.groups.push_back(read_group(table, origin, weights.summary));
  });
  return weights;
}

}  // namespace assay
