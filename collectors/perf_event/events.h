// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay::perf {

struct Event {
  std::string name;      ///< "cycles"; the metric is "perf.cycles"
  std::uint32_t type;    ///< perf_event_attr::type
  std::uint64_t config;  ///< perf_event_attr::config
  std::string unit;      ///< "count" or "ns"
  int group;        ///< events of one group are on the hardware at the same time, so their ratios are true
  bool by_default;  ///< counted when no events are named
  bool counts_in_kernel;  ///< what it counts happens in the kernel: with exclude_kernel=1 it reads 0 whatever
                          ///< happens
  std::string doc;
};

const std::vector<Event>& events();

/// \throws Error{usage} naming the closest. Accepts "cycles" and "perf.cycles".
const Event& find_event(const std::string& name);

}  // namespace assay::perf
