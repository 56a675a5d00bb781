// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/core/calibration.h"
#include "harness/store/store.h"

/// What `assay calibrate` found out. Errors as in store.h.
namespace assay {

/// Whether the figures can be what was found: what is worked out from them stays arithmetic.
bool is_plausible(const Calibration& calibration);

/// All or none. What the same run said of the same case and metric before is replaced.
void add_calibrations(Store& store, std::span<const Calibration> calibrations);

/// The newest of each case and metric on hosts of that class, by case.
std::vector<Calibration> load_calibrations(const Store& store, const std::string& host_class_id);

/// All, of all hosts.
std::vector<Calibration> load_all_calibrations(const Store& store);

}  // namespace assay
