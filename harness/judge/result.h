// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/case.h"
#include "harness/core/host.h"
#include "harness/core/metric.h"
#include "harness/core/reading.h"
#include "harness/core/run.h"

namespace assay {

/// One metric of one case in one run, aggregated over its launches. Missing is never zero: `value` is empty
/// unless the state is ok or scaled, and then `reason` says why.
struct MetricValue {
  std::string id;               ///< "time.wall.p50"
  std::optional<double> value;  ///< in `unit`
  std::string unit;             ///< ns, count, byte, ratio, "rows/s", ...
  Better better = Better::neither;
  std::optional<double> ci_low;  ///< 95 % interval over launches; absent when too few launches allow one
  std::optional<double> ci_high;
  std::int64_t n = 0;        ///< launches
  std::int64_t samples = 0;  ///< observations behind it, all launches together
  ReadingState state = ReadingState::ok;
  std::string reason;
  std::string tool;  ///< of an exact metric: what counted it, with its version; empty: not known
  std::string isa;   ///< of an exact metric: the ISA path of its own lane, which its tool may force
  int threads = 0;   ///< of an exact metric: those of its own lane; 0: not known
};

/// What a reader of a case must know beside its figures.
struct CaseNote {
  std::string code;  ///< "lost_launches", "software_device", "implausible_rate", "implausible_roof",
                     ///< "isa", "load.overloaded", "result.not_finite", "worker.exit"
  std::string text;  ///< one sentence
};

/// What is known about one case in one run, for one subject.
struct ResultRow {
  std::string run;  ///< UUID
  Subject subject;
  std::string side = {};           ///< of a paired trial: "base" or "new"; else empty
  std::string case_key;            ///< canonical text
  Case value;                      ///< its parts; parameters at their default are left out
  Params params;                   ///< resolved: every parameter
  Status status = Status::ok;      ///< ok: at least one valid launch and no invalid one
  std::string reason;              ///< why it is not ok, or which of its launches were lost
  std::vector<CaseNote> notes;     ///< of a case that is ok
  std::optional<bool> verified;    ///< empty: nothing to verify with (foreign benchmarks); true beside status
                                   ///< invalid: the result is right, the times are false
  std::int64_t launches = 0;       ///< valid launches of the timing lane
  std::int64_t lost_launches = 0;  ///< others of the timing lane, beside valid ones
  std::int64_t samples = 0;        ///< steady samples in them
  std::int64_t batch = 1;          ///< calls per sample (the largest of the launches)
  std::vector<MetricValue> metrics;
  std::vector<double> launch_medians_ns;  ///< of the valid timing launches, ns per call, in their order

  std::string unit_of_work;
  Work work;                        ///< of one call
  std::int64_t resident_bytes = 0;  ///< held by the prepared case; 0: not known
  int threads = 0;                  ///< as seen; 0: not known
  std::string isa;
  std::string accuracy;
  std::string device_fidelity = "hardware";
  std::string
      device_model;  ///< "NVIDIA H100 80GB HBM3"; empty: not known, as a CPU's (the host's class has it)
  std::string device_board;  ///< pseudonym of its UUID: which of that model it is; empty: not known
  std::string input_digest;
  std::string output_digest;
  std::string machine_code;  ///< hash of all that its timing launches executed; empty: not known, or not one
  std::string host;          ///< host name; exports hide it
  std::string host_class_id;
};

/// The metric with that id, or nullptr.
const MetricValue* find_metric(const ResultRow& row, const std::string& id);

/// Instructions of a call, exactly: as its board's emulator counted them, else callgrind, else its
/// WebAssembly engine. Without a count the metric that says why, or nullptr.
const MetricValue* exact_instructions(const ResultRow& row);

/// Launches that its figures are of: those of the timing lane, or of the exact lane where it has no times.
std::int64_t launches_of_figures(const ResultRow& row);

/// A case's "flash", "ram" or "stack" on a board: as its emulator saw it (`size.*`), or as a real one tells
/// it
/// (`board.*`: there the stack is the launch's). nullptr where neither is known.
const MetricValue* board_size(const ResultRow& row, const std::string& what);

/// The chip that a case on a board fits into, "32/16 KiB": the smallest powers of two that hold its flash
/// and its RAM. "" where one of them is not known.
std::string fits_in(const ResultRow& row);

}  // namespace assay
