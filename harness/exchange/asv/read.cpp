// SPDX-License-Identifier: Apache-2.0
// airspeed velocity's results, version 2 (asv, asv/results.py): a file a commit and environment, in
// results/MACHINE/. A row of `results` holds the columns of `result_columns`, the last ones may be missing;
// a benchmark with parameters has a value for each of their combinations, the last parameter fastest. Units
// stand in ../benchmarks.json; without it the name of the function tells (time_*, peakmem_*, mem_*).
#include <optional>

#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

/// All combinations of parameters, as asv prints them.
std::vector<std::string> combinations(const ToolValue& params) {
  constexpr std::size_t most = 100'000;
  std::vector<std::string> all{""};
  for (const ToolValue axis : params) {
    std::vector<std::string> longer;
    for (const std::string& before : all) {
      for (const ToolValue value : axis) {
        longer.push_back(before + (before.empty() ? "" : ", ") + value.text(std::string(value.raw())));
        if (longer.size() > most) params.fail("there are more than 100000 combinations of parameters");
      }
    }
    all = std::move(longer);
  }
  return all;
}

struct Meaning {
  std::string unit = "value";
  double factor = 1;
  Better better = Better::neither;
};

Meaning meaning_of(const std::string& name, const std::string& unit) {
  const std::string function = name.substr(name.rfind('.') + 1);
  if (unit == "seconds" || (unit.empty() && function.starts_with("time"))) return {"ns", 1e9, Better::lower};
  if (unit == "bytes" || (unit.empty() && (function.starts_with("mem_") || function.starts_with("peakmem_"))))
    return {"byte", 1, Better::lower};
  return {unit.empty() ? "value" : unit, 1, Better::neither};
}

/// One row, its columns by name.
class Row {
 public:
  Row(const ToolValue& columns, const ToolValue& row) : columns_(columns), row_(row) {}
  std::optional<ToolValue> operator[](const std::string& column) const {
    auto value = row_.begin();
    for (const ToolValue name : columns_) {
      if (value == row_.end()) return std::nullopt;
      if (name.text() == column) return *value;
      ++value;
    }
    return std::nullopt;
  }
  /// Number `index` of a list that may be one value or null.
  std::optional<ToolValue> at(const std::string& column, std::size_t index) const {
    const auto list = (*this)[column];
    if (!list || !list->is(Kind::list)) return std::nullopt;
    std::size_t i = 0;
    for (const ToolValue value : *list) {
      if (i++ == index) return value;
    }
    return std::nullopt;
  }

 private:
  ToolValue columns_;
  ToolValue row_;
};

void add_case(ToolRun& run, const std::string& name, const Row& row, std::size_t index,
              const Meaning& meaning) {
  ToolResult result;
  result.name = name;
  if (const auto samples = row.at("samples", index); samples && meaning.unit == "ns") {
    for (const ToolValue sample : *samples) {
      const auto seconds = sample.number();
      if (!seconds || *seconds < 0 || *seconds > 1e9) sample.fail("this is no time");
      result.call_ns.push_back(*seconds * 1e9);
    }
    if (const auto number = row.at("stats_number", index))
      result.batch = number->integer().value_or(1) < 1 ? 1 : number->integer().value_or(1);
  }
  const auto value = row.at("result", index);
  if (result.call_ns.empty()) {
    const auto number = value ? value->number() : std::nullopt;
    if (number) {
      add_reading(result, "asv.result", *number * meaning.factor, meaning.unit, meaning.better);
    } else {
      result.error = value && value->is(Kind::null) ? "the tool says that it failed" : "it was not run";
      result.skipped = !(value && value->is(Kind::null));
    }
    for (const char* column : {"stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75"}) {
      if (const auto statistic = row.at(column, index); statistic && statistic->number())
        add_reading(result, std::string("asv.") + column, *statistic->number() * meaning.factor,
                    meaning.unit);
    }
    if (const auto repeat = row.at("stats_repeat", index))
      add_reading(result, "asv.repeat", repeat->number(), "count");
  }
  if (const auto started = row["started_at"]; started && started->integer())
    result.started_utc_ms = *started->integer();
  run.results.push_back(std::move(result));
}

}  // namespace

bool is_asv(const ToolSource& source) {
  const ToolJson* json = source.json();
  return json != nullptr && json->root()["commit_hash"].is(Kind::text) &&
         json->root()["results"].is(Kind::object);
}

std::vector<ToolRun> import_asv(const ToolSource& source) {
  const ToolValue root = need_json(source, "asv")->root();
  const auto version = root["version"].integer();
  if (!version || *version != 2)
    root.fail("format version " + std::string(root["version"].raw()) +
              "; this Assay reads 2 (asv 0.5 and later)");
  const ToolValue columns = root.need("result_columns", Kind::list);
  const std::string known = source.read_file ? source.read_file("../benchmarks.json") : "";
  std::optional<ToolJson> benchmarks;
  if (!known.empty()) benchmarks.emplace(known, "asv", source.where + "/../../benchmarks.json");
  ToolRun run;
  for (const ToolValue cells : root.need("results", Kind::object)) {
    if (!cells.is(Kind::list)) continue;  // null: the whole benchmark failed
    const std::string name = cells.key();
    if (name.empty()) cells.fail("a benchmark has no name");
    const Row row(columns, cells);
    const auto params = row["params"];
    const auto all = params ? combinations(*params) : std::vector<std::string>{""};
    const Meaning meaning =
        meaning_of(name, benchmarks ? benchmarks->root()[name]["unit"].text() : std::string());
    for (std::size_t i = 0; i < all.size(); ++i)
      add_case(run, all[i].empty() ? name : name + "(" + all[i] + ")", row, i, meaning);
  }
  root["results"].settle();
  columns.settle();
  const ToolValue machine = root["params"];
  run.host_name = machine["machine"].text();
  if (const std::string cpu = machine["cpu"].text(); !cpu.empty()) run.host_class["cpu.model"] = cpu;
  run.host_class["asv.env"] = root["env_name"].text();
  const std::string python = root["python"].text();
  if (!python.empty()) run.compiler = "Python " + python;
  const auto committed = root["date"].integer();
  run.commit = commit_of(root["commit_hash"].text(), committed, false);
  run.started_utc_ms = committed;
  for (const ToolResult& result : run.results) {
    if (result.started_utc_ms) {
      run.started_utc_ms = result.started_utc_ms;
      break;
    }
  }
  keep_facts(run, "asv.", root);
  return {run};
}

}  // namespace assay
