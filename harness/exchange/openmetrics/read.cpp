// SPDX-License-Identifier: Apache-2.0
// OpenMetrics text, version 1.0 (prometheus.io/docs/specs/om/open_metrics_spec): a sample's name with its
// labels is a case, its value a reading in the unit of its family; a counter's or gauge's in seconds becomes
// ns. What has no `# EOF` at its end is cut (also Prometheus' older text, which has none).
#include <map>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

namespace {

constexpr const char* format = "openmetrics";

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
}

/// Where the labels that begin at `open` end; npos: they do not.
std::size_t end_of_labels(std::string_view line, std::size_t open) {
  bool quoted = false;
  for (std::size_t i = open; i < line.size(); ++i) {
    if (quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == '}' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// The family of a sample: without the ends that its type gives it.
std::string family_of(std::string name, const std::map<std::string, std::string>& types) {
  for (const char* end : {"", "_total", "_sum", "_count", "_bucket", "_info", "_created"}) {
    const std::string_view tail(end);
    if (!name.ends_with(tail)) continue;
    const std::string family = name.substr(0, name.size() - tail.size());
    if (types.contains(family)) return family;
  }
  return name;
}

}  // namespace

bool is_openmetrics(const ToolSource& source) {
  for (const auto line : lines_of(std::string_view(source.text).substr(0, 65'536))) {
    if (line.starts_with("# TYPE ")) return true;
    if (!line.starts_with("# HELP ") && !line.starts_with("# UNIT ")) return false;
  }
  return false;
}

std::vector<ToolRun> import_openmetrics(const ToolSource& source) {
  ToolRun run;
  std::map<std::string, std::string> types;
  std::map<std::string, std::string> units;
  bool ended = false;
  for (const auto line : lines_of(source.text)) {
    if (ended) refuse_at(source, format, line, "something stands behind # EOF");
    if (line == "# EOF") ended = true;
    if (line.starts_with('#')) {
      const bool type = line.starts_with("# TYPE ");
      const std::string_view rest = line.substr(std::min<std::size_t>(7, line.size()));
      const std::size_t space = rest.find(' ');
      if (space == std::string_view::npos) continue;
      const std::string name(rest.substr(0, space));
      if (type) types[name] = rest.substr(space + 1);
      if (line.starts_with("# UNIT ")) units[name] = rest.substr(space + 1);
      if (line.starts_with("# HELP "))
        run.environment["openmetrics.help." + name] = rest.substr(space + 1, 4096);
      continue;
    }
    if (line.empty()) refuse_at(source, format, line, "a line is empty");
    std::size_t at = 0;
    while (at < line.size() && is_name(line[at])) ++at;
    const std::string name(line.substr(0, at));
    if (name.empty()) refuse_at(source, format, line, "a sample has no name");
    if (at < line.size() && line[at] == '{') {
      at = end_of_labels(line, at);
      if (at == std::string_view::npos) refuse_at(source, format, line, "labels do not end");
      ++at;
    }
    const std::string_view whole = line.substr(0, at);
    std::string_view rest = line.substr(at);
    if (!rest.starts_with(' ')) refuse_at(source, format, line, "a sample has no value");
    rest.remove_prefix(1);
    const std::string_view exemplar = rest.substr(std::min(rest.find(" # "), rest.size()));
    rest.remove_suffix(exemplar.size());
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view text = rest.substr(0, space);
    const auto value = decimal(text);
    const bool not_finite = text == "NaN" || text == "+Inf" || text == "-Inf";
    if (!value && !not_finite) refuse_at(source, format, line, "a value is no number");
    const std::string family = family_of(name, types);
    if (name == family + "_created" && name != family) continue;
    ToolResult result;
    result.name = whole;
    if (space < rest.size()) {
      const auto seconds = decimal(rest.substr(space + 1));
      if (!seconds || *seconds < 0 || *seconds > 1e11) refuse_at(source, format, line, "a time is none");
      result.started_utc_ms = static_cast<std::int64_t>(*seconds * 1000);
    }
    if (!exemplar.empty()) result.unread.emplace_back("exemplar", exemplar);
    if (!types[family].empty()) result.unread.emplace_back("type", types[family]);
    const bool counts = name.ends_with("_count") || name.ends_with("_bucket");
    const bool seconds = units[family] == "seconds" && !counts;
    const std::string unit = seconds                    ? "ns"
                             : counts                   ? "count"
                             : units[family] == "bytes" ? "byte"
                                                        : units[family];
    if (value)
      add_reading(result, "openmetrics.value", *value * (seconds ? 1e9 : 1), unit.empty() ? "value" : unit,
                  seconds ? Better::lower : Better::neither);
    if (!value) result.error = "its value is " + std::string(text);
    if (!run.started_utc_ms) run.started_utc_ms = result.started_utc_ms;
    run.results.push_back(std::move(result));
  }
  if (!ended)
    refuse_at(source, format, std::string_view(source.text).substr(source.text.size()),
              "# EOF is missing: it is cut");
  return {run};
}

}  // namespace assay
