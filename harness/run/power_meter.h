// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The power meter of a real board: a logger that appends rows to a CSV file while the board runs
/// (decision 0058). Each error is one that a reading can have as its reason: what, where, what to do.
namespace assay::run {

/// In the environment of a board's worker: the path of its meter's file. [[serial]] `meter` sets it.
inline constexpr const char* meter_variable = "ASSAY_METER";

struct PowerRow {
  double time_s = 0;   ///< UTC, since 1970
  double power_w = 0;  ///< of the board's supply
};

/// By the host's clock: UTC, seconds since 1970.
struct PowerWindow {
  double from_s = 0;
  double to_s = 0;
};

/// The middle half of a request: the board was in its calls all the while, wherever between `asked_s` and
/// `answered_s` they began, since they took `told_s` by its own clock, and request and reply the rest, which
/// is less than the quarter that is left out at each end. What is left of that quarter is how far the meter's
/// clock may be from the host's. \throws Error{unavailable} where the rest is longer than a quarter.
PowerWindow within_calls(double asked_s, double answered_s, double told_s);

/// The mean over the window, by trapezoids between rows, those at its edges interpolated. Rows are in the
/// order of their times. \throws Error{unavailable} where they do not reach over the whole window, where
/// fewer than `least_rows` lie in it or a quarter of it passes without one, and for a mean that is not above
/// zero. Pure.
inline constexpr std::ptrdiff_t least_rows = 10;
double mean_power_w(std::span<const PowerRow> rows, PowerWindow window);

/// Which cells of a row count. Columns are named `time_s`, and `power_w` or `voltage_v` and `current_a`;
/// others are ignored. Pure.
class PowerColumns {
 public:
  /// `file` stands in messages. \throws Error{bad_input} when a column is missing.
  PowerColumns(std::string file, std::string_view header);
  /// \throws Error{bad_input}, with the row, when it has more or fewer cells than the header, or one of these
  /// is no number.
  PowerRow row(std::string_view line) const;

 private:
  std::string file_;
  std::size_t cells_;
  std::size_t time_ = 0;
  std::vector<std::size_t> factors_;  ///< of the power
};

/// The rows that a meter's file gets from now on: what stood there before is not read.
class PowerMeter {
 public:
  explicit PowerMeter(std::string path);
  /// Waits until a row lies behind the window, at most `patience`, or until the user stops the run.
  /// \throws Error{unavailable} for a file that cannot be read, and what mean_power_w() and PowerColumns
  /// throw; Error{bad_input} where times go back.
  double mean_w(PowerWindow window, std::chrono::duration<double> patience);

 private:
  void read_on();
  void take(std::string_view line);

  std::string path_;
  std::uint64_t offset_ = 0;  ///< all before it was read, or is not wanted
  bool inside_line_ = false;  ///< up to the next line end is the rest of a row from before
  std::string open_line_;     ///< a row that the logger has not ended yet
  std::optional<PowerColumns> columns_;
  std::vector<PowerRow> rows_;
};

}  // namespace assay::run
