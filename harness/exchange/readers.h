// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/exchange/tool_run.h"

/// Inside harness/exchange: what readers of other tools' results share, and what each of them offers to the
/// table in import_formats.cpp.
namespace assay {

/// "2026-11-27T15:22:25.5+01:00", also with a space, without offset (UTC), without seconds. Empty where it is
/// no time.
std::optional<std::int64_t> utc_ms_of(std::string_view text);

/// Where there is a finite value.
void add_reading(ToolResult& result, const std::string& metric, std::optional<double> value,
                 const std::string& unit, Better better = Better::neither);

/// Members of `object` that nobody has asked for go to the run's environment as "prefixNAME", those within
/// them as "prefixNAME.NAME", each cut at 4 KiB.
void keep_facts(ToolRun& run, const std::string& prefix, const ToolValue& object);

/// A commit as far as a file tells: ids that are no 40 or 64 hex digits are none.
std::optional<Commit> commit_of(const std::string& id, std::optional<std::int64_t> at_utc_ms, bool changed);

/// The source as JSON. \throws Error{bad_input} where it is none.
const ToolJson* need_json(const ToolSource& source, const std::string& format);

std::string file_name(const std::string& path);  ///< what stands behind the last '/'

std::vector<std::string_view> lines_of(std::string_view text);  ///< without their ends

/// A decimal number and nothing else; finite.
std::optional<double> decimal(std::string_view text);

/// \throws Error{bad_input}: `format`, the byte of `at` in the source's text, what is wrong, a remedy.
[[noreturn]] void refuse_at(const ToolSource& source, const char* format, std::string_view at,
                            const std::string& what);

Probe xml_probe();  ///< whether XML can be read

bool is_asv(const ToolSource& source);
std::vector<ToolRun> import_asv(const ToolSource& source);
bool is_bencher(const ToolSource& source);
std::vector<ToolRun> import_bencher(const ToolSource& source);
bool is_catch2(const ToolSource& source);
std::vector<ToolRun> import_catch2(const ToolSource& source);
bool is_chrome_trace(const ToolSource& source);
std::vector<ToolRun> import_chrome_trace(const ToolSource& source);
bool is_criterion(const ToolSource& source);
std::vector<ToolRun> import_criterion(const ToolSource& source);
bool is_github_action_benchmark(const ToolSource& source);
std::vector<ToolRun> import_github_action_benchmark(const ToolSource& source);
bool is_google_benchmark(const ToolSource& source);
std::vector<ToolRun> import_google_benchmark(const ToolSource& source);
bool is_google_benchmark_csv(const ToolSource& source);
std::vector<ToolRun> import_google_benchmark_csv(const ToolSource& source);
bool is_hyperfine(const ToolSource& source);
std::vector<ToolRun> import_hyperfine(const ToolSource& source);
bool is_junit(const ToolSource& source);
std::vector<ToolRun> import_junit(const ToolSource& source);
bool is_llama_bench(const ToolSource& source);
std::vector<ToolRun> import_llama_bench(const ToolSource& source);
bool is_loadgen(const ToolSource& source);
std::vector<ToolRun> import_loadgen(const ToolSource& source);
bool is_nvbench(const ToolSource& source);
std::vector<ToolRun> import_nvbench(const ToolSource& source);
bool is_openmetrics(const ToolSource& source);
std::vector<ToolRun> import_openmetrics(const ToolSource& source);
bool is_perf_stat(const ToolSource& source);
std::vector<ToolRun> import_perf_stat(const ToolSource& source);
bool is_pyperf(const ToolSource& source);
std::vector<ToolRun> import_pyperf(const ToolSource& source);
bool is_pytest_benchmark(const ToolSource& source);
std::vector<ToolRun> import_pytest_benchmark(const ToolSource& source);

}  // namespace assay
