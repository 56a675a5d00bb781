// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/case.h"
#include "harness/core/commit.h"
#include "harness/core/host.h"
#include "harness/core/hot_spot.h"
#include "harness/core/probe.h"
#include "harness/core/reading.h"
#include "harness/core/sample.h"
#include "harness/core/workload.h"

namespace assay {

/// How a launch, or a case in a run, ended.
enum class Status {
  ok,           ///< measured and verified (or not verifiable: `verified` empty)
  invalid,      ///< its result is wrong, or (`verified` true) its times are false: they are used nowhere
  failed,       ///< the worker crashed or broke the protocol
  timeout,      ///< the worker hung and was ended
  skipped,      ///< not tried: budget spent, interrupted, host not fit
  unavailable,  ///< this implementation, device or input is not here, or does not fit
};

std::string to_string(Status status);
Status parse_status(const std::string& text);  ///< \throws Error{bad_input}

/// A named probe, stored with the run: why something is, or is not, in the data.
struct NamedProbe {
  std::string kind;  ///< "collector", "implementation", "device", "check"
  std::string name;
  Probe probe;
};

/// What the user asked for, kept so that --resume continues the same plan.
struct RunSettings {
  int launches = 6;
  double budget_s = 0;  ///< 0: none
  std::uint64_t seed = 1;
  std::vector<int> cpus;                    ///< as chosen for this run
  std::vector<std::string> collectors;      ///< beyond the timing lane's own
  std::vector<std::string> inputs;          ///< as given: "vision=photo.jpg"
  std::vector<std::string> workers;         ///< commands or names given with --worker
  std::string suite;                        ///< its name, if one was run
  std::map<std::string, std::string> more;  ///< limits and rules, by setting name, as text
};

/// One case of a plan, in full: what --resume needs to measure it without planning again.
struct PlannedCase {
  std::int64_t ordinal = 0;  ///< its place in the plan
  Case value;                ///< canonical
  Params params;             ///< resolved: every parameter
  std::string worker;        ///< id of the worker that runs it
  int launches = 6;
  std::map<std::string, std::string> inputs;  ///< role -> decoded file in the input cache
};

struct Run {
  std::string id;  ///< UUID
  std::int64_t started_utc_ms = 0;
  std::optional<std::int64_t> ended_utc_ms;
  std::string state = "running";  ///< running | complete | interrupted
  std::string assay_version;
  std::string command;  ///< the command line, as text
  Host host;            ///< environment as before the run
  std::map<std::string, std::string> environment_after;
  std::map<std::string, std::string> labels;
  std::string git_revision;      ///< of the directory in which it was started; may be empty
  std::optional<Commit> commit;  ///< likewise
  RunSettings settings;
  std::vector<NamedProbe> probes;
  std::vector<PlannedCase> plan;
};

/// Now, as `started_utc_ms` and `ended_utc_ms` hold it.
std::int64_t now_utc_ms();

/// One fresh start of a worker for a case: what one transaction stores.
struct Launch {
  std::string id;                 ///< UUID
  std::int64_t case_ordinal = 0;  ///< PlannedCase::ordinal
  int index = 0;                  ///< 0-based within its case and lane
  std::string lane = "timing";    ///< "timing", or the disturbing collector's name ("callgrind")
  std::int64_t started_utc_ms = 0;
  Subject subject;
  std::string machine_code;  ///< hash of all of it that the case executes (0026); empty: not known
  Device device;

  Status status = Status::ok;
  std::string reason;            ///< why, when not ok: one sentence
  std::string log;               ///< end of the worker's standard error, raw bytes, at most 64 KiB
  std::optional<bool> verified;  ///< empty: nothing to verify with (foreign benchmarks)
  std::string output_digest;
  double error_measure = 0;  ///< the tolerance rule's value; 0 for exact

  // facts from `prepare`
  Work work;
  std::string unit_of_work;
  std::string accuracy;
  std::size_t resident_bytes = 0;
  std::string input_digest;
  int threads = 1;
  std::vector<int> placement;  ///< CPU of each thread, as seen
  std::string isa;
  std::int64_t peak_rss_bytes = 0;  ///< 0: not known

  Samples samples;  ///< all calls, the warm-up's first (see Samples::warmup)
  std::vector<Track> tracks;
  std::vector<Reading> readings;  ///< per call, where the metric is additive
  std::vector<Span> spans;  ///< phases of the launch on the orchestrator's clock, offsets from its start:
                            ///< start, hello, prepare, verify, warmup, measure, verify, bye, end
  std::vector<HotSpot> hot_spots;  ///< where a call's instructions are, most first; where a tool was asked
};

}  // namespace assay
