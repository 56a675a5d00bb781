// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/result.h"
#include "harness/store/store.h"

namespace assay {

/// The results of one run: one row for each planned case and each subject that measured it, in the plan's
/// order. A case without any launch has one row of status skipped. Reads summaries only, no raw samples (but
/// for a tail of all samples together).
///
/// Metrics, in this order:
/// - time.wall.p50: ns per call, the median over launches of the launches' medians. Interval: order
///   statistics of these medians from 6 launches on, their range from 3 on (the reason says with which
///   confidence), else absent with a reason.
/// - time.wall.p90, time.wall.p99: only when one sample is one call, with ln 0.05 / ln p samples (29, 299)
///   from at least 3 launches; else state not_counted with the reason. The median of the launches' own where
///   each has that many samples, else the quantile of all samples together (the reason says so).
/// - throughput.<unit>, throughput.operations, throughput.bytes: a second, at the p50.
/// - roof.fraction: the share of what this run's own cases of roof.mem, roof.fma and roof.dot on the same
///   device (on the CPU: with the same thread count) allow; state not_counted with a reason in a run without
///   them.
/// - <track>.p50, <track>.p99: of time.device (a call by the device's own clock), time.first_token,
///   time.inter_token and so on, by the rules of time.wall.
/// - memory.peak_rss: byte, the largest over launches.
/// - readings (callgrind.instructions, perf.cycles): the median over the launches of their own lane.
///
/// `run` and `launches` as the store loads them (load_run, load_summaries): callers that need them too load
/// once. Without `with_samples` no sample is read: tails of all samples together are absent.
std::vector<ResultRow> results(const Store& store, const Run& run, const std::vector<LaunchSummary>& launches,
                               bool with_samples = true);

/// The same, loaded here; with a selector only the cases that it matches.
std::vector<ResultRow> results(const Store& store, const std::string& run_id,
                               const std::optional<Selector>& selector = std::nullopt);

/// The metrics of every run: what `results` and a launch itself make, without any collector. For lists; UNIT
/// stands for a workload's unit of work, and tracks that a worker invents have the form of time.device.
const std::vector<Metric>& own_metrics();

/// Keeps the rows whose case matches; all when there is no selector.
void select(std::vector<ResultRow>& rows, const std::optional<Selector>& selector);

/// What an accelerator is: "NVIDIA H100 80GB HBM3". Empty for the CPU, whose model is the host class's, and
/// where the device does not say.
std::string model_of(const Device& device);

/// Which of that model it is: the pseudonym of its UUID, as that is a serial number. Empty where the device
/// has none, or an export hid it.
std::string board_of(const Device& device);

/// Of a paired trial: "base" or "new"; else empty.
std::string trial_side(const Run& run, const PlannedCase& planned);

}  // namespace assay
