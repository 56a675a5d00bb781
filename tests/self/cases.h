// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>

#include "harness/core/sample.h"
#include "workloads/support/array_kernel.h"

/// Assay's own hot paths as cases: "assay" is the code that Assay runs, "reference" what must come of it.
namespace assay::self {

inline constexpr const char* assay_path = "assay";

/// n samples of about 50 us, as the n inputs say, with a gap of 40 ns between them.
inline Samples samples_of(std::span<const float> x) {
  Samples samples;
  std::int64_t now = 1000;
  for (const float one : x) {
    now += 40;
    samples.start_ns.push_back(now);
    now += 50'000 + std::lround(2'000 * one);
    samples.end_ns.push_back(now);
  }
  return samples;
}

/// y[i] = how long sample i took, in ns.
inline void write_durations(const Samples& samples, std::span<float> y) {
  for (std::size_t i = 0; i < y.size(); ++i)
    y[i] = static_cast<float>(samples.end_ns.at(i) - samples.start_ns.at(i));
}

/// A case whose samples go some way and have to come back as they were.
inline Workload round_trip(const std::string& name, const std::string& doc, std::int64_t n,
                           Samples (*there_and_back)(const Samples&)) {
  const auto through = [](Samples (*way)(const Samples&)) {
    return [way](const Arrays& a) { write_durations(way(samples_of(a.inputs[0])), a.output); };
  };
  return {{.name = name,
           .doc = doc,
           .parameters = {{"n", n, "samples"}},
           .presets = {{"xs", {{"n", std::int64_t{100}}}}},
           .unit_of_work = "samples",
           .tolerances = {{"float", "abs", 0}},
           .operations_formula = "n",
           .bytes_formula = "8 * n"},
          {array_kernel("reference", {}, through([](const Samples& samples) { return samples; })),
           array_kernel(assay_path, {}, through(there_and_back))}};
}

}  // namespace assay::self
