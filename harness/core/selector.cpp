// SPDX-License-Identifier: Apache-2.0
#include "harness/core/selector.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay {

namespace {

constexpr std::size_t max_values = 10'000;

double number(const std::string& text, const std::string& item) {
  if (const auto value = parse_real(text)) return *value;
  throw Error(ErrorCode::usage, "sweep '" + item + "': '" + text + "' is not a number",
              "write LOW..HIGH*FACTOR or LOW..HIGH+STEP, for example rows=1024..8192*2");
}

std::string as_text(double value, bool integral) {
  return integral ? std::to_string(static_cast<std::int64_t>(std::llround(value))) : to_string(Value{value});
}

/// One list item: a plain value, or a sweep expanded.
std::vector<std::string> expand_item(const std::string& item) {
  const auto dots = item.find("..");
  if (dots == std::string::npos) return {percent_decode(item)};
  const auto step_at = item.find_first_of("*+", dots + 2);
  const std::string low_text = item.substr(0, dots);
  const std::string high_text =
      item.substr(dots + 2, step_at == std::string::npos ? step_at : step_at - dots - 2);
  const bool multiply = step_at != std::string::npos && item[step_at] == '*';
  const double low = number(low_text, item);
  const double high = number(high_text, item);
  const double step = step_at == std::string::npos ? 1 : number(item.substr(step_at + 1), item);
  if (low > high || (multiply ? step <= 1 || low <= 0 : step <= 0)) {
    throw Error(ErrorCode::usage, "sweep '" + item + "' never reaches its end",
                "a sweep needs LOW <= HIGH, a factor above 1 with LOW above 0, or a step above 0");
  }
  const bool integral =
      item.find_first_of(".eE") == dots && item.find_first_of(".eE", dots + 2) == std::string::npos;
  // Whole numbers are counted in doubles, which are exact up to here and no further.
  constexpr double most_whole = 9007199254740992.0;
  if (integral && (std::abs(low) > most_whole || std::abs(high) > most_whole)) {
    throw Error(ErrorCode::usage, "sweep '" + item + "' goes beyond 9007199254740992",
                "list values that large one by one: 'bytes=LOW|HIGH'");
  }
  const double end = integral ? high : high + std::abs(high) * 1e-12;  // 0.1..0.3+0.1 reaches 0.3
  std::vector<std::string> values;
  for (double x = low; x <= end; x = multiply ? x * step : x + step) {
    values.push_back(as_text(x, integral));
    if (values.size() > max_values) {
      throw Error(ErrorCode::usage, "sweep '" + item + "' has more than 10000 values",
                  "choose a larger step");
    }
  }
  return values;
}

Error unreadable(std::string_view text, const std::string& what) {
  return {
      ErrorCode::usage, "selector '" + std::string(text) + "': " + what,
      "write WORKLOAD/IMPLEMENTATION?KEY=VALUE|VALUE&...@DEVICE, for example 'llm.gemv/*?dtype=q4_0|q8_0'"};
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Selector parse_selector(std::string_view text) {
  if (text.empty()) throw unreadable(text, "it is empty");
  Selector selector;
  selector.text = text;
  std::string_view rest = text;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    selector.device = percent_decode(rest.substr(at + 1));
    rest = rest.substr(0, at);
  }
  std::string_view query;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
    if (query.empty()) throw unreadable(text, "nothing follows '?'");
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    selector.implementation = percent_decode(rest.substr(slash + 1));
    rest = rest.substr(0, slash);
  }
  if (!rest.empty()) selector.workload = percent_decode(rest);
  if (selector.workload.empty() || selector.implementation.empty() || selector.device.empty()) {
    throw unreadable(text, "a name is empty");
  }
  if (query.empty()) return selector;
  for (const auto& pair : split(query, '&')) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
      throw unreadable(text, "'" + pair + "' is not KEY=VALUE");
    }
    auto& items = selector.params[percent_decode(pair.substr(0, equals))];
    if (!items.empty()) throw unreadable(text, "key '" + pair.substr(0, equals) + "' stands twice");
    for (const auto& item : split(std::string_view(pair).substr(equals + 1), '|')) {
      for (auto& value : expand_item(item)) items.push_back(std::move(value));
    }
  }
  return selector;
}

bool names_whole(const Selector& selector, const std::string& workload) {
  return workload.find('/') != std::string::npos && glob_match(selector.text, workload);
}

bool matches(const Selector& selector, const Case& value, const Params& defaults) {
  if (names_whole(selector, value.workload)) return true;
  if (!glob_match(selector.workload, value.workload) ||
      !glob_match(selector.implementation, value.implementation) ||
      !glob_match(selector.device, value.device)) {
    return false;
  }
  for (const auto& [key, items] : selector.params) {
    auto found = value.params.find(key);
    if (found == value.params.end()) {
      found = defaults.find(key);
      if (found == defaults.end()) return false;
    }
    const std::string actual = to_string(found->second);
    if (std::none_of(items.begin(), items.end(),
                     [&](const auto& item) { return glob_match(item, actual); })) {
      return false;
    }
  }
  return true;
}

namespace {

/// The parameter sets that `preset=...` stands for; one empty set when no preset is named.
std::vector<Params> preset_params(const Selector& selector, const Definition& definition) {
  const auto asked = selector.params.find("preset");
  if (asked == selector.params.end()) return {Params{}};
  std::vector<Params> sets;
  std::vector<std::string> names;
  for (const auto& preset : definition.presets) names.push_back(preset.name);
  for (const auto& item : asked->second) {
    bool known = false;
    for (const auto& preset : definition.presets) {
      if (!glob_match(item, preset.name)) continue;
      known = true;
      sets.push_back(preset.params);
    }
    if (!known) {
      throw Error(ErrorCode::usage, definition.name + " has no preset '" + item + "'", suggest(item, names));
    }
  }
  return sets;
}

/// The values that the items of one key stand for: '*' means every choice of the parameter.
std::vector<Value> item_values(const std::string& key, const std::vector<std::string>& items,
                               const Definition& definition) {
  std::vector<Value> values;
  for (const auto& item : items) {
    if (item.find('*') == std::string::npos) {
      values.push_back(parse_value(item));
      continue;
    }
    for (const auto& parameter : definition.parameters) {
      if (parameter.name != key) continue;
      for (const auto& choice : parameter.choices) {
        if (glob_match(item, to_string(choice))) values.push_back(choice);
      }
      if (parameter.choices.empty() && item == "*") values.push_back(parameter.default_value);
    }
  }
  return values;
}

}  // namespace

std::vector<Case> expand(const Selector& selector, const Workload& workload) {
  const Definition& definition = workload.definition;
  if (!glob_match(selector.workload, definition.name)) return {};
  std::vector<Params> sets = preset_params(selector, definition);
  for (const auto& [key, items] : selector.params) {
    if (key == "preset") continue;
    std::vector<Params> next;
    for (const auto& value : item_values(key, items, definition)) {
      for (Params params : sets) {
        params[key] = value;
        next.push_back(std::move(params));
      }
      if (next.size() > max_values) {
        throw Error(ErrorCode::usage, "selector '" + selector.text + "' stands for more than 10000 cases",
                    "narrow a sweep");
      }
    }
    sets = std::move(next);
  }
  std::vector<Case> cases;
  std::set<std::string> seen;
  for (const auto& params : sets) {
    for (const auto& implementation : workload.implementations) {
      if (!glob_match(selector.implementation, implementation.name) ||
          !glob_match(selector.device, implementation.device)) {
        continue;
      }
      const Case value =
          canonical({definition.name, implementation.name, params, implementation.device}, definition);
      if (seen.insert(to_string(value)).second) cases.push_back(value);
    }
  }
  return cases;
}

}  // namespace assay
