// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "harness/core/error.h"
#include "harness/exchange/lenient_json.h"
#include "harness/exchange/tool_result.h"

namespace assay {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_states = 10'000;

const Json& list(const Json& row, const char* key, const std::string& at) {
  if (!row.is_object() || !row.contains(key) || !(row[key].is_array() || row[key].is_null()))
    throw Error(ErrorCode::bad_input, at + "no list '" + key + "'",
                "this reads what --jsonbin and --jsonlist-benches of nvbench write");
  return row[key];
}

/// Of `data[{name, type, value}]`: numbers are texts since format 1.0.0, and null where they are not finite.
/// A summary that has none leaves the list out.
std::string datum(const Json& summary, const char* name, const std::string& at) {
  if (summary.is_object() && !summary.contains("data")) return {};
  for (const auto& row : list(summary, "data", at)) {
    if (text_or(row, "name", "") != name || !row.contains("value")) continue;
    return row["value"].is_string() ? row["value"].get<std::string>() : row["value"].dump();
  }
  return {};
}

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != 0 || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// `count`: how many there must be, where that is told.
std::vector<double> read_times(const std::string& bytes, std::optional<double> count, const std::string& at) {
  if (bytes.size() % 4 != 0 || (count && static_cast<double>(bytes.size()) != 4 * *count))
    throw Error(ErrorCode::bad_input,
                at + "the file of its samples is " + (bytes.empty() ? "missing" : "cut off"),
                "is the disk of TMPDIR full?");
  std::vector<double> call_ns;
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k)
      bits |= std::uint32_t{static_cast<unsigned char>(bytes[i + k])} << (8 * k);
    const double seconds = std::bit_cast<float>(bits);
    if (!(seconds >= 0 && seconds < 1e9))
      throw Error(ErrorCode::bad_input, at + "its samples have a value that is no time");
    call_ns.push_back(seconds * 1e9);
  }
  return call_ns;
}

void add_reading(ToolResult& result, const std::string& tag, const Json& summary, const std::string& at) {
  const auto value = number(datum(summary, "value", at));
  if (!value || !tag.starts_with("nv/")) return;
  std::string name = tag.substr(3);
  std::replace(name.begin(), name.end(), '/', '.');
  const std::string hint = text_or(summary, "hint", "");
  const char* unit = "value";
  if (hint == "duration") unit = "ns";
  if (hint == "byte_rate") unit = "byte/s";
  if (hint == "item_rate") unit = "item/s";
  if (hint == "frequency") unit = "Hz";
  if (hint == "percentage") unit = "ratio";
  result.readings.push_back(
      {.metric = "nvbench." + name, .value = *value * (hint == "duration" ? 1e9 : 1), .unit = unit});
}

ToolResult read_state(const std::string& name, const Json& state, const std::string& at,
                      const std::function<std::string(const std::string&)>& side_file) {
  ToolResult result;
  result.name = name;
  for (const auto& axis : list(state, "axis_values", at))
    result.name += " " + text_or(axis, "name", "") + "=" +
                   (axis.contains("value") && !axis["value"].is_string() ? axis["value"].dump()
                                                                         : text_or(axis, "value", ""));
  if (state.contains("is_skipped") && state["is_skipped"] == true) {
    result.error = "skipped: " + text_or(state, "skip_reason", "it gives no reason");
    return result;
  }
  for (const auto& summary : list(state, "summaries", at)) {
    const std::string tag = text_or(summary, "tag", "");
    if (tag.starts_with("nv/json/bin:") && tag.ends_with("/sample_times")) {
      result.call_ns =
          read_times(side_file(datum(summary, "filename", at)), number(datum(summary, "size", at)), at);
    } else {
      add_reading(result, tag, summary, at);
    }
  }
  return result;
}

}  // namespace

std::vector<ToolResult> read_nvbench(std::string_view text, const std::string& where,
                                     const std::function<std::string(const std::string&)>& side_file) {
  const Json json = parse_lenient(text, where);
  std::vector<ToolResult> results;
  for (const auto& row : list(json, "benchmarks", where + ": ")) {
    const std::string name = text_or(row, "name", "");
    if (name.empty()) throw Error(ErrorCode::bad_input, where + ": a benchmark has no name");
    for (const auto& state : list(row, "states", where + ": " + name + ": "))
      results.push_back(read_state(name, state, where + ": " + name + ": ", side_file));
  }
  return results;
}

std::vector<NvbenchState> read_nvbench_list(std::string_view text, const std::string& where) {
  if (text.find_first_not_of(" \n\r\t") == text.npos) return {};  // what a program without benchmarks prints
  const Json json = parse_lenient(text, where);
  std::vector<NvbenchState> all;
  for (const auto& row : list(json, "benchmarks", where + ": ")) {
    const std::string name = text_or(row, "name", "");
    const std::string at = where + ": " + name + ": ";
    if (name.empty()) throw Error(ErrorCode::bad_input, where + ": a benchmark has no name");
    std::vector<NvbenchState> states{{name, {"--benchmark", name}}};
    for (const auto& axis : list(row, "axes", at)) {
      const std::string axis_name = text_or(axis, "name", "");
      const std::string flags = text_or(axis, "flags", "");
      std::vector<NvbenchState> more;
      for (const auto& value : list(axis, "values", at)) {
        if (value.is_object() && value.contains("is_active") && value["is_active"] == false) continue;
        const std::string input = text_or(value, "input_string", "");
        for (NvbenchState state : states) {
          state.name += " " + axis_name + "=" + input;
          state.options.insert(
              state.options.end(),
              {"--axis", axis_name + (flags.empty() ? "" : "[" + flags + "]") + "=" + input});
          more.push_back(std::move(state));
        }
        if (all.size() + more.size() > most_states)
          throw Error(ErrorCode::bad_input, at + "its axes have more than 10000 combinations");
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
  const Json json = parse_lenient(text, where);
  std::vector<Device> devices;
  for (const auto& row : list(json, "devices", where + ": ")) {
    if (!row.is_object() || !row.contains("id") || !row["id"].is_number_integer() ||
        row["id"].get<std::int64_t>() < 0 || row["id"].get<std::int64_t>() >= most)
      throw Error(ErrorCode::bad_input, where + ": a device has no number");
    Device device;
    device.name = "cuda:" + row["id"].dump();
    for (const auto& [key, value] : row.items())
      if (key != "id") device.fingerprint[key] = value.is_string() ? value.get<std::string>() : value.dump();
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace assay
