// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace assay {

/// Which rules made a verdict. Raised whenever the same results could be judged differently.
inline constexpr int judge_version = 9;

/// Cause of a difference of time between equal machine code.
inline constexpr const char* cause_layout = "layout";

/// Cause of a verdict on a time, or a count, of calls that do different work: it is incomparable.
inline constexpr const char* cause_work = "work";

enum class Outcome { faster, same, slower, undecided, new_, missing, incomparable };

std::string to_string(Outcome outcome);  ///< "faster", ..., "new", ...

/// One metric of one pair of results.
struct Verdict {
  std::string metric;  ///< empty when the whole case is new, missing or incomparable
  std::string
      rule;  ///< "exact", "unpaired", "paired", "tail" or "session"; "presence", "definition", "status",
             ///< ... for whole cases
  std::string against;  ///< what it was compared with: the base's run, or the axis value of the base
  Outcome outcome = Outcome::undecided;
  std::string cause;             ///< "clock", "layout", "host", "isa", "threads", ...; may be empty
  std::optional<double> ratio;   ///< > 1: the new side is better
  std::optional<double> ci_low;  ///< of the ratio
  std::optional<double> ci_high;
  std::string reason;  ///< one sentence
};

/// Cases that are equal in all but the axis, side by side. One of base and candidate may be absent.
struct Pair {
  std::string key;    ///< canonical text without the axis: what the two have in common
  std::string value;  ///< the candidate's place on the axis; empty on the axis `run`
  std::optional<ResultRow> base;
  std::optional<ResultRow> candidate;
  std::vector<Verdict>
      verdicts;  ///< one for each metric that both have, best known first: time.wall.p50, ...

  /// The verdict of the pair as a whole: a whole-case verdict, else that of time.wall.p50, or of the units of
  /// work a second where calls do different work, else the first.
  const Verdict* headline() const;
};

struct Comparison {
  std::string axis = "run";  ///< run | implementation | device | host | subject | a parameter's name
  std::string base;          ///< run id or axis value
  std::vector<std::string> candidates;         ///< likewise; one Pair for each case and candidate
  std::vector<Pair> pairs;                     ///< by key, then by candidate
  std::vector<std::string> without_base = {};  ///< keys that were left out: no row has the base's value
  std::vector<std::string> without_axis = {};  ///< cases that were left out: they do not have the parameter
  int version = judge_version;
};

/// Whether both sides are known to have executed the same machine code: a difference of their times is then
/// one of `layout` (or of the host), and nobody made it slower.
bool is_same_machine_code(const ResultRow& base, const ResultRow& candidate);

/// Two sets of results, axis `run`: pairs cases by canonical text. With several subjects in one set, those of
/// equal name are paired; a set with a single subject is paired with the other's whatever its name.
Comparison compare_runs(const std::vector<ResultRow>& base, const std::vector<ResultRow>& candidate);

/// One set of results across an axis: rows that are equal in all but the axis form a group; the row whose
/// axis value is `base` is compared with each other one. An empty `base` takes "reference" for
/// implementation, "cpu" for device, else the smallest value; groups without it are then left out
/// (`without_base`), else their rows are new. \throws Error{usage} when no row has the axis or the base value
/// (the values are named).
Comparison compare_across(const std::vector<ResultRow>& rows, const std::string& axis,
                          const std::string& base = {});

/// The verdicts of one pair, as used by both: incomparable (definition version, input digest, host class
/// where the axis is not the host, model of the device where the axis is neither it nor the host, fidelity),
/// failing status, then one verdict for each metric that either side has. Where a call does different work
/// (units), times and counts of calls are incomparable, and throughput is what is compared. Exact counts are
/// incomparable also where tool, ISA path, threads or the operations and bytes of a call differ; beside times
/// such differences, and other hosts and boards, are told. Of another host class exact counts alone are
/// judged, behind the verdict that says so.
std::vector<Verdict> judge_pair(const ResultRow& base, const ResultRow& candidate, const std::string& axis,
                                const std::string& against);

/// True for metrics that repeat to the digit: callgrind.*, qemu.*, size.*, stack.*, shader.*, and digests.
bool is_exact(const std::string& metric_id);

}  // namespace assay
