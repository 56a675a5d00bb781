// SPDX-License-Identifier: Apache-2.0
#include "harness/run/reserved_keys.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "harness/agent/seed.h"
#include "harness/core/error.h"

namespace assay::run {

const std::vector<KeyHelp>& key_help() {
  static const std::vector<KeyHelp> keys{
      {"preset=NAME",
       "a named set of the workload's parameters: xs is the smallest ('assay list workloads')"},
      {"threads=N", "that many threads, or all (the default): one for each CPU of --cpus"},
      {"cache=cold", "caches are emptied before each call"},
      {"load=open:RATE", "RATE requests a second arrive at random; latency counts from when each was due"},
      {"input=HASH",
       "only with --input: 12 hex digits that name the file, and of a table its columns by role"},
      {"v=N", "version of the workload's definition: refused where it is another one"},
  };
  return keys;
}

std::optional<OpenLoop> open_loop(const Params& params) {
  const auto found = params.find("load");
  if (found == params.end()) return std::nullopt;
  const std::string text = to_string(found->second);
  const Value rate = text.rfind("open:", 0) == 0 ? parse_value(text.substr(5)) : Value{std::string()};
  double hz = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&rate)) hz = static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&rate)) hz = *real;
  if (!(hz >= 1e-3 && hz <= 1e6)) {
    throw Error(
        ErrorCode::usage,
        "load is '" + text + "', expected open:RATE with RATE in requests per second, 0.001 to 1000000",
        "for example load=open:30; leave it out for a closed loop");
  }
  return OpenLoop{hz};
}

bool cold_cache(const Params& params) {
  const auto found = params.find("cache");
  if (found == params.end()) return false;
  const std::string text = to_string(found->second);
  if (text == "cold") return true;
  throw Error(
      ErrorCode::usage, "cache is '" + text + "', expected cold",
      "write cache=cold, or leave it out for data that are in the caches as the calls before left them");
}

std::size_t stream_length(const OpenLoop& load, double time_ns, double call_ns, std::size_t most) {
  const double each_ns = std::max(1e9 / load.rate_hz, call_ns);
  return static_cast<std::size_t>(std::clamp(time_ns / each_ns, 1.0, static_cast<double>(most)));
}

std::vector<std::int64_t> arrivals(const OpenLoop& load, std::uint64_t seed, std::size_t count,
                                   std::int64_t end_ns) {
  std::vector<std::int64_t> due;
  double at_ns = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = (static_cast<double>(assay_seed_u64(seed, i) >> 11) + 1.0) * 0x1p-53;
    at_ns += -std::log(u) * 1e9 / load.rate_hz;
    if (at_ns > static_cast<double>(end_ns)) break;
    due.push_back(static_cast<std::int64_t>(at_ns));
  }
  if (due.empty() && count > 0) due.push_back(end_ns);
  return due;
}

}  // namespace assay::run
