// SPDX-License-Identifier: Apache-2.0
// llama-bench (llama.cpp, tools/llama-bench): a row is a test; a sample is one run of it, in ns. Rows are
// known by the names of their fields, which differ between versions; JSON, JSON lines, SQL and Markdown hold
// the same ones, Markdown rounded and without samples.
#include "harness/exchange/llama_bench/rows.h"

#include <algorithm>
#include <array>

#include "harness/core/error.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

/// Settings that make another case of the same model and test, beside those that the name holds already.
constexpr std::array settings{"backends",   "n_threads", "n_gpu_layers", "n_batch",  "n_ubatch",
                              "type_k",     "type_v",    "split_mode",   "main_gpu", "no_kv_offload",
                              "flash_attn", "n_cpu_moe", "tensor_split", "devices",  "embeddings"};

std::string take(LlamaRow& row, const std::string& key) {
  const auto found = row.fields.find(key);
  if (found == row.fields.end()) return {};
  std::string value = std::move(found->second);
  row.fields.erase(found);
  return value;
}

std::string test_name(LlamaRow& row) {
  const std::string prompt = take(row, "n_prompt"), generated = take(row, "n_gen"),
                    depth = take(row, "n_depth");
  const auto filled = [](const std::string& text) { return !text.empty() && text != "0"; };
  std::string name;
  if (filled(prompt)) name += "pp" + prompt;
  if (filled(generated)) name += std::string(name.empty() ? "" : "+") + "tg" + generated;
  if (filled(depth)) name += " @ d" + depth;
  return name;
}

std::string device_of(const std::string& backends, const std::string& layers, const std::string& main_gpu) {
  if (layers.empty() || layers == "0") return "cpu";
  const std::string number =
      !main_gpu.empty() && main_gpu.find_first_not_of("0123456789") == std::string::npos ? main_gpu : "0";
  if (backends.find("CUDA") != std::string::npos) return "cuda:" + number;
  if (backends.find("Vulkan") != std::string::npos) return "vulkan:" + number;
  return "cpu";
}

ToolResult result_of(LlamaRow row, const ToolSource& source) {
  ToolResult result;
  const std::string file = take(row, "model_filename");
  std::string model = take(row, "model_type");
  if (model.empty()) model = file_name(file);
  const std::string test = test_name(row);
  if (model.empty() || test.empty())
    refuse_at(source, "llama_bench", row.at, "a row has no model_type, or neither n_prompt nor n_gen");
  result.name = model + " " + test;
  const auto field = [&](const char* key) {
    const auto found = row.fields.find(key);
    return found == row.fields.end() ? std::string() : found->second;
  };
  result.device = device_of(field("backends"), field("n_gpu_layers"), field("main_gpu"));
  for (const char* key : settings) {
    if (const std::string value = take(row, key); !value.empty() && value != "none")
      result.name += std::string(" ") + key + "=" + value;
  }
  result.started_utc_ms = utc_ms_of(take(row, "test_time"));
  result.call_ns = std::move(row.samples_ns);
  add_reading(result, "llama_bench.avg_ts", decimal(take(row, "avg_ts")), "tokens/s", Better::higher);
  add_reading(result, "llama_bench.stddev_ts", decimal(take(row, "stddev_ts")), "tokens/s");
  if (result.call_ns.empty()) {
    add_reading(result, "llama_bench.avg_ns", decimal(take(row, "avg_ns")), "ns");
    add_reading(result, "llama_bench.stddev_ns", decimal(take(row, "stddev_ns")), "ns");
  } else {
    take(row, "avg_ns"), take(row, "stddev_ns");
  }
  if (!file.empty()) result.unread.emplace_back("model_filename", file);
  for (auto& [key, value] : row.fields) result.unread.emplace_back(key, value);
  return result;
}

LlamaRow json_row(const ToolValue& object) {
  LlamaRow row;
  row.at = object.raw();
  for (const ToolValue value : object) {
    const std::string key = value.key();
    if (key == "samples_ns") {
      for (const ToolValue sample : value) {
        const auto ns = sample.number();
        if (!ns || *ns < 0 || *ns > 1e18) sample.fail("this is no time in ns");
        row.samples_ns.push_back(*ns);
      }
    } else if (!value.is(Kind::null)) {
      row.fields[key] = value.is(Kind::text) ? value.text() : std::string(value.raw());
    }
  }
  return row;
}

bool is_row(const ToolValue& value) {
  return value["n_prompt"] && value["n_gen"] && (value["avg_ts"] || value["avg_ns"]);
}

std::vector<LlamaRow> rows_of(const ToolSource& source) {
  std::vector<LlamaRow> rows;
  if (const ToolJson* json = source.json("llama_bench")) {
    for (const ToolValue document : json->documents()) {
      if (document.is(Kind::object)) rows.push_back(json_row(document));
      for (const ToolValue row : document) {
        if (document.is(Kind::list)) rows.push_back(json_row(row));
      }
    }
    return rows;
  }
  return source.text.find("llama_bench (") != std::string::npos ? llama_sql_rows(source)
                                                                : llama_markdown_rows(source);
}

}  // namespace

bool is_llama_bench(const ToolSource& source) {
  if (const ToolJson* json = source.json()) {
    const ToolValue first = json->root();
    if (first.is(Kind::object)) return is_row(first);
    return first.is(Kind::list) && first.size() > 0 && is_row(*first.begin());
  }
  return source.text.find("INTO llama_bench (") != std::string::npos || has_llama_table(source.text);
}

std::vector<ToolRun> import_llama_bench(const ToolSource& source) {
  auto rows = rows_of(source);
  if (rows.empty()) refuse_at(source, "llama_bench", source.text, "it has no row of a test");
  std::vector<ToolRun> runs;
  std::string commit = "none yet";
  for (LlamaRow& row : rows) {
    const std::string own = take(row, "build_commit");
    if (runs.empty() || own != commit) {
      commit = own;
      ToolRun& run = runs.emplace_back();
      run.program = "llama-bench";
      run.version = own.empty() ? "" : own + " (" + take(row, "build_number") + ")";
      run.identity = row.at;
      if (const std::string cpu = take(row, "cpu_info"); !cpu.empty()) run.host_class["cpu.model"] = cpu;
      if (const std::string gpu = take(row, "gpu_info"); !gpu.empty()) run.host_class["gpu.model"] = gpu;
    }
    ToolRun& run = runs.back();
    const char* end = row.at.data() + row.at.size();
    if (end >= run.identity.data())
      run.identity = {run.identity.data(), static_cast<std::size_t>(end - run.identity.data())};
    for (const char* known : {"build_number", "cpu_info", "gpu_info"}) take(row, known);
    run.results.push_back(result_of(std::move(row), source));
    if (!run.started_utc_ms) run.started_utc_ms = run.results.back().started_utc_ms;
  }
  return runs;
}

}  // namespace assay
