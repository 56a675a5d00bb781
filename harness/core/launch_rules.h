// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "harness/core/run.h"

namespace assay {

/// No CPU feeds a thread's registers faster, in bytes a second: some 2 KiB a cycle.
inline constexpr double cpu_thread_limit = 1e13;

/// Two figures of one call's work: the same formula in another order differs in its last bits.
bool same_figure(double ours, double other);

/// How many of the steady calls take 0 ns, when they are half of them or more: a time of nothing is no
/// measurement. Else 0.
std::size_t too_many_of_0_ns(const Samples& samples);

/// That no clock gives such times; else "". Believed are lists of one length, in time order from 0 to 2^62, a
/// start not before the end before it nor before its scheduled instant, and, in the timing lane, fewer than
/// half of the steady calls of 0 ns. Pure.
std::string times_problem(const Samples& samples, const std::string& lane);

/// What every launch of a run that counts (status ok) holds to, wherever it comes from; it is asked for those
/// of one run, one after the other. Without samples the times are not looked at.
class LaunchRules {
 public:
  /// What is wrong with the launch in itself, or beside the first ok launch of its case and subject: one has
  /// the same unit of work, work of a call, input and, where it is exact, result. "" when nothing is.
  std::string problem(const Launch& launch);

 private:
  std::map<std::pair<std::int64_t, Subject>, Launch> first_;  ///< without samples, tracks, readings, spans
};

}  // namespace assay
