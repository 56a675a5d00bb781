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

/// "cycles", "perf.cycles", or a raw event under a name of one's own: "retired_ops=r00c1", hexadecimal, as
/// perf_event_attr::config takes it for PERF_TYPE_RAW; its metric is "perf.retired_ops".
/// \throws Error{usage} naming the closest, or what is wrong with a raw one.
Event parse_event(const std::string& text);

/// Sets each event's group. Raw ones and what is asked for beside them are counted together, in the order
/// given: a ratio of theirs is of one time, and some (Intel's topdown events) must follow another.
void group_events(std::vector<Event>& events);

}  // namespace assay::perf
