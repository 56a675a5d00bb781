// SPDX-License-Identifier: Apache-2.0
#include "harness/run/power_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/core/value.h"
#include "harness/run/interrupt.h"

namespace assay::run {

namespace {

/// Of a request, at each end.
constexpr double left_out = 0.25;
/// Of a window.
constexpr double longest_gap = 0.25;
constexpr std::uint64_t most_bytes = std::uint64_t{256} << 20;

constexpr const char* clock_remedy =
    "let the logger write each row as it comes, with UTC seconds since 1970 as time_s, and set its clock "
    "(NTP)";

std::string_view trimmed(std::string_view cell) {
  constexpr std::string_view around = " \t\r\"";
  const auto first = cell.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return cell.substr(first, cell.find_last_not_of(around) - first + 1);
}

std::string shown(std::string_view row) { return printable(trimmed(row), 200); }

/// At a time between a row and the one before it, whose times differ.
double power_at(double time_s, const PowerRow* row) {
  const PowerRow& before = row[-1];
  return before.power_w +
         (row->power_w - before.power_w) * (time_s - before.time_s) / (row->time_s - before.time_s);
}

}  // namespace

PowerWindow within_calls(double asked_s, double answered_s, double told_s) {
  const double whole_s = answered_s - asked_s;
  const double rest_s = whole_s - told_s;
  if (rest_s > left_out * whole_s)
    throw Error(
        ErrorCode::unavailable,
        fmt::format("the calls took {:.3g} s by the board's clock, their request {:.3g} s", told_s, whole_s),
        "is CLOCK in board.cmake what the core runs at? Else the line is too slow: raise its speed");
  return {asked_s + left_out * whole_s, answered_s - left_out * whole_s};
}

double mean_power_w(std::span<const PowerRow> rows, PowerWindow window) {
  if (rows.empty())
    throw Error(ErrorCode::unavailable, "no row came while the board was measured",
                "start the logger before the run");
  if (rows.front().time_s > window.from_s || rows.back().time_s < window.to_s)
    throw Error(ErrorCode::unavailable,
                fmt::format("its rows that came are of {:.3f} to {:.3f}, the calls of {:.3f} to {:.3f}",
                            rows.front().time_s, rows.back().time_s, window.from_s, window.to_s),
                clock_remedy);
  const auto later = [](double time_s, const PowerRow& row) { return time_s < row.time_s; };
  const PowerRow* const end = rows.data() + rows.size();
  const PowerRow* const first = std::upper_bound(rows.data(), end, window.from_s, later);
  const auto earlier = [](const PowerRow& row, double time_s) { return row.time_s < time_s; };
  const PowerRow* const last = std::lower_bound(first, end, window.to_s, earlier);
  const double whole_s = window.to_s - window.from_s;
  if (last - first < least_rows)
    throw Error(ErrorCode::unavailable,
                fmt::format("{} of its rows lie in {:.3g} s of calls, {} are needed", last - first, whole_s,
                            least_rows),
                fmt::format("log at least {:.0f} rows a second", 2 * least_rows / whole_s));
  double joules = 0;
  PowerRow before{window.from_s, power_at(window.from_s, first)};
  const auto add = [&](const PowerRow& row) {
    const double step_s = row.time_s - before.time_s;
    if (step_s > longest_gap * whole_s)
      throw Error(ErrorCode::unavailable,
                  fmt::format("no row came for {:.3g} s after {:.3f}, in the calls", step_s, before.time_s),
                  "look why the logger stopped meanwhile, and run again");
    joules += step_s * (before.power_w + row.power_w) / 2;
    before = row;
  };
  for (const PowerRow* row = first; row != last; ++row) add(*row);
  add({window.to_s, power_at(window.to_s, last)});
  if (!(joules > 0 && std::isfinite(joules)))
    throw Error(ErrorCode::unavailable, fmt::format("its mean over the calls is {:.3g} W", joules / whole_s),
                "do the meter's leads stand the right way round, and is the board behind it?");
  return joules / whole_s;
}

PowerColumns::PowerColumns(std::string file, std::string_view header) : file_(std::move(file)) {
  if (header.starts_with("\xef\xbb\xbf")) header.remove_prefix(3);
  const auto names = split(header, ',');
  cells_ = names.size();
  const auto place_of = [&](std::string_view name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (trimmed(names[i]) == name) return i;
    }
    return std::nullopt;
  };
  const auto time = place_of("time_s");
  const auto power = place_of("power_w");
  const auto volts = place_of("voltage_v");
  const auto amperes = place_of("current_a");
  if (!time || (!power && (!volts || !amperes)))
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: the header is '{}'", printable(file_, 300), shown(header)),
                "a power meter's first line names 'time_s', and 'power_w' or 'voltage_v' and 'current_a', "
                "with commas between");
  time_ = *time;
  if (power) {
    factors_ = {*power};
  } else {
    factors_ = {*volts, *amperes};
  }
}

PowerRow PowerColumns::row(std::string_view line) const {
  const auto cells = split(line, ',');
  const auto refuse = [&](const std::string& what, const char* remedy) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: the row '{}' {}", printable(file_, 300), shown(line), what), remedy);
  };
  if (cells.size() != cells_)
    refuse(fmt::format("has {} cells, the header {}", cells.size(), cells_),
           "write as many cells as the header has, numbers with a decimal point");
  const auto number = [&](std::size_t at) {
    const auto value = parse_real(trimmed(cells[at]));
    if (!value) refuse(fmt::format("has no number in cell {}", at + 1), "leave out rows without a value");
    return *value;
  };
  PowerRow row{number(time_), 1};
  for (const std::size_t at : factors_) row.power_w *= number(at);
  return row;
}

PowerMeter::PowerMeter(std::string path) : path_(std::move(path)) {
  std::error_code none_yet;
  const auto size = std::filesystem::file_size(path_, none_yet);
  if (none_yet || size == 0) return;
  offset_ = size - 1;  // its last byte says whether a row was ended
  inside_line_ = true;
}

double PowerMeter::mean_w(PowerWindow window, std::chrono::duration<double> patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    read_on();
    if (!rows_.empty() && rows_.back().time_s >= window.to_s) break;
    if (std::chrono::steady_clock::now() >= until || interrupt_signal() != 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return mean_power_w(rows_, window);
}

void PowerMeter::read_on() {
  const auto refuse = [&](const std::string& what, const char* remedy) {
    throw Error(ErrorCode::unavailable, printable(path_, 300) + ": " + what, remedy);
  };
  std::error_code failed;
  const auto status = std::filesystem::status(path_, failed);
  // Before it is opened: opening a pipe waits for a writer.
  if (failed || !std::filesystem::is_regular_file(status))
    refuse(failed ? failed.message() : "is no regular file", "start the logger, or correct 'meter'");
  std::ifstream file(path_, std::ios::binary);
  if (!file) refuse(std::strerror(errno), "let this user read it");
  if (!columns_) {
    std::string header;
    if (!std::getline(file, header) || file.eof()) return;  // not ended yet
    columns_.emplace(path_, header);
    if (const auto end = static_cast<std::uint64_t>(file.tellg()); offset_ < end) {
      offset_ = end;
      inside_line_ = false;
    }
  }
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file.tellg());
  if (size < offset_) refuse("became shorter while the board was measured", "let the logger append to it");
  if (size - offset_ > most_bytes)
    refuse(fmt::format("got {} bytes while the board was measured", size - offset_), "log less often");
  file.seekg(static_cast<std::streamoff>(offset_));
  const std::size_t known = open_line_.size();
  open_line_.resize(known + static_cast<std::size_t>(size - offset_));
  file.read(open_line_.data() + known, static_cast<std::streamsize>(size - offset_));
  open_line_.resize(known + static_cast<std::size_t>(file.gcount()));
  offset_ += static_cast<std::uint64_t>(file.gcount());
  std::size_t begin = 0;
  for (auto end = open_line_.find('\n'); end != std::string::npos; end = open_line_.find('\n', begin)) {
    take(std::string_view(open_line_).substr(begin, end - begin));
    begin = end + 1;
  }
  open_line_.erase(0, begin);
}

void PowerMeter::take(std::string_view line) {
  if (std::exchange(inside_line_, false) || trimmed(line).empty()) return;
  const PowerRow row = columns_->row(line);
  if (!rows_.empty() && row.time_s < rows_.back().time_s)
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: in the row '{}' time goes back", printable(path_, 300), shown(line)),
                "time_s counts seconds since 1970 in UTC, from row to row; one logger writes the file");
  rows_.push_back(row);
}

}  // namespace assay::run
