// SPDX-License-Identifier: Apache-2.0
#include "gui/model/filter.h"

#include <fmt/format.h>

#include <QDateTime>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "harness/core/case.h"
#include "harness/core/error.h"
#include "harness/core/selector.h"
#include "harness/core/suggest.h"

namespace assay::gui {

namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Terms as they stand, quotes still in them.
std::vector<std::string> terms_of(const std::string& text) {
  std::vector<std::string> terms(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == ' ' && !quoted) {
      if (!terms.back().empty()) terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  if (terms.back().empty()) terms.pop_back();
  return terms;
}

bool holds(const std::string& wanted, const std::string& text) {
  const std::string low = lower(text);
  return wanted.find('*') != std::string::npos ? glob_match(wanted, low)
                                               : low.find(wanted) != std::string::npos;
}

bool is_known(const std::string& key) {
  const auto& keys = filter_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const auto& one) { return one.first == key; });
}

std::string quoted(const std::string& value) {
  return value.find(' ') == std::string::npos ? value : "\"" + value + "\"";
}

bool is_range(const std::string& key) { return key == "time" || key == "latency" || key == "commits"; }

/// Milliseconds since 1970; a date alone is its first, as an end its last one.
std::optional<double> time_of(const std::string& text, bool is_end) {
  const QString words = QString::fromStdString(text).toUpper();
  const bool is_date = !words.contains('T');
  const QDateTime moment =
      is_date ? QDateTime(QDate::fromString(words, Qt::ISODate), QTime(0, 0), Qt::UTC)
              : QDateTime::fromString(words.endsWith('Z') ? words : words + "Z", Qt::ISODate);
  if (!moment.isValid()) return std::nullopt;
  constexpr double day_ms = 86'400'000;
  return static_cast<double>(moment.toMSecsSinceEpoch()) + (is_date && is_end ? day_ms - 1 : 0);
}

/// Nanoseconds.
std::optional<double> latency_of(const std::string& text) {
  static const std::pair<const char*, double> units[] = {
      {"ns", 1}, {"us", 1e3}, {"\u00b5s", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  for (const auto& [unit, factor] : units) {
    if (!text.ends_with(unit)) continue;
    bool is_number = false;
    const double value =
        QString::fromStdString(text.substr(0, text.size() - std::string(unit).size())).toDouble(&is_number);
    return is_number ? std::optional(value * factor) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<double> place_of(const std::string& text) {
  bool is_number = false;
  const qlonglong place = QString::fromStdString(text).toLongLong(&is_number);
  return is_number && place > 0 ? std::optional(static_cast<double>(place)) : std::nullopt;
}

std::optional<Range> range_of(const std::string& key, const std::string& text) {
  const auto dots = text.find("..");
  const std::string first = text.substr(0, dots);
  const std::string last = dots == std::string::npos ? text : text.substr(dots + 2);
  constexpr double all = std::numeric_limits<double>::infinity();
  const auto end_of = [&](const std::string& end, bool is_end) -> std::optional<double> {
    if (end.empty()) return is_end ? all : -all;
    return key == "time" ? time_of(end, is_end) : key == "commits" ? place_of(end) : latency_of(end);
  };
  const auto low = end_of(first, false);
  const auto high = end_of(last, true);
  if (!low || !high || *low > *high || (first.empty() && last.empty())) return std::nullopt;
  return Range{*low, *high};
}

/// As range_of() reads it; rounded outwards, so that both ends stay in it.
std::string range_text(const std::string& key, const Range& range) {
  if (key == "time") {
    const auto text = [](double seconds) {
      return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(seconds) * 1000, Qt::UTC)
          .toString("yyyy-MM-ddTHH:mm:ss")
          .toStdString();
    };
    return text(std::floor(range.low / 1000)) + ".." + text(std::ceil(range.high / 1000));
  }
  if (key == "commits") return fmt::format("{:.0f}..{:.0f}", range.low, range.high);
  const auto text = [&](double ns, bool up) {
    const auto& [unit, factor] = range.high < 1e3   ? std::pair<const char*, double>{"ns", 1}
                                 : range.high < 1e6 ? std::pair<const char*, double>{"us", 1e3}
                                 : range.high < 1e9 ? std::pair<const char*, double>{"ms", 1e6}
                                                    : std::pair<const char*, double>{"s", 1e9};
    constexpr double digits = 1e4;
    const double value = ns / factor * digits;
    return QString::number((up ? std::ceil(value) : std::floor(value)) / digits, 'g', 9).toStdString() + unit;
  };
  return text(std::max(0.0, range.low), false) + ".." + text(range.high, true);
}

}  // namespace

std::string with_range(const std::string& text, const std::string& key, const std::optional<Range>& range) {
  std::string out;
  const auto add = [&](const std::string& term) { out += (out.empty() ? "" : " ") + term; };
  for (const std::string& term : terms_of(text)) {
    if (!lower(term).starts_with(key + ":")) add(term);
  }
  if (range) add(key + ":" + range_text(key, *range));
  return out;
}

const std::vector<std::pair<std::string, std::string>>& filter_keys() {
  static const std::vector<std::pair<std::string, std::string>> keys{
      {"family", "llm, vision, ..."},
      {"workload", "llm.gemv"},
      {"implementation", "simd"},
      {"device", "cpu, cuda:0"},
      {"case", "its text"},
      {"metric", "time.wall.p50"},
      {"subject", "whose code"},
      {"host", "class of hosts"},
      {"state", "open (or new), acknowledged, ignored, recovered, environment, ended"},
      {"verdict", "slower, faster, same, undecided, new, missing, incomparable"},
      {"commit", "id or subject"},
      {"author", "who wrote the commit"},
      {"time", "2026-11-20..2026-11-22T14:03: when it was measured, UTC"},
      {"commits", "120..134: places on their line (git rev-list --first-parent --count)"},
      {"latency", "4.1ms..4.6ms: samples"}};
  return keys;
}

Filter::Filter(const std::string& text) {
  for (std::string word : terms_of(text)) {
    Term term;
    term.negated = word.size() > 1 && word.front() == '-';
    if (term.negated) word.erase(0, 1);
    const bool whole = word.front() == '"';
    std::erase(word, '"');
    const auto colon = whole ? std::string::npos : word.find(':');
    // "cuda:0" and "BM_Sort::x" are words, "famly:llm" is a mistake.
    const std::string key = colon == std::string::npos ? "" : lower(word.substr(0, colon));
    const bool like_key =
        !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (is_known(key)) {
      term.key = key;
      word.erase(0, colon + 1);
    } else if (like_key && word.compare(colon, 2, "::") != 0 && key != "cuda" && key != "vulkan") {
      std::vector<std::string> names;
      for (const auto& one : filter_keys()) names.push_back(one.first);
      problem_ = "There is no key '" + key + "': " + suggest(key, names);
      continue;
    }
    term.value = lower(word);
    if (is_range(term.key) && !term.value.empty()) {
      term.range = range_of(term.key, term.value);
      if (!term.range) {
        problem_ = "'" + term.key + ":" + word + "' is no range: write " +
                   (term.key == "time"      ? "time:2026-11-20..2026-11-22T14:03 (UTC)"
                    : term.key == "commits" ? "commits:120..134 (places on their line)"
                                            : "latency:4.1ms..4.6ms");
        continue;
      }
    }
    if (term.key == "state" && term.value == "new") term.value = "open";
    if (!term.value.empty()) terms_.push_back(std::move(term));
  }
}

bool Filter::names(const std::string& key) const {
  return std::any_of(terms_.begin(), terms_.end(), [&](const Term& term) { return term.key == key; });
}

std::optional<Range> Filter::range(const std::string& key) const {
  for (const Term& term : terms_) {
    if (term.key == key && !term.negated && term.range) return term.range;
  }
  return std::nullopt;
}

bool Filter::accepts(const TableRow& row) const {
  const auto one_holds = [&](const Term& term) {
    if (term.range) {
      const auto own = row.ranges.find(term.key);
      return own != row.ranges.end() && own->second.low <= term.range->high &&
             term.range->low <= own->second.high;
    }
    if (!term.key.empty()) {
      const auto field = row.fields.find(term.key);
      return field != row.fields.end() && holds(term.value, field->second);
    }
    return std::any_of(row.cells.begin(), row.cells.end(),
                       [&](const Cell& cell) { return holds(term.value, cell.text); }) ||
           std::any_of(row.fields.begin(), row.fields.end(),
                       [&](const auto& field) { return holds(term.value, field.second); });
  };
  for (const Term& term : terms_) {
    if (term.negated) {
      if (one_holds(term)) return false;
      continue;
    }
    // A key that this table's rows do not have says nothing about them: one filter stands for all views.
    if (!term.key.empty() && !row.fields.contains(term.key) && !row.ranges.contains(term.key)) continue;
    const bool any = std::any_of(terms_.begin(), terms_.end(), [&](const Term& other) {
      const bool alike = &other == &term || (!term.key.empty() && other.key == term.key && !other.negated);
      return alike && one_holds(other);
    });
    if (!any) return false;
  }
  return true;
}

std::vector<std::string> completions(const std::string& text,
                                     const std::map<std::string, std::vector<std::string>>& values) {
  const bool fresh = text.empty() || text.back() == ' ';
  const auto terms = terms_of(text);
  std::string last = fresh || terms.empty() ? "" : terms.back();
  std::string before = text.substr(0, text.size() - last.size());
  if (!last.empty() && last.front() == '-') {
    before += '-';
    last.erase(0, 1);
  }
  std::set<std::string> found;
  std::vector<std::string> all;
  const auto add = [&](const std::string& term) {
    if (found.insert(term).second) all.push_back(before + term);
  };
  const auto colon = last.find(':');
  if (colon == std::string::npos) {
    for (const auto& [key, meaning] : filter_keys()) {
      if (key.starts_with(lower(last))) add(key + ":");
    }
    return all;
  }
  const auto known = values.find(lower(last.substr(0, colon)));
  if (known == values.end()) return all;
  const std::string start = lower(last.substr(colon + 1));
  for (const std::string& value : known->second) {
    if (lower(value).find(start) != std::string::npos) add(known->first + ":" + quoted(value));
  }
  return all;
}

std::map<std::string, std::string> case_fields(const std::string& case_key) {
  std::map<std::string, std::string> fields{{"case", case_key}};
  try {
    const Case value = parse_case(case_key);
    fields["family"] = value.workload.substr(0, value.workload.find('.'));
    fields["workload"] = value.workload;
    fields["implementation"] = value.implementation;
    fields["device"] = value.device;
  } catch (const Error&) {  // a foreign or broken text: it is still a name to look for
  }
  return fields;
}

}  // namespace assay::gui
