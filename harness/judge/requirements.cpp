// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/requirements.h"

#include <algorithm>
#include <array>

#include "harness/core/metric.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/judge/toml_reader.h"

namespace assay {

namespace {

using Reader = judge_detail::TomlReader;

const std::vector<std::string> words{"latency", "throughput", "memory", "device_memory",
                                     "energy",  "capacity",   "price"};

bool has_percentile(const Requirement& one) {
  return one.metric == "latency" || one.metric == "capacity" ||
         (one.metric.starts_with("time.") && one.metric.find(".p") == std::string::npos);
}

/// What one key cannot know of the others.
void check(const Reader& reader, const toml::table& table, const Requirement& one, bool has_task,
           int limits) {
  const auto fail = [&](const std::string& what, const std::string& remedy) {
    reader.fail(table, "[[require]] " + (one.name.empty() ? "" : "'" + printable(one.name, 60) + "' ") + what,
                remedy);
  };
  if (one.name.empty()) fail("needs a name", "name = \"each frame in time\"");
  if (one.metric.empty()) fail("needs a metric", "metric = \"latency\", with percentile = 99");
  if (limits != 1) fail("needs at_most or at_least, and not both", "at_most = \"33.3ms\"");
  const bool is_price = one.metric == "price";
  if (has_task == is_price)
    fail(is_price ? "is a price, which no task has" : "needs a task",
         is_price ? "leave task out" : "task = \"llm.decode\"");
  if (has_percentile(one) != (one.percentile != 0))
    fail(one.percentile == 0 ? "needs a percentile" : "has a percentile, which its metric has not",
         one.percentile == 0 ? "percentile = 50, 90 or 99" : "leave percentile out");
  if ((one.metric == "capacity") != one.within.has_value())
    fail(one.within ? "has 'within', which only a capacity has"
                    : "needs 'within', the latency of its requests",
         one.within ? "leave it out" : "within = \"10ms\"");
  if (one.within && one.within->unit != "ns") fail("has a 'within' that is no time", "within = \"10ms\"");
  if (one.metric == "capacity" && (one.at_most || one.limit.unit != "Hz"))
    fail("is a capacity: requests a second, at least", "at_least = \"200/s\"");
  if (one.metric == "latency" && one.limit.unit != "ns")
    fail("has a limit that is no time", "at_most = \"33.3ms\"");
  if ((one.metric == "memory" || one.metric == "device_memory") && one.limit.unit != "byte")
    fail("has a limit that is no size", "at_most = \"4GiB\"");
  if (one.metric == "energy" && one.limit.unit != "J")
    fail("has a limit that is no energy", "at_most = \"5mJ\", of a unit of work");
}

Requirement read_requirement(const toml::table& table, const std::string& origin) {
  Requirement one;
  bool has_task = false;
  int limits = 0;
  Reader reader(origin, "[[require]]");
  const auto limit = [&](const char* key, bool at_most) {
    reader.add(key, [&reader, &one, &limits, at_most](const toml::node& node) {
      one.limit = reader.quantity(node, "\"33.3ms\", \"30 frames/s\" or \"4GiB\"");
      one.at_most = at_most;
      ++limits;
    });
  };
  limit("at_most", true);
  limit("at_least", false);
  reader.add("name", [&](const toml::node& node) { one.name = reader.text(node, "a name"); });
  reader.add("task", [&](const toml::node& node) {
    one.task = reader.measured(node);
    has_task = true;
  });
  reader.add("accuracy", [&](const toml::node& node) { one.accuracy = reader.text(node, "a class"); });
  reader.add("metric", [&](const toml::node& node) {
    one.metric = reader.text(node, "a metric");
    const bool known = std::find(words.begin(), words.end(), one.metric) != words.end();
    if (!known && one.metric.find('.') == std::string::npos)
      reader.fail(node, "'" + printable(one.metric, 60) + "' is no metric",
                  suggest(one.metric, words) + "; or a metric's id ('assay list metrics')");
  });
  reader.add("percentile", [&](const toml::node& node) {
    one.percentile = static_cast<int>(reader.count(node, 1, 99));
    if (one.percentile != 50 && one.percentile != 90 && one.percentile != 99)
      reader.fail(node, "expected 50, 90 or 99", "others are not worked out");
  });
  reader.add("within", [&](const toml::node& node) { one.within = reader.quantity(node, "\"10ms\""); });
  reader.read(table);
  check(reader, table, one, has_task, limits);
  return one;
}

}  // namespace

std::string Requirement::metric_id(const std::string& unit_of_work) const {
  const std::string p = percentile == 0 ? "" : ".p" + std::to_string(percentile);
  if (metric == "latency" || metric == "capacity") return "time.wall" + p;
  if (metric == "throughput") return "throughput." + unit_of_work;
  if (metric == "memory") return "memory.peak_rss";
  if (metric == "device_memory") return "nvml.memory_used.max";
  return metric + p;
}

Requirements parse_requirements(std::string_view toml, const std::string& origin) {
  Requirements requirements;
  requirements.origin = origin;
  const toml::table file = judge_detail::parse_toml(toml, origin, "a file of requirements");
  Reader reader(origin, "");
  reader.add("description",
             [&](const toml::node& node) { requirements.description = reader.text(node, "a sentence"); });
  reader.add("require", [&](const toml::node& node) {
    reader.tables(node, [&](const toml::table& table) {
      Requirement one = read_requirement(table, origin);
      const bool twice = std::any_of(requirements.all.begin(), requirements.all.end(),
                                     [&](const Requirement& other) { return other.name == one.name; });
      if (twice)
        reader.fail(table, "a second requirement '" + printable(one.name, 60) + "'", "name it otherwise");
      requirements.all.push_back(std::move(one));
    });
  });
  reader.read(file);
  if (requirements.all.empty())
    reader.fail(file, "there is no [[require]] in it", "write one for each thing that hardware has to do");
  return requirements;
}

}  // namespace assay
