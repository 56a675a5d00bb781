// SPDX-License-Identifier: Apache-2.0
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/judge/policy.h"
#include "harness/judge/toml_reader.h"

namespace assay {

namespace {

using Reader = judge_detail::TomlReader;

Waiver read_waiver(const toml::table& table, const std::string& origin, const std::string& name) {
  Waiver waiver;
  bool selects = false, ends = false;
  Reader reader(origin, "[[" + name + "]]");
  reader.add("select", [&](const toml::node& node) {
    waiver.select = reader.select(node);
    selects = true;
  });
  reader.add("reason", [&](const toml::node& node) { waiver.reason = reader.text(node, "a reason"); });
  reader.add("until", [&](const toml::node& node) {
    if (node.value<std::string>() != "never") waiver.until = reader.day(node);
    ends = true;
  });
  if (name == "acknowledge")
    reader.add("worst", [&](const toml::node& node) { waiver.worst = reader.share(node, 1); });
  reader.read(table);
  const bool blank = waiver.reason.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!selects || blank || !ends)
    reader.fail(table, "[[" + name + "]] needs select, reason and until",
                "say which cases, why, and the last day on which it holds: until = 2026-12-31, or \"never\"");
  return waiver;
}

std::string exact_metric(const toml::node& node, const Reader& reader) {
  const std::string metric = reader.text(node, "a metric");
  if (!is_exact(metric))
    reader.fail(node, "'" + printable(metric, 60) + "' does not repeat to the digit",
                "name callgrind.instructions");
  return metric;
}

PolicyRule read_rule(const toml::table& table, const std::string& origin) {
  PolicyRule rule;
  bool selects = false;
  Reader reader(origin, "[[rule]]");
  reader.add("select", [&](const toml::node& node) {
    rule.select = reader.select(node);
    selects = true;
  });
  reader.add("metric", [&](const toml::node& node) { rule.metric = exact_metric(node, reader); });
  reader.add("effect", [&](const toml::node& node) { rule.effect = reader.share(node, 0.999); });
  reader.add("tail_effect", [&](const toml::node& node) { rule.tail_effect = reader.share(node, 0.5); });
  reader.add("exact_effect", [&](const toml::node& node) {
    rule.exact_effect = reader.share(node, 0.999, Reader::Zero::may);
  });
  reader.add("undecided", [&](const toml::node& node) { rule.undecided_fails = reader.fails(node); });
  reader.read(table);
  if (!selects) reader.fail(table, "[[rule]] needs select", "say which cases it is for");
  if (!rule.metric.empty() && (!rule.exact_effect || rule.effect || rule.tail_effect || rule.undecided_fails))
    reader.fail(
        table, "metric is for exact_effect alone",
        "effect is of medians of time, tail_effect of slow requests: give them a [[rule]] of their own");
  return rule;
}

}  // namespace

Policy parse_policy(std::string_view toml, const std::string& origin) {
  Policy policy;
  policy.origin = origin;
  policy.text = toml;
  const toml::table file = judge_detail::parse_toml(toml, origin, "a policy");
  Reader reader(origin, "");
  const auto share = [&](const char* key, double& into, double most, Reader::Zero zero = Reader::Zero::no) {
    reader.add(
        key, [&reader, &into, most, zero](const toml::node& node) { into = reader.share(node, most, zero); });
  };
  const auto flag = [&](const char* key, bool& into) {
    reader.add(key, [&reader, &into](const toml::node& node) { into = reader.flag(node); });
  };
  share("effect", policy.effect, 0.999);
  share("exact_effect", policy.exact_effect, 0.999, Reader::Zero::may);
  share("suite_error", policy.budget.suite_error, 0.5);
  share("case_error", policy.budget.case_error, 0.5);
  share("tail_effect", policy.tail_effect, 0.5);
  share("max_undecided", policy.max_undecided, 1, Reader::Zero::may);
  flag("median", policy.median);
  flag("tail", policy.tail);
  flag("rerun", policy.rerun);
  reader.add("undecided", [&](const toml::node& node) { policy.undecided_fails = reader.fails(node); });
  reader.add("missing", [&](const toml::node& node) { policy.missing_fails = reader.fails(node); });
  reader.add("most_launches", [&](const toml::node& node) {
    policy.budget.most_pairs = static_cast<int>(reader.count(node, 6, most_launches_of_a_policy));
  });
  reader.add("exact", [&](const toml::node& node) {
    reader.texts(node);
    for (const auto& item : *node.as_array()) policy.exact.push_back(exact_metric(item, reader));
  });
  reader.add("required", [&](const toml::node& node) {
    reader.texts(node);
    for (const auto& item : *node.as_array()) policy.required.push_back(reader.select(item));
  });
  reader.add("rule", [&](const toml::node& node) {
    reader.tables(node, [&](const toml::table& table) { policy.rules.push_back(read_rule(table, origin)); });
  });
  reader.add("skip", [&](const toml::node& node) {
    reader.tables(
        node, [&](const toml::table& table) { policy.skips.push_back(read_waiver(table, origin, "skip")); });
  });
  reader.add("acknowledge", [&](const toml::node& node) {
    reader.tables(node, [&](const toml::table& table) {
      policy.acknowledgements.push_back(read_waiver(table, origin, "acknowledge"));
    });
  });
  reader.read(file);
  if (policy.budget.case_error > policy.budget.suite_error)
    reader.fail(file,
                "case_error is above suite_error: a suite holds no more than its share of wrong verdicts",
                "lower case_error, or raise suite_error");
  return policy;
}

}  // namespace assay
