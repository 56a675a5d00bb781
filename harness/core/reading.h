// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "harness/core/metric.h"

namespace assay {

/// Why a reading has, or does not have, a value.
enum class ReadingState {
  ok,           ///< counted for the whole region
  scaled,       ///< multiplexed: value = raw * enabled / running, coverage = running / enabled
  not_counted,  ///< opened, and never scheduled
  denied,       ///< the operating system refused; the reason says which setting
  unsupported,  ///< this machine, kernel or build does not have it
};

std::string to_string(ReadingState state);
/// \throws Error{bad_input} on an unknown name.
ReadingState parse_reading_state(const std::string& text);

/// One value of one metric. Missing is never zero: `value` is empty unless the state is ok or scaled.
struct Reading {
  std::string metric;             ///< Metric::id
  std::optional<double> value{};  ///< in `unit`
  std::string unit{};
  ReadingState state = ReadingState::ok;
  double coverage = 1.0;  ///< 0..1: share of the region in which it was counted
  std::string reason{};   ///< what and why, when the state is not ok
  Better better =
      Better::neither;  ///< as the metric declares it: the orchestrator fills it in for each launch
};

}  // namespace assay
