// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/efficiency.h"

namespace assay {

double cost_of_a_million(double price_per_hour, double units_per_s) {
  constexpr double seconds_an_hour = 3600;
  return price_per_hour / (units_per_s * seconds_an_hour) * 1e6;
}

Efficiency efficiency_of(std::size_t host, const std::string& task, const ResultRow& row, const Price* price,
                         const Fitness* fit) {
  Efficiency one;
  one.host = host;
  one.task = task;
  one.case_key = row.case_key;
  one.unit = row.unit_of_work;
  const auto note = [&](const std::string& text) { one.note += (one.note.empty() ? "" : "; ") + text; };
  const Energy energy = energy_of(row);
  one.joules = energy.value.value;
  one.joules_low = energy.value.ci_low;
  one.joules_high = energy.value.ci_high;
  one.scope = energy.scope;
  const MetricValue* rate = find_metric(row, "throughput." + row.unit_of_work);
  if (fit != nullptr && fit->fit != Fit::pass) {
    note("no rate: the requirement's answer is " + to_string(fit->fit));
    return one;
  }
  if (fit != nullptr && fit->metric == "capacity") {
    one.rate = one.rate_low = one.rate_high = *fit->value * row.work.units;
    note("at the highest rate that keeps the limit");
  } else if (rate != nullptr && rate->value) {
    one.rate = rate->value;
    one.rate_low = rate->ci_low;
    one.rate_high = rate->ci_high;
    note("calls back to back, at the median");
  } else {
    note("it has no throughput");
  }
  if (price == nullptr || !one.rate || !(*one.rate > 0)) return one;
  one.currency = price->currency;
  one.cost = cost_of_a_million(price->per_hour(), *one.rate);
  if (one.rate_high && *one.rate_high > 0)
    one.cost_low = cost_of_a_million(price->per_hour(), *one.rate_high);
  if (one.rate_low && *one.rate_low > 0) one.cost_high = cost_of_a_million(price->per_hour(), *one.rate_low);
  return one;
}

}  // namespace assay
