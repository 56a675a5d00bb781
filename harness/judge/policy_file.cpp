// SPDX-License-Identifier: Apache-2.0
#include <toml++/toml.h>
#include <functional>
#include <map>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/judge/policy.h"

namespace assay {

namespace {

/// One table of the file: keys are taken one by one, and one that is not known is an error.
class Reader {
 public:
  Reader(const std::string& origin, std::string table) : origin_(origin), table_(std::move(table)) {}

  void add(const std::string& key, std::function<void(const toml::node&)> take) {
    keys_[key] = std::move(take);
  }

  void read(const toml::table& table) const {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const auto found = keys_.find(name);
      if (found != keys_.end()) {
        found->second(node);
        continue;
      }
      std::vector<std::string> known;
      for (const auto& [other, take] : keys_) known.push_back(other);
      fail(node, "'" + printable(name, 60) + "' is not a key" + (table_.empty() ? "" : " of " + table_),
           suggest(name, known));
    }
  }

  [[noreturn]] void fail(const toml::node& node, const std::string& what, const std::string& remedy) const {
    throw Error(ErrorCode::bad_input, origin_ + ":" + std::to_string(node.source().begin.line) + ": " + what,
                remedy);
  }

  std::string text(const toml::node& node, const char* what) const {
    const auto value = node.value<std::string>();
    if (!node.is_string() || !value || value->empty())
      fail(node, std::string("expected ") + what, "write it in quotes");
    return *value;
  }

  bool flag(const toml::node& node) const {
    if (!node.is_boolean()) fail(node, "expected true or false", "");
    return *node.value<bool>();
  }

  /// "0.5%", or 0.005; above 0, below or at `most`.
  double share(const toml::node& node, double most) const {
    std::optional<double> value;
    if (node.is_number()) value = node.value<double>();
    if (const auto given = node.value<std::string>(); node.is_string() && given) {
      const bool percent = given->ends_with('%');
      value = parse_real(percent ? given->substr(0, given->size() - 1) : *given);
      if (value && percent) *value /= 100;
    }
    if (!value || !(*value > 0) || *value > most)
      fail(node, "expected a share above 0" + std::string(most < 1 ? "" : ", at most 1"),
           "write \"0.5%\" or 0.005");
    return *value;
  }

  std::int64_t count(const toml::node& node, std::int64_t lowest, std::int64_t highest) const {
    const auto value = node.value<std::int64_t>();
    if (!node.is_integer() || !value || *value < lowest || *value > highest)
      fail(node, "expected a number from " + std::to_string(lowest) + " to " + std::to_string(highest), "");
    return *value;
  }

  bool fails(const toml::node& node) const {
    const std::string word = text(node, "\"warn\" or \"fail\"");
    if (word != "warn" && word != "fail")
      fail(node, "'" + printable(word, 40) + "' is not known", "expected \"warn\" or \"fail\"");
    return word == "fail";
  }

  Selector select(const toml::node& node) const {
    try {
      return parse_selector(text(node, "a selector"));
    } catch (const Error& error) {
      if (error.code == ErrorCode::bad_input) throw;
      fail(node, error.what(), error.remedy);
    }
  }

  Day day(const toml::node& node) const {
    const auto date = node.value<toml::date>();
    if (!node.is_date() || !date) fail(node, "expected a date", "write 2026-12-31, without quotes");
    return {date->year, date->month, date->day};
  }

  std::vector<std::string> texts(const toml::node& node) const {
    std::vector<std::string> all;
    const auto* list = node.as_array();
    if (list == nullptr) fail(node, "expected a list", "write [\"...\", \"...\"]");
    for (const auto& item : *list) all.push_back(text(item, "a text"));
    return all;
  }

  /// Each table of [[name]].
  void tables(const toml::node& node, const std::function<void(const toml::table&)>& take) const {
    const auto* list = node.as_array();
    if (list == nullptr || !node.is_array_of_tables()) fail(node, "expected tables", "write it as [[...]]");
    for (const auto& item : *list) take(*item.as_table());
  }

 private:
  const std::string& origin_;
  std::string table_;
  std::map<std::string, std::function<void(const toml::node&)>> keys_;
};

Waiver read_waiver(const toml::table& table, const std::string& origin, const std::string& name) {
  Waiver waiver;
  bool selects = false;
  Reader reader(origin, "[[" + name + "]]");
  reader.add("select", [&](const toml::node& node) {
    waiver.select = reader.select(node);
    selects = true;
  });
  reader.add("reason", [&](const toml::node& node) { waiver.reason = reader.text(node, "a reason"); });
  reader.add("until", [&](const toml::node& node) { waiver.until = reader.day(node); });
  if (name == "acknowledge")
    reader.add("worst", [&](const toml::node& node) { waiver.worst = reader.share(node, 1); });
  reader.read(table);
  if (!selects || waiver.reason.empty())
    reader.fail(table, "[[" + name + "]] needs select and reason", "say which cases, and why");
  return waiver;
}

PolicyRule read_rule(const toml::table& table, const std::string& origin) {
  PolicyRule rule;
  bool selects = false;
  Reader reader(origin, "[[rule]]");
  reader.add("select", [&](const toml::node& node) {
    rule.select = reader.select(node);
    selects = true;
  });
  reader.add("effect", [&](const toml::node& node) { rule.effect = reader.share(node, 0.999); });
  reader.add("exact_effect", [&](const toml::node& node) { rule.exact_effect = reader.share(node, 0.999); });
  reader.add("undecided", [&](const toml::node& node) { rule.undecided_fails = reader.fails(node); });
  reader.read(table);
  if (!selects) reader.fail(table, "[[rule]] needs select", "say which cases it is for");
  return rule;
}

}  // namespace

Policy parse_policy(std::string_view toml, const std::string& origin) {
  Policy policy;
  policy.origin = origin;
  policy.text = toml;
  toml::table file;
  try {
    file = toml::parse(toml, origin);
  } catch (const toml::parse_error& error) {
    throw Error(
        ErrorCode::bad_input,
        origin + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()),
        "a policy is a TOML file");
  }
  Reader reader(origin, "");
  const auto share = [&](const char* key, double& into, double most) {
    reader.add(key, [&reader, &into, most](const toml::node& node) { into = reader.share(node, most); });
  };
  const auto flag = [&](const char* key, bool& into) {
    reader.add(key, [&reader, &into](const toml::node& node) { into = reader.flag(node); });
  };
  share("effect", policy.effect, 0.999);
  share("exact_effect", policy.exact_effect, 0.999);
  share("suite_error", policy.budget.suite_error, 0.5);
  share("case_error", policy.budget.case_error, 0.5);
  share("tail_effect", policy.budget.smallest_tail_effect, 0.5);
  share("max_undecided", policy.max_undecided, 1);
  flag("median", policy.median);
  flag("tail", policy.tail);
  flag("rerun", policy.rerun);
  reader.add("undecided", [&](const toml::node& node) { policy.undecided_fails = reader.fails(node); });
  reader.add("missing", [&](const toml::node& node) { policy.missing_fails = reader.fails(node); });
  reader.add("most_launches", [&](const toml::node& node) {
    policy.budget.most_pairs = static_cast<int>(reader.count(node, 6, 900));
  });
  reader.add("exact", [&](const toml::node& node) {
    policy.exact = reader.texts(node);
    for (const auto& metric : policy.exact) {
      if (!is_exact(metric))
        reader.fail(node, "'" + printable(metric, 60) + "' does not repeat to the digit",
                    "name callgrind.instructions");
    }
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
  return policy;
}

}  // namespace assay
