// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/eta.h"

#include <algorithm>
#include <charconv>

#include "harness/core/text.h"

namespace assay::campaign {

std::optional<Eta> campaign_eta(const std::vector<HostTime>& hosts) {
  std::optional<double> whole_s;  // the longest that is known
  for (const auto& host : hosts) {
    if (host.done || host.left_s)
      whole_s = std::max(whole_s.value_or(0), host.spent_s + host.left_s.value_or(0));
  }
  if (!whole_s) return std::nullopt;
  Eta eta;
  for (const auto& host : hosts) {
    if (host.done) continue;
    eta.seconds = std::max(eta.seconds, host.left_s.value_or(*whole_s - host.spent_s));
    eta.at_least = eta.at_least || host.waiting;
  }
  return eta;
}

std::optional<double> seconds_left(const std::string& line) {
  constexpr std::string_view begin = "about ";
  constexpr std::string_view end = " left";
  const auto last = line.rfind(end);
  const auto first = last == std::string::npos ? last : line.rfind(begin, last);
  if (first == std::string::npos) return std::nullopt;
  double seconds = 0;
  const auto at = first + begin.size();
  for (const auto& part : split(std::string_view(line).substr(at, last - at), ':')) {
    int value = 0;
    const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || stop != part.data() + part.size() || value < 0) return std::nullopt;
    seconds = seconds * 60 + value;
  }
  return seconds;
}

}  // namespace assay::campaign
