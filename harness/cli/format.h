// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace assay::cli {

/// The one place where units at rest become what people read.

/// 4.21 ms, 812 ns, 1.37 s: three significant digits.
std::string duration(double ns);

/// "37.5 GB/s" for bytes, "GFLOP/s"-like scaling for operations, "1.24 Mrows/s", "35.3 tokens/s" for others.
std::string rate(double per_second, const std::string& unit_of_work);

/// 1.5 GiB, 312 KiB.
std::string bytes(double count);

/// 1,234,567; of less than a thousand four digits.
std::string grouped(double value);

/// 72 %, 0.4 %: of a ratio.
std::string percent(double ratio);

/// "3.25 GHz" of a frequency in Hz.
std::string frequency(double hz);

/// "1 launch", "6 launches": a count of what takes an s, or an es after a sibilant.
std::string how_many(std::int64_t count, const std::string& thing);

/// "±0.8%" of an interval around a value: its larger side; where the upper end is more than twice
/// the value, "to 15.6x" it. "" when either end is missing.
std::string half_width(double value, std::optional<double> low, std::optional<double> high);

/// 2026-11-22 23:14:05 (UTC).
std::string utc(std::int64_t ms);

/// 03:10 or 1:02:45.
std::string clock_time(double seconds);

}  // namespace assay::cli
