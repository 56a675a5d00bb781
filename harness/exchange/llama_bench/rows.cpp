// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/llama_bench/rows.h"

namespace assay {

namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string_view> cells(std::string_view line) {
  std::vector<std::string_view> found;
  while (line.starts_with(' ')) line.remove_prefix(1);
  if (!line.starts_with('|')) return found;
  line.remove_prefix(1);
  for (std::size_t end = line.find('|'); end != std::string_view::npos; end = line.find('|')) {
    found.push_back(line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  return found;
}

bool is_head(std::string_view line) {
  bool model = false, test = false, rate = false;
  for (const auto cell : cells(line)) {
    const std::string name = trimmed(cell);
    model = model || name == "model";
    test = test || name == "test";
    rate = rate || name == "t/s";
  }
  return model && test && rate;
}

/// "pp512", "tg128", "pp512+tg128", "pp512 @ d4096".
bool read_test(std::string text, LlamaRow& row) {
  row.fields["n_prompt"] = row.fields["n_gen"] = "0";
  if (const auto depth = text.find(" @ d"); depth != std::string::npos) {
    row.fields["n_depth"] = text.substr(depth + 4);
    text.resize(depth);
  }
  bool any = false;
  while (!text.empty()) {
    const auto plus = std::min(text.find('+'), text.size());
    const std::string part = text.substr(0, plus);
    if (!part.starts_with("pp") && !part.starts_with("tg")) return false;
    if (!decimal(std::string_view(part).substr(2))) return false;
    row.fields[part.starts_with("pp") ? "n_prompt" : "n_gen"] = part.substr(2);
    any = true;
    text.erase(0, plus + 1);
  }
  return any;
}

std::string json_name(const std::string& column) {
  if (column == "model") return "model_type";
  if (column == "backend") return "backends";
  if (column == "threads") return "n_threads";
  if (column == "ngl") return "n_gpu_layers";
  if (column == "fa") return "flash_attn";
  if (column == "sm") return "split_mode";
  if (column == "mmap") return "use_mmap";
  return column;
}

}  // namespace

bool has_llama_table(std::string_view text) {
  constexpr std::size_t far_enough = 65'536;
  for (const auto line : lines_of(text.substr(0, far_enough))) {
    if (is_head(line)) return true;
  }
  return false;
}

std::vector<LlamaRow> llama_markdown_rows(const ToolSource& source) {
  std::vector<LlamaRow> rows;
  std::vector<std::string> head;
  std::string build;
  for (const auto line : lines_of(source.text)) {
    constexpr std::string_view about = "build: ";  // "build: 8f1d81a0 (3505)"
    if (line.starts_with(about)) build = line.substr(about.size());
    const auto values = cells(line);
    if (is_head(line)) {
      head.clear();
      for (const auto cell : values) head.push_back(trimmed(cell));
      continue;
    }
    if (head.empty() || !line.starts_with('|') || line.find("---") != std::string_view::npos) continue;
    if (values.size() != head.size())
      refuse_at(source, "llama_bench", line,
                "a row of the table has " + std::to_string(values.size()) + " cells of " +
                    std::to_string(head.size()));
    LlamaRow row;
    row.at = line;
    for (std::size_t i = 0; i < head.size(); ++i) {
      const std::string value = trimmed(values[i]);
      if (head[i] == "test") {
        if (!read_test(value, row)) refuse_at(source, "llama_bench", values[i], "this is no test");
      } else if (head[i] == "t/s") {
        const auto sign = value.find("±");
        const std::string mean = value.substr(0, sign);
        if (!decimal(mean)) refuse_at(source, "llama_bench", values[i], "this is no rate");
        row.fields["avg_ts"] = mean;
        if (sign != std::string::npos)
          row.fields["stddev_ts"] = value.substr(sign + std::string_view("±").size());
      } else {
        row.fields[json_name(head[i])] = value;
      }
    }
    rows.push_back(std::move(row));
  }
  if (const auto space = build.find(' '); space != std::string::npos) {
    for (LlamaRow& row : rows) row.fields["build_commit"] = build.substr(0, space);
  }
  return rows;
}

std::vector<LlamaRow> llama_sql_rows(const ToolSource& source) {
  constexpr std::string_view begin = "INTO llama_bench (";
  const std::string_view text = source.text;
  std::vector<LlamaRow> rows;
  for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at)) {
    LlamaRow row;
    const std::size_t first = at;
    at += begin.size();
    std::vector<std::string> names;
    const std::size_t close = text.find(')', at);
    if (close == std::string_view::npos)
      refuse_at(source, "llama_bench", text.substr(first), "a statement is cut off");
    while (at < close) {
      const std::size_t end = std::min(text.find(',', at), close);
      names.push_back(trimmed(text.substr(at, end - at)));
      at = end + 1;
    }
    at = text.find('(', close);
    for (std::size_t i = 0; i < names.size(); ++i) {
      at = at == std::string_view::npos ? at : text.find('\'', at);
      if (at == std::string_view::npos)
        refuse_at(source, "llama_bench", text.substr(first), "a statement is cut off");
      std::string value;
      for (++at;; ++at) {
        if (at >= text.size()) refuse_at(source, "llama_bench", text.substr(first), "a statement is cut off");
        if (text[at] == '\'' && text.substr(at + 1, 1) != "'") break;
        if (text[at] == '\'') ++at;  // '' is a quote
        value += text[at];
      }
      ++at;
      row.fields[names[i]] = std::move(value);
    }
    row.at = text.substr(first, at - first);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace assay
