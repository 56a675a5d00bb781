// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "harness/judge/calibration.h"
#include "harness/store/store.h"

namespace assay {

/// Where a launch of a calibrating run stands, as Launch::index: in which session and pair, and on which
/// side.
struct CalibrationPlace {
  int session = 0;
  int pair = 0;
  bool candidate = false;

  int index() const { return session * session_stride + 2 * pair + (candidate ? 1 : 0); }
  static CalibrationPlace of(int index) {
    return {index / session_stride, index % session_stride / 2, index % 2 == 1};
  }
  static constexpr int session_stride = 10'000;
};

/// The pairs of a calibrating run's stored launches, one a planned case, in the plan's order: those of which
/// both launches are valid. `sessions`: that it was to have.
std::vector<SelfCompared> self_compared(const Run& run, const std::vector<LaunchSummary>& launches,
                                        int sessions);

/// What the judge of today found out about times on hosts of a class: the newest of each case.
std::vector<Calibration> known_calibrations(const Store& store, const std::string& host_class_id);

/// nullptr: none.
const Calibration* find_calibration(const std::vector<Calibration>& known, const std::string& case_key);

/// Cycles of a call, of one thread that was on a CPU all the time: several wait for each other, or spin, and
/// who waits takes time and no cycles, which the clock would be blamed for. Empty where they were not
/// counted.
std::optional<double> call_cycles(const Launch& launch);

}  // namespace assay
