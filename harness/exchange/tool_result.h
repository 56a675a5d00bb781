// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/host.h"
#include "harness/core/reading.h"

/// What other tools say of their own benchmarks: one reader a tool, for workers that run them
/// (workloads/adapters) and for `assay import` (tool_run.h).
namespace assay {

/// One benchmark in one start of the tool.
struct ToolResult {
  std::string name;               ///< the tool's own full name
  std::string device = "cpu";     ///< what the tool names
  std::int64_t batch = 1;         ///< calls behind each sample
  std::vector<double> call_ns;    ///< time of a call in each sample, as the tool took them
  std::vector<Reading> readings;  ///< what else it reports, for a call: medians over the samples
  std::string error;              ///< not empty: the tool's own reason why there are no times
  bool skipped = false;           ///< `error` says why it was not tried
  std::size_t warmup = 0;         ///< the first so many of `call_ns` are the tool's warm-up
  std::optional<std::int64_t> started_utc_ms{};
  std::vector<std::pair<std::string, std::string>>
      unread{};  ///< fields that nobody reads here, as they stand
};

/// Google Benchmark's JSON (`--benchmark_out_format=json`): a sample is a repetition, aggregates are left
/// out. Reads the bare NaN and Infinity that it writes: such a counter has no value. `where`: of the text,
/// for errors. \throws Error{bad_input} with the byte at which it is no JSON, or the field that is missing.
std::vector<ToolResult> read_google_benchmark(std::string_view text, const std::string& where);

/// pytest-benchmark's JSON (`--benchmark-json`): a sample is a round, its iterations the calls behind it;
/// names are node ids. Without `stats.data` (the tool was told not to keep it) a benchmark has no samples.
/// \throws Error{bad_input} as above.
std::vector<ToolResult> read_pytest_benchmark(std::string_view text, const std::string& where);

/// Criterion's (Rust) two files of one benchmark, `new/benchmark.json` and `new/sample.json`. Samples may
/// hold different numbers of calls: each has its own mean call, `batch` is the least. \throws
/// Error{bad_input} as above.
ToolResult read_criterion(std::string_view benchmark, std::string_view sample, const std::string& where);

/// nvbench's JSON with its samples beside it (`--jsonbin`): a state is a benchmark, called "NAME AXIS=VALUE
/// ..."; a sample is the GPU's time of one isolated run (of the CPU where the benchmark is `cpu_only`).
/// Summaries become readings. `side_file`: the bytes of the file that the text names. \throws
/// Error{bad_input} as above.
std::vector<ToolResult> read_nvbench(std::string_view text, const std::string& where,
                                     const std::function<std::string(const std::string&)>& side_file);

/// What an nvbench program can run (`--jsonlist-benches`): every combination of its axes' values.
struct NvbenchState {
  std::string name;                  ///< "NAME AXIS=VALUE ..."
  std::vector<std::string> options;  ///< that select it alone
};
std::vector<NvbenchState> read_nvbench_list(std::string_view text, const std::string& where);

/// The GPUs that an nvbench program sees (`--jsonlist-devices`), "cuda:N" by its own numbers, with what it
/// says of each as the fingerprint. \throws Error{bad_input} as above.
std::vector<Device> read_nvbench_devices(std::string_view text, const std::string& where);

}  // namespace assay
