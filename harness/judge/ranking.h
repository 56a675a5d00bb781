// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/weights.h"
#include "harness/stats/quantile.h"

/// Hosts in an order, by the tasks that all of them have, and how far that order is to be trusted. Pure and
/// deterministic: equal input gives equal figures on every machine.
namespace assay {

/// A task that all ranked hosts have: the medians of each host's launches, ns a call, in the order of hosts.
struct RankedTask {
  std::string name;
  std::size_t group = 0;
  std::vector<std::vector<double>> launch_medians_ns;  ///< of each host; none is empty, all are positive
};

struct RankedGroup {
  std::string name;
  double weight = 1;
};

struct RankingInput {
  std::vector<std::string> hosts;
  std::size_t reference = 0;  ///< ratios are against this host
  std::vector<RankedTask> tasks;
  std::vector<RankedGroup> groups;  ///< those without a task count for nothing
  Summary summary = Summary::geometric_mean;
  double within = 1.5;   ///< Weights::within
  int resamples = 2000;  ///< of launches and weights
  std::uint64_t seed = 1;
};

struct TaskRatio {
  std::string task;
  double ratio = 1;                         ///< > 1: faster than the reference host
  std::optional<stats::Interval> interval;  ///< 95 %
};

struct HostScore {
  std::size_t host = 0;
  double ratio = 1;  ///< of the summary, against the reference host; > 1: faster
  std::optional<stats::Interval> interval;
  double least = 1, most = 1;  ///< of the tasks' ratios
  std::string least_task, most_task;
  double total_ns = 0;            ///< sum over tasks of calls * median: what total time compares
  std::vector<TaskRatio> ratios;  ///< in the order of tasks
  /// The chance of each place, the first one first: over launches, over weights, over both.
  std::vector<double> by_launches, by_weights, by_both;
};

/// The leader and another host change places where this group alone counts differently.
struct RankFlip {
  std::size_t other = 0;  ///< host
  std::string group;
  double now = 0;   ///< its share of all weights; of total time the calls
  double then = 0;  ///< from here on the other host is first
};

/// How two hosts stand in the summary.
enum class Order { better, worse, unknown, equal };

struct Ranking {
  Summary summary = Summary::geometric_mean;
  std::size_t reference = 0;
  std::vector<HostScore> order;             ///< the fastest first
  std::vector<RankFlip> flips;              ///< of the leader, the smallest change first; one for each host
  std::vector<std::vector<Order>> pairs;    ///< [a][b]: a against b, by the 95 % interval of their ratio
  std::optional<std::string> other_winner;  ///< the leader of the other summary, where it is another host
};

/// A task's time on a host is the median of the launches' logarithms; a ratio is that of two such times, and
/// the summary is made of the same times, so that it lies between its least and its most. (`compare` takes
/// pairs of launches in their place, which is sharper for two sides and does not add up over several hosts.)
/// Intervals and the chances of places come from resampling the launches of every host and task at random
/// (the bootstrap, a launch being the unit), each deviation widened by sqrt(n / (n - 1)), and percentiles at
/// normal_cdf(+-t) with Student's t of the fewest launches less one: Hesterberg, "What Teachers Should Know
/// About the Bootstrap", The American Statistician 69, 2015, 4.2. Without an interval where a host has fewer
/// than 3 launches of a task. Weights vary by a log-normal factor (Weights::within). A flip is exact: scores
/// are linear in the weights. \throws Error{internal} without hosts, without tasks, or where a list is short.
Ranking rank(const RankingInput& input);

/// Where a host stands among all by speed and what it costs.
enum class Front {
  front,        ///< no other is as good in both
  dominated,    ///< another is better in one, and no worse in the other
  cannot_tell,  ///< another may be as good in both: intervals overlap
  unknown       ///< what it costs is not known
};
std::string to_string(Front front);  ///< "front", "dominated", "cannot tell apart", "not known"

struct ParetoPlace {
  Front front = Front::unknown;
  std::vector<std::size_t> by;  ///< hosts that dominate it, or that it cannot be told apart from
};

/// A cost for each host with its interval (low = high: exact); empty: not known. `faster[a][b]`: a against b.
struct Cost {
  double low = 0;
  double high = 0;
};
std::vector<ParetoPlace> pareto(const std::vector<std::vector<Order>>& faster,
                                const std::vector<std::optional<Cost>>& costs);

}  // namespace assay
