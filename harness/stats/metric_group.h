// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/metric.h"
#include "harness/core/reading.h"
#include "harness/core/workload.h"
#include "harness/stats/formula.h"

namespace assay::stats {

/// One event of a metric group: what is asked of which collector, and which reading answers it.
struct GroupEvent {
  std::string name;       ///< in formulas: "l3_fills"
  std::string collector;  ///< "perf_event"
  std::string request;    ///< what its open() takes: "cycles", "l3_fills=r5f43"
  std::string metric;     ///< id of its reading: "perf.l3_fills"
  std::string unit;       ///< what it counts: "line"; the reading itself may say "count"
  std::string doc;
  std::string pfm{};  ///< libpfm4's name of a raw event: "amd64_fam19h_zen4::RETIRED_OPS"; may be empty
};

struct DerivedMetric {
  Metric metric;
  Formula formula;
};

/// Events that are counted together, and what is derived from them. Read from a file of collectors/groups.
struct MetricGroup {
  std::string name;    ///< "TOPDOWN1"
  std::string uarch;   ///< "zen4", "generic"
  std::string origin;  ///< its file
  std::string doc;
  std::vector<GroupEvent> events;  ///< in the order of the file: the first leads where the PMU wants a leader
  std::vector<DerivedMetric> metrics;
};

/// What a formula may name beside its group's events: facts of a call.
struct CallFacts {
  std::optional<double> time_ns;  ///< mean wall time of the calls that the readings are of
  std::string why_no_time;        ///< when it is not known
  int threads = 1;
  Work work;
};

/// `time` (ns), `threads` (thread), `operations` (operation), `bytes` (byte), `units` (unit of work).
struct CallFact {
  std::string name;
  std::string unit;
  std::string doc;
};
const std::vector<CallFact>& call_facts();

/// The unit of each metric's formula is the stated one, every name is an event or a fact of the call,
/// every event is used, and no metric has the id of an event's reading. \throws Error{bad_input} naming the
/// metric or the event.
void check_group(const MetricGroup& group);

/// The group's metrics, from a launch's readings. A metric whose event has no reading, or one without a
/// value, has none either: with that one's state, and a reason that names it.
std::vector<Reading> derive(const MetricGroup& group, const std::vector<Reading>& readings,
                            const CallFacts& facts);

}  // namespace assay::stats
