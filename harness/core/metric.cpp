// SPDX-License-Identifier: Apache-2.0
#include "harness/core/metric.h"

#include "harness/core/error.h"

namespace assay {

std::string to_string(Better better) {
  return better == Better::lower ? "lower" : better == Better::higher ? "higher" : "neither";
}

Better parse_better(const std::string& text) {
  for (const auto better : {Better::lower, Better::higher, Better::neither}) {
    if (to_string(better) == text) return better;
  }
  throw Error(ErrorCode::bad_input, "'" + text + "' is no direction of a metric",
              "one of lower, higher, neither");
}

std::string to_string(Over over) {
  return over == Over::total     ? "total"
         : over == Over::mean    ? "mean"
         : over == Over::highest ? "highest"
                                 : "unit";
}

Over parse_over(const std::string& text) {
  for (const auto over : {Over::unit, Over::total, Over::mean, Over::highest}) {
    if (to_string(over) == text) return over;
  }
  throw Error(ErrorCode::bad_input, "'" + text + "' is no way to join readings",
              "one of total, mean, highest, or unit, where the metric's unit says it");
}

std::string source_of(const std::string& id) { return id.substr(0, id.find('.')); }

bool is_own_metric(const std::string& id) {
  for (const char* own :
       {"time", "throughput", "roof", "host", "load", "profile", "warmup", "worker", "result", "meter"}) {
    if (source_of(id) == own) return true;
  }
  return id == "memory.peak_rss";
}

bool is_own_track(const std::string& id) {
  const std::string source = source_of(id);
  if (source == "time") return id == "time.wall" || id.starts_with("time.wall.");
  return is_own_metric(id) || source == "memory" || source == "size";
}

Over over_of(const Metric& metric) {
  if (metric.over != Over::unit) return metric.over;
  if (metric.id.ends_with(".max")) return Over::highest;
  for (const char* unit : {"ns", "count", "byte", "J"}) {
    if (metric.unit == unit) return Over::total;
  }
  return Over::mean;
}

}  // namespace assay
