// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/policy.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "harness/core/error.h"

namespace assay {

std::string to_string(Day day) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", day.year, day.month, day.day);
  return text;
}

Day day_of(std::int64_t utc_ms) {
  const auto days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(utc_ms)));
  const std::chrono::year_month_day date(days);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

namespace {

template <typename T>
T last_of(const Policy& policy, const Case& value, const Params& params, std::optional<T> PolicyRule::*of,
          T fallback) {
  for (const auto& rule : policy.rules) {
    if ((rule.*of).has_value() && matches(rule.select, value, params)) fallback = *(rule.*of);
  }
  return fallback;
}

}  // namespace

double effect_of(const Policy& policy, const Case& value, const Params& params) {
  return last_of(policy, value, params, &PolicyRule::effect, policy.effect);
}

double tail_effect_of(const Policy& policy, const Case& value, const Params& params) {
  return last_of(policy, value, params, &PolicyRule::tail_effect, policy.tail_effect);
}

double exact_effect_of(const Policy& policy, const std::string& metric, const Case& value,
                       const Params& params) {
  double effect = policy.exact_effect;
  for (const auto& rule : policy.rules) {
    if (rule.exact_effect && (rule.metric.empty() || rule.metric == metric) &&
        matches(rule.select, value, params))
      effect = *rule.exact_effect;
  }
  return effect;
}

bool undecided_fails(const Policy& policy, const Case& value, const Params& params) {
  return last_of(policy, value, params, &PolicyRule::undecided_fails, policy.undecided_fails);
}

const Waiver* find_waiver(const std::vector<Waiver>& waivers, const Case& value, const Params& params,
                          Day today) {
  const Waiver* expired = nullptr;
  for (const auto& waiver : waivers) {
    if (!matches(waiver.select, value, params)) continue;
    if (waiver.holds(today)) return &waiver;
    if (expired == nullptr) expired = &waiver;
  }
  return expired;
}

}  // namespace assay
