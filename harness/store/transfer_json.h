// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "harness/core/calibration.h"
#include "harness/core/commit.h"
#include "harness/core/run.h"

/// The lines of Assay's own export. parse_ functions throw nlohmann's exceptions where fields are missing or
/// of another type, Error{bad_input} where they cannot be.
namespace assay::store_detail {

nlohmann::json run_json(const Run& run);
Run parse_run(const nlohmann::json& json);

/// Without samples: no tracks either.
nlohmann::json launch_json(const Launch& launch, bool with_samples);
Launch parse_launch(const nlohmann::json& json);

/// Of a run: which one it was is not told again.
nlohmann::json calibration_json(const Calibration& calibration);
Calibration parse_calibration(const nlohmann::json& json, const std::string& run);

nlohmann::json triage_json(const TriageEvent& event);
TriageEvent parse_triage(const nlohmann::json& json);

}  // namespace assay::store_detail
