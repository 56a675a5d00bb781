// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/core/privacy.h"
#include "harness/judge/comparison.h"
#include "harness/judge/result.h"

namespace assay {

/// A file that a run measured with.
struct InputRef {
  std::string family;  ///< "dataframe"
  std::string sha256;  ///< of the whole file, hex
  std::int64_t bytes = 0;
};

/// A run as an answer names it.
struct RunRef {
  std::string id;
  std::string host;  ///< the host's name; what is written depends on `identify`
  std::map<std::string, std::string> labels;
  std::vector<InputRef> inputs{};
};

struct Warning {
  std::string code;  ///< stable, lower case: "lost_launch"
  std::string message;
  std::string remedy;
};

/// What a command answers, before it takes a format: the JSON document of the design page, section 7.
struct Document {
  std::string command;  ///< "show", "compare"
  std::string assay_version;
  std::vector<RunRef> runs;
  std::vector<ResultRow> results;
  std::vector<Pair> pairs;  ///< of a comparison: they give their candidates' (or lone bases') rows verdicts
  std::vector<Warning> warnings;
  bool identify = false;  ///< true: host names as they are; false: a stable pseudonym ("host-1a2b3c4d")
};

/// The `--json` document (schema_version 1), two-space indented, ending in a newline. Never NaN: absent is
/// null.
std::string to_json(const Document& document);

/// Tidy CSV, RFC 4180 quoting, one row for each case and metric:
/// run,host,subject,case,workload,implementation,device,status,verified,metric,value,unit,better,ci_low,
/// ci_high,n,samples,state,reason. A case without any metric has one row with its reason.
std::string to_csv(const Document& document);

/// Google Benchmark's JSON: one entry a case, real_time in ns, counters for throughput and readings. A case
/// without a valid result has error_occurred and error_message. Never NaN.
std::string to_google_benchmark(const Document& document);

/// Bencher Metric Format: a measure for each metric that has a value, by its id; the p50 as `latency` (ns)
/// and the workload's own rate as `throughput`, each with its interval. Cases without a valid result are left
/// out.
std::string to_bencher(const Document& document);

/// github-action-benchmark's customSmallerIsBetter: the p50 in ns with half the width of its interval; of a
/// case without one what else is better when it is lower.
std::string to_github_action_benchmark(const Document& document);

/// JUnit's XML: a test a case, its time the p50 of one call; metrics as properties. `invalid` is a failure,
/// `failed` and `timeout` are errors, what was not tried is skipped.
std::string to_junit_results(const Document& document);

/// OpenMetrics text: a gauge a metric in base units (seconds, bytes) with labels case, workload,
/// implementation, device, subject, verified; ends of intervals as gauges of their own; `assay_case_ok` of
/// every case. Without times: whoever scrapes gives them.
std::string to_openmetrics(const Document& document);

/// A format that `assay export` writes.
struct Format {
  std::string name;  ///< as --format takes it
  std::string what;  ///< one line for `assay list formats`
  std::string (*write)(const Document&);
};

/// All of them: a new one is a folder with its write.cpp, a declaration above, and a row here.
const std::vector<Format>& formats();

}  // namespace assay
