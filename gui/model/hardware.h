// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gui/model/place.h"
#include "gui/model/table.h"
#include "harness/judge/fitness.h"
#include "harness/judge/ranking.h"
#include "reports/chart/bars.h"
#include "reports/chart/lines.h"

/// Which machine for this work: what the Hardware workspace is told, and what it shows of it.
namespace assay::gui {

/// A family of workloads; its tasks share its weight evenly.
struct FamilyWeight {
  std::string family;
  double weight = 1;
  std::size_t tasks = 0;
};

/// \throws Error{usage} on text that is no list of weights. `families` gives the rest of them, and their
/// order.
std::vector<FamilyWeight> read_weights(const std::string& text, std::vector<FamilyWeight> families);
/// The inverse; empty where each task counts alike (a family weighs as many as it has tasks).
std::string weights_text(const std::vector<FamilyWeight>& families);

struct HardwareHostEntry {
  std::string name;
  std::string class_id;
  std::size_t runs = 0;
  std::int64_t launches = 0;
  std::int64_t contended = 0;
  Fit fit = Fit::not_measured;
  std::optional<double> price_per_hour;
  std::string currency;
  std::optional<ParetoPlace> by_price, by_energy;  ///< `by` are places in HardwareScores::ranked
};

/// What stands for a host in a task, or why nothing does.
struct HardwareCell {
  std::optional<double> ns;  ///< median of a call
  std::string case_key;
  std::string reason;
};

struct HardwareTask {
  std::string name;
  std::vector<HardwareCell> hosts;  ///< in their order
};

struct HardwareRequirement {
  std::string name;
  std::string limit;  ///< "latency p99 at most 33.3 ms of vision.letterbox_f32"
  std::vector<Fit> fits;
  std::vector<std::string> reasons;
};

/// Made of judge's answer, immutable.
struct HardwareScores {
  HardwareAsk asked;
  std::vector<HardwareHostEntry> hosts;
  std::vector<FamilyWeight> families;
  std::vector<HardwareTask> tasks;
  std::vector<std::size_t> ranked;  ///< hosts; the ranking's are places in this list
  std::optional<Ranking> ranking;
  std::string no_ranking;
  std::vector<HardwareRequirement> requirements;
  std::vector<std::string> left_out;  ///< "TASK: why"
  std::vector<std::string> caveats;
};

/// A row a host, the fastest first; with chances of the first place and what it costs.
Table ranking_table(const HardwareScores& data);
/// A row a task, a column a host: its median, and how many times as fast as the reference.
Table score_table(const HardwareScores& data);
Table requirements_table(const HardwareScores& data);
/// What to know before believing it: flips, what is left out, caveats.
Table caution_table(const HardwareScores& data);

chart::BarChart ranking_chart(const HardwareScores& data);
/// Speed over price; empty says why there is none.
chart::LineChart price_chart(const HardwareScores& data);

}  // namespace assay::gui
