// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/format.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>

namespace assay::cli {

namespace {

/// Three significant digits, without an exponent.
std::string three_digits(double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::abs(value);
  if (size == 0) return "0";
  const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

std::string duration(double ns) {
  struct Step {
    double size;
    const char* name;
  };
  static constexpr std::array<Step, 4> steps{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  for (const auto& step : steps) {
    if (std::abs(ns) >= step.size * 0.9995 || step.size == 1)
      return three_digits(ns / step.size) + " " + step.name;
  }
  return {};
}

std::string rate(double per_second, const std::string& unit_of_work) {
  static constexpr std::array<const char*, 5> prefixes{"", "k", "M", "G", "T"};
  const bool is_bytes = unit_of_work == "bytes" || unit_of_work == "byte";
  const bool is_operations = unit_of_work == "operations";
  const bool scaled = is_bytes || is_operations || unit_of_work == "rows" || per_second >= 1e5;
  std::size_t step = 0;
  if (scaled) {
    while (per_second >= 999.5 && step + 1 < prefixes.size()) {
      per_second /= 1000;
      ++step;
    }
  }
  const std::string name = is_bytes ? "B" : is_operations ? "OP" : unit_of_work;
  return fmt::format("{} {}{}/s", three_digits(per_second), prefixes[step], name);
}

std::string bytes(double count) {
  static constexpr std::array<const char*, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t step = 0;
  while (count >= 1023.5 && step + 1 < names.size()) {
    count /= 1024;
    ++step;
  }
  return three_digits(count) + " " + names[step];
}

std::string grouped(double value) {
  if (std::abs(value) < 1000) return fmt::format("{:.4g}", value);
  std::string digits = fmt::format("{:.0f}", value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string percent(double ratio) { return three_digits(ratio * 100) + " %"; }

std::string frequency(double hz) {
  static constexpr std::array<const char*, 4> prefixes{"", "k", "M", "G"};
  std::size_t step = 0;
  while (std::abs(hz) >= 999.5 && step + 1 < prefixes.size()) {
    hz /= 1000;
    ++step;
  }
  return fmt::format("{} {}Hz", three_digits(hz), prefixes[step]);
}

std::string how_many(std::int64_t count, const std::string& thing) {
  if (count == 1) return "1 " + thing;
  const bool hisses = thing.ends_with("s") || thing.ends_with("ch") || thing.ends_with("sh");
  return fmt::format("{} {}{}", count, thing, hisses ? "es" : "s");
}

std::string half_width(double value, std::optional<double> low, std::optional<double> high) {
  if (!low || !high || !(value > 0)) return "";
  if (*high > 2 * value) return fmt::format("to {:.1f}x", *high / value);
  return fmt::format("±{:.1f}%", std::max(*high - value, value - *low) / value * 100);
}

std::string utc(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  return fmt::format("{:%F %T}", fmt::gmtime(seconds));
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(seconds, 0.0)));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

}  // namespace assay::cli
