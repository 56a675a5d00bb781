// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

constexpr std::size_t most_states = 10'000;

ToolValue list(const ToolValue& row, const char* key, const std::string& at) {
  const ToolValue found = row[key];
  if (!found.is(Kind::list) && !found.is(Kind::null))
    row.refuse(at + "no list '" + key + "'",
               "this reads what --json, --jsonbin and --jsonlist-benches of nvbench write");
  return found;
}

/// Of `data[{name, type, value}]`: numbers are texts since format 1.0.0, and null where they are not finite.
/// A summary that has none leaves the list out.
std::string datum(const ToolValue& summary, const char* name, const std::string& at) {
  if (summary["data"].is(Kind::absent)) return {};
  for (const ToolValue row : list(summary, "data", at)) {
    const ToolValue value = row["value"];
    if (row["name"].text() != name || value.is(Kind::absent)) continue;
    (void)row["type"].raw();
    return value.text(std::string(value.raw()));
  }
  return {};
}

/// `count`: how many there must be, where that is told.
std::vector<double> read_times(const std::string& bytes, std::optional<double> count, const std::string& at) {
  if (bytes.size() % 4 != 0 || (count && static_cast<double>(bytes.size()) != 4 * *count))
    throw Error(ErrorCode::bad_input,
                at + "the file of its samples is " + (bytes.empty() ? "missing" : "cut off") + " (byte " +
                    std::to_string(bytes.size()) + ")",
                "is the disk of TMPDIR full?");
  std::vector<double> call_ns;
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k)
      bits |= std::uint32_t{static_cast<unsigned char>(bytes[i + k])} << (8 * k);
    const double seconds = std::bit_cast<float>(bits);
    if (!(seconds >= 0 && seconds < 1e9))
      throw Error(ErrorCode::bad_input, at + "its samples have a value that is no time (byte " +
                                            std::to_string(i) + " of their file)");
    call_ns.push_back(seconds * 1e9);
  }
  return call_ns;
}

/// What is told of a state beside its samples. Without samples the mean of the cold runs stands for them.
void add_summary(ToolResult& result, const std::string& tag, const ToolValue& summary,
                 const std::string& at) {
  if (!tag.starts_with("nv/")) return;
  const auto value = decimal(datum(summary, "value", at));
  const std::string hint = summary["hint"].text();
  std::string name = tag.substr(3);
  std::replace(name.begin(), name.end(), '/', '.');
  const char* unit = "value";
  if (hint == "duration") unit = "ns";
  if (hint == "byte_rate") unit = "byte/s";
  if (hint == "item_rate") unit = "item/s";
  if (hint == "frequency") unit = "Hz";
  if (hint == "percentage") unit = "ratio";
  if (value) add_reading(result, "nvbench." + name, *value * (hint == "duration" ? 1e9 : 1), unit);
}

ToolResult read_state(const std::string& name, const ToolValue& state, const std::string& at,
                      const std::function<std::string(const std::string&)>& side_file) {
  ToolResult result;
  result.name = name;
  for (const ToolValue axis : list(state, "axis_values", at))
    result.name += " " + axis["name"].text() + "=" + axis["value"].text(std::string(axis["value"].raw()));
  if (state["is_skipped"].is_true()) {
    result.error = "skipped: " + state["skip_reason"].text("it gives no reason");
    result.skipped = true;
    return result;
  }
  for (const ToolValue summary : list(state, "summaries", at)) {
    const std::string tag = summary["tag"].text();
    if (tag.starts_with("nv/json/bin:") && tag.ends_with("/sample_times")) {
      result.call_ns =
          read_times(side_file(datum(summary, "filename", at)), decimal(datum(summary, "size", at)), at);
    } else {
      add_summary(result, tag, summary, at);
    }
  }
  if (const auto device = state["device"].integer(); device && *device >= 0)
    result.device = "cuda:" + std::to_string(*device);
  result.unread = state.unread();
  return result;
}

std::vector<ToolResult> results_of(const ToolValue& root, const std::string& where,
                                   const std::function<std::string(const std::string&)>& side_file) {
  std::vector<ToolResult> results;
  for (const ToolValue row : list(root, "benchmarks", where + ": ")) {
    const std::string name = row["name"].text();
    if (name.empty()) row.refuse(where + ": a benchmark has no name");
    for (const ToolValue state : list(row, "states", where + ": " + name + ": "))
      results.push_back(read_state(name, state, where + ": " + name + ": ", side_file));
  }
  return results;
}

}  // namespace

std::vector<ToolResult> read_nvbench(std::string_view text, const std::string& where,
                                     const std::function<std::string(const std::string&)>& side_file) {
  const ToolJson json(text, "nvbench", where);
  return results_of(json.root(), where, side_file);
}

bool is_nvbench(const ToolSource& source) {
  const ToolJson* json = source.json();
  if (json == nullptr || !json->root()["benchmarks"].is(Kind::list)) return false;
  for (const ToolValue row : json->root()["benchmarks"]) return row["states"].is(Kind::list);
  const ToolValue version = json->root()["meta"]["version"];
  return version["nvbench"].is(Kind::object) || version["json"].is(Kind::object);
}

std::vector<ToolRun> import_nvbench(const ToolSource& source) {
  const ToolValue root = need_json(source, "nvbench")->root();
  const ToolValue version = root["meta"]["version"];
  if (const auto major = version["json"]["major"].integer(); major && *major != 1)
    version["json"]["major"].fail("format version " + std::to_string(*major) + "; this Assay reads 1");
  ToolRun run;
  run.results = results_of(root, source.where, [&](const std::string& path) {
    // As it was called where it was written: the folder and the file stand beside the JSON.
    const std::size_t name = path.rfind('/');
    const std::size_t folder = name == std::string::npos || name == 0 ? name : path.rfind('/', name - 1);
    return source.read_file(folder == std::string::npos ? path : path.substr(folder + 1));
  });
  for (ToolResult& result : run.results) {
    for (Reading& reading : result.readings) {
      if (result.call_ns.empty() && reading.metric == "nvbench.cold.time.gpu.mean")
        reading.better = Better::lower;
    }
  }
  root["benchmarks"].settle();
  run.version = version["nvbench"]["git_sha"].text();
  for (const ToolValue device : root["devices"]) {
    if (device["id"].integer() == 0) run.host_class["gpu.model"] = device["name"].text();
  }
  keep_facts(run, "nvbench.", root);
  return {run};
}

std::vector<NvbenchState> read_nvbench_list(std::string_view text, const std::string& where) {
  if (text.find_first_not_of(" \n\r\t") == text.npos) return {};  // what a program without benchmarks prints
  const ToolJson json(text, "nvbench", where);
  std::vector<NvbenchState> all;
  for (const ToolValue row : list(json.root(), "benchmarks", where + ": ")) {
    const std::string name = row["name"].text();
    const std::string at = where + ": " + name + ": ";
    if (name.empty()) row.refuse(where + ": a benchmark has no name");
    std::vector<NvbenchState> states{{name, {"--benchmark", name}}};
    for (const ToolValue axis : list(row, "axes", at)) {
      const std::string axis_name = axis["name"].text();
      const std::string flags = axis["flags"].text();
      std::vector<NvbenchState> more;
      for (const ToolValue value : list(axis, "values", at)) {
        const ToolValue active = value["is_active"];
        if (active.is(Kind::boolean) && !active.is_true()) continue;
        const std::string input = value["input_string"].text();
        for (NvbenchState state : states) {
          state.name += " " + axis_name + "=" + input;
          state.options.insert(
              state.options.end(),
              {"--axis", axis_name + (flags.empty() ? "" : "[" + flags + "]") + "=" + input});
          more.push_back(std::move(state));
        }
        if (all.size() + more.size() > most_states)
          axis.refuse(at + "its axes have more than 10000 combinations");
      }
      states = std::move(more);
    }
    all.insert(all.end(), states.begin(), states.end());
  }
  return all;
}

std::vector<Device> read_nvbench_devices(std::string_view text, const std::string& where) {
  if (text.find_first_not_of(" \n\r\t") == text.npos) return {};
  constexpr int most = 1024;
  const ToolJson json(text, "nvbench", where);
  std::vector<Device> devices;
  for (const ToolValue row : list(json.root(), "devices", where + ": ")) {
    const auto id = row["id"].integer();
    if (!id || *id < 0 || *id >= most) row.refuse(where + ": a device has no number");
    Device device;
    device.name = "cuda:" + std::to_string(*id);
    for (const ToolValue fact : row) {
      if (fact.key() == "id") continue;
      device.fingerprint[fact.key()] = fact.is(Kind::text) ? fact.text() : std::string(fact.raw());
    }
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace assay
