// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/core/metric.h"
#include "harness/core/reading.h"

/// Small files of procfs and sysfs as sensors. Paths are absolute and are looked up under sensor_root(), so
/// that recorded trees of machines that we do not have can be read in tests.
namespace assay {

/// Where /proc and /sys are: "" or the value of ASSAY_SYSFS_ROOT.
std::string sensor_root();

/// What a sensor's file holds, or why it cannot be read: `denied` (EACCES, EPERM) or `unsupported`.
struct SensorText {
  std::string text;  ///< whole file without its last newline; valid when state is ok
  ReadingState state = ReadingState::ok;
  std::string reason;
};
SensorText read_sensor_text(const std::string& path);

/// The number with which a sensor's file begins, times `scale`, as a reading of `metric`. A file that holds
/// no number is `unsupported`.
Reading read_sensor(const Metric& metric, const std::string& path, double scale = 1);

/// A reading without a value: state and reason.
Reading without_value(const Metric& metric, ReadingState state, std::string reason);
Reading with_value(const Metric& metric, double value);

/// Names in a folder that begin with `prefix`, sorted; none when it is not there.
std::vector<std::string> sensor_names(const std::string& folder, std::string_view prefix);

}  // namespace assay
