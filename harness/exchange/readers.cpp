// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/readers.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "harness/core/error.h"

namespace assay {

std::optional<std::int64_t> utc_ms_of(std::string_view text) {
  const std::string date(text.substr(0, 40));
  int year = 0, used = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0;
  char between = 0;
  if (std::sscanf(date.c_str(), "%4d-%2u-%2u%c%2u:%2u%n", &year, &month, &day, &between, &hour, &minute,
                  &used) != 6 ||
      (between != 'T' && between != ' '))
    return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(year), std::chrono::month(month),
                                             std::chrono::day(day)};
  if (!calendar.ok() || hour > 23 || minute > 59) return std::nullopt;
  double seconds = 0;
  const char* rest = date.c_str() + used;
  if (*rest == ':') {
    const auto parsed = std::from_chars(rest + 1, date.c_str() + date.size(), seconds);
    if (parsed.ec != std::errc{} || !(seconds >= 0 && seconds < 62)) return std::nullopt;
    rest = parsed.ptr;
  }
  while (*rest == ' ') ++rest;
  unsigned offset_hours = 0, offset_minutes = 0;
  char sign = 0;
  const bool offset = std::sscanf(rest, "%c%2u:%2u", &sign, &offset_hours, &offset_minutes) == 3 ||
                      std::sscanf(rest, "%c%2u%2u", &sign, &offset_hours, &offset_minutes) >= 2;
  std::int64_t minutes = 0;
  if (offset && (sign == '+' || sign == '-')) {
    minutes = static_cast<std::int64_t>(offset_hours) * 60 + offset_minutes;
    if (sign == '-') minutes = -minutes;
  } else if (*rest != 0 && *rest != 'Z') {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(calendar).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute - minutes) * 60'000 + std::llround(seconds * 1000);
}

void add_reading(ToolResult& result, const std::string& metric, std::optional<double> value,
                 const std::string& unit, Better better) {
  if (!value || !std::isfinite(*value)) return;
  result.readings.push_back({.metric = metric, .value = value, .unit = unit, .better = better});
}

void keep_facts(ToolRun& run, const std::string& prefix, const ToolValue& object) {
  constexpr std::size_t longest = 4096;
  for (const auto& [name, raw] : object.unread()) {
    const bool quoted = raw.size() >= 2 && raw.front() == '"';
    std::string text = quoted ? json_unescaped(std::string_view(raw).substr(1, raw.size() - 2)) : raw;
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    run.environment[prefix + name] = std::move(text);
  }
}

std::optional<Commit> commit_of(const std::string& id, std::optional<std::int64_t> at_utc_ms, bool changed) {
  const bool is_id =
      (id.size() == 40 || id.size() == 64) && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_id) return std::nullopt;
  Commit commit;
  commit.id = id;
  commit.committed_utc_ms = at_utc_ms.value_or(0);
  commit.changed = changed;
  return commit;
}

const ToolJson* ToolSource::json(const std::string& format) const {
  if (json_ == nullptr) {
    std::size_t first = 0;
    const auto blank = [&] {
      return first < text.size() && std::string_view(" \t\r\n").find(text[first]) != std::string_view::npos;
    };
    while (blank()) ++first;
    while (first < text.size() && text[first] == '#') {
      first = text.find('\n', first);
      if (first == std::string::npos) return nullptr;
      while (blank()) ++first;
    }
    constexpr std::string_view assignment = "window.BENCHMARK_DATA";
    if (std::string_view(text).substr(first).starts_with(assignment)) {
      first = text.find('{', first);
      if (first == std::string::npos) return nullptr;
    }
    if (first >= text.size() || (text[first] != '{' && text[first] != '[')) return nullptr;
    std::string_view rest = std::string_view(text).substr(first);
    while (!rest.empty() && std::string_view(" \t\r\n;").find(rest.back()) != std::string_view::npos)
      rest.remove_suffix(1);
    json_ = std::make_shared<ToolJson>(rest, format, where, first);
  }
  return json_.get();
}

const ToolJson* need_json(const ToolSource& source, const std::string& format) {
  const ToolJson* json = source.json(format);
  if (json == nullptr)
    throw Error(ErrorCode::bad_input, source.where + ": " + format + ": byte 0: this is no JSON",
                "is it the file that the tool wrote? 'assay list formats' shows what is read");
  return json;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<double> decimal(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() ||
      !std::isfinite(value))
    return std::nullopt;
  return value;
}

void refuse_at(const ToolSource& source, const char* format, std::string_view at, const std::string& what) {
  const auto byte = at.data() >= source.text.data() && at.data() <= source.text.data() + source.text.size()
                        ? at.data() - source.text.data()
                        : 0;
  throw Error(ErrorCode::bad_input,
              source.where + ": " + format + ": " + what + " (byte " + std::to_string(byte) + ")",
              "is it what the tool wrote, whole and unchanged?");
}

}  // namespace assay
