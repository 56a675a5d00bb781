// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "harness/core/error.h"
#include "harness/stats/bootstrap_median.h"
#include "harness/stats/distribution.h"
#include "harness/stats/random.h"

namespace assay {

namespace {

/// Laws by number of launches, each made once.
using MedianLaws = std::map<std::size_t, stats::BootstrapMedian>;

/// The launches of one host in one task, as logarithms.
struct LogLaunches {
  std::size_t count = 0;
  double median = 0;
  const stats::BootstrapMedian* law = nullptr;
  std::vector<double> drawn;  ///< the medians that resampling gives, by the law's places, widened

  LogLaunches(const std::vector<double>& medians_ns, MedianLaws& laws) : count(medians_ns.size()) {
    std::vector<double> sorted;
    for (const double ns : medians_ns) {
      if (!(ns > 0)) throw Error(ErrorCode::internal, "a launch of a ranked task took no time");
      sorted.push_back(std::log(ns));
    }
    if (sorted.empty()) throw Error(ErrorCode::internal, "a ranked task has no launches");
    std::sort(sorted.begin(), sorted.end());
    median = stats::quantile_sorted(sorted, 0.5);
    const auto n = static_cast<double>(count);
    const double widening = count > 1 ? std::sqrt(n / (n - 1)) : 1;
    law = &laws.try_emplace(count, count).first->second;
    for (const auto& place : law->places())
      drawn.push_back(median + widening * ((sorted[place.low] + sorted[place.high]) / 2 - median));
  }

  double draw(stats::Random& random) const { return drawn[law->draw(random)]; }
};

/// What summaries are made of: of each host and group a value in which scores are linear, higher is better.
class Scores {
 public:
  explicit Scores(const RankingInput& input) : input_(input), members_(input.groups.size()) {
    for (const RankedTask& task : input.tasks) {
      if (task.group >= input.groups.size() || task.launch_medians_ns.size() != input.hosts.size())
        throw Error(ErrorCode::internal, "a ranked task without its group or one of the hosts");
      ++members_[task.group];
      std::vector<LogLaunches>& own = launches_.emplace_back();
      for (const auto& medians : task.launch_medians_ns) own.emplace_back(medians, laws_);
    }
    for (std::size_t g = 0; g < input.groups.size(); ++g)
      weights_.push_back(members_[g] > 0 ? input.groups[g].weight : 0);
  }

  const std::vector<double>& weights() const { return weights_; }
  const LogLaunches& launches(std::size_t task, std::size_t host) const { return launches_[task][host]; }

  /// What a task adds to its group's value.
  double value(Summary summary, std::size_t task, double log_ns) const {
    if (summary == Summary::total_time) return -std::exp(log_ns);
    return -log_ns / static_cast<double>(members_[input_.tasks[task].group]);
  }

  std::vector<std::vector<double>> points(Summary summary) const {  ///< [host][group]
    std::vector<std::vector<double>> values(input_.hosts.size(),
                                            std::vector<double>(input_.groups.size(), 0.0));
    for (std::size_t t = 0; t < input_.tasks.size(); ++t) {
      for (std::size_t h = 0; h < values.size(); ++h)
        values[h][input_.tasks[t].group] += value(summary, t, launches_[t][h].median);
    }
    return values;
  }

  /// Logarithm of speed: differences of these are logarithms of ratios, whatever the summary.
  static double log_speed(Summary summary, const std::vector<double>& values,
                          const std::vector<double>& weights) {
    const double sum = std::inner_product(values.begin(), values.end(), weights.begin(), 0.0);
    return log_speed(summary, sum, std::accumulate(weights.begin(), weights.end(), 0.0));
  }
  static double log_speed(Summary summary, double sum, double all_weights) {
    return summary == Summary::total_time ? -std::log(-sum) : sum / all_weights;
  }

 private:
  const RankingInput& input_;
  std::vector<std::size_t> members_;
  std::vector<std::vector<LogLaunches>> launches_;  ///< [task][host]
  std::vector<double> weights_;
  MedianLaws laws_;  ///< what launches_ point into
};

std::vector<double> log_speeds(Summary summary, const std::vector<std::vector<double>>& values,
                               const std::vector<double>& weights) {
  std::vector<double> speeds;
  for (const auto& own : values) speeds.push_back(Scores::log_speed(summary, own, weights));
  return speeds;
}

/// Hosts by speed, the fastest first; of equal ones the earlier.
std::vector<std::size_t> places(const std::vector<double>& speeds) {
  std::vector<std::size_t> order(speeds.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return speeds[a] > speeds[b]; });
  return order;
}

/// Counts of places over resamples.
class PlaceCounts {
 public:
  explicit PlaceCounts(std::size_t hosts) : counts_(hosts, std::vector<double>(hosts, 0.0)) {}
  void add(const std::vector<double>& speeds) {
    const auto order = places(speeds);
    for (std::size_t place = 0; place < order.size(); ++place) ++counts_[order[place]][place];
    ++all_;
  }
  std::vector<double> chances(std::size_t host) const {
    std::vector<double> result = counts_[host];
    for (double& chance : result) chance /= all_;
    return result;
  }

 private:
  std::vector<std::vector<double>> counts_;
  double all_ = 0;
};

/// The share of draws beyond each end of an interval, by launches a side; below 3 there is none.
using Tails = std::map<std::size_t, double>;
double tail_of(std::size_t launches, Tails& tails) {
  const auto [place, fresh] = tails.try_emplace(launches, 0.0);
  if (fresh)
    place->second = stats::normal_cdf(-stats::student_quantile(0.975, static_cast<double>(launches) - 1));
  return place->second;
}

/// Percentiles of the ratio of two that are drawn as logarithms of speed, for `n` launches a side.
std::optional<stats::Interval> interval_of(const std::vector<double>& drawn,
                                           const std::vector<double>& against, std::size_t n, Tails& tails) {
  if (n < 3) return std::nullopt;
  std::vector<double> differences(drawn.size());
  for (std::size_t b = 0; b < drawn.size(); ++b) differences[b] = drawn[b] - against[b];
  const double tail = tail_of(n, tails);
  return stats::Interval{std::exp(stats::quantile(differences, tail)),
                         std::exp(stats::quantile(differences, 1 - tail))};
}

/// Where the leader is overtaken, one group's weight being changed: sum of w * d is the leader's lead, d its
/// lead in a group.
std::vector<RankFlip> flips_of(const RankingInput& input, const std::vector<std::vector<double>>& values,
                               const std::vector<double>& weights, const std::vector<std::size_t>& order) {
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  const bool shares = input.summary == Summary::geometric_mean;
  std::vector<RankFlip> flips;
  for (std::size_t place = 1; place < order.size(); ++place) {
    const auto& leader = values[order[0]];
    const auto& other = values[order[place]];
    double lead = 0;
    for (std::size_t g = 0; g < weights.size(); ++g) lead += weights[g] * (leader[g] - other[g]);
    std::optional<RankFlip> smallest;
    const auto size = [&](const RankFlip& flip) {
      return shares ? std::abs(flip.then - flip.now) : std::abs(std::log(flip.then / flip.now));
    };
    for (std::size_t g = 0; g < weights.size(); ++g) {
      const double d = leader[g] - other[g];
      const double then = weights[g] - lead / d;  // infinite where they are equal in this group
      // Nothing counts for less than nothing; what is a zero but for rounding leaves both without anything.
      if (weights[g] <= 0 || !std::isfinite(then) || then <= 1e-9 * weights[g]) continue;
      if (shares && all - weights[g] <= 0) continue;
      RankFlip flip{order[place], input.groups[g].name, weights[g], then};
      if (shares) {
        flip.now = weights[g] / all;
        flip.then = then / (all - weights[g] + then);
      }
      if (!smallest || size(flip) < size(*smallest)) smallest = flip;
    }
    if (smallest) flips.push_back(*smallest);
  }
  std::stable_sort(flips.begin(), flips.end(), [&](const RankFlip& a, const RankFlip& b) {
    return std::abs(a.then - a.now) < std::abs(b.then - b.now);
  });
  return flips;
}

/// Logarithms of speed that resampling gives, and each task's ratio with an interval from the same draws.
struct Draws {
  std::vector<std::vector<double>> launches, both;  ///< [host][resample]: weights as they are, and varied
  std::vector<std::vector<TaskRatio>> ratios;       ///< [host][task], against the reference
};

/// `varied`: [resample][group].
Draws draw(const RankingInput& input, const Scores& scores, const std::vector<std::vector<double>>& varied,
           stats::Random& random, Tails& tails) {
  const std::size_t hosts = input.hosts.size(), resamples = varied.size();
  const std::vector<double>& weights = scores.weights();
  const std::vector<std::vector<double>> none(hosts, std::vector<double>(resamples, 0.0));
  Draws draws{none, none, std::vector<std::vector<TaskRatio>>(hosts)};
  auto speeds = none;  // of one task
  for (std::size_t t = 0; t < input.tasks.size(); ++t) {
    const std::size_t g = input.tasks[t].group;
    for (std::size_t h = 0; h < hosts; ++h) {
      const LogLaunches& own = scores.launches(t, h);
      for (std::size_t b = 0; b < resamples; ++b) {
        const double log_ns = own.draw(random), value = scores.value(input.summary, t, log_ns);
        speeds[h][b] = -log_ns;
        draws.launches[h][b] += weights[g] * value;
        draws.both[h][b] += varied[b][g] * value;
      }
    }
    const LogLaunches& reference = scores.launches(t, input.reference);
    for (std::size_t h = 0; h < hosts; ++h) {
      const LogLaunches& own = scores.launches(t, h);
      TaskRatio ratio{input.tasks[t].name, std::exp(reference.median - own.median), {}};
      ratio.interval = h == input.reference ? stats::Interval{1, 1}
                                            : interval_of(speeds[h], speeds[input.reference],
                                                          std::min(own.count, reference.count), tails);
      draws.ratios[h].push_back(std::move(ratio));
    }
  }
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t b = 0; b < resamples; ++b) {
    const double all_varied = std::accumulate(varied[b].begin(), varied[b].end(), 0.0);
    for (std::size_t h = 0; h < hosts; ++h) {
      draws.launches[h][b] = Scores::log_speed(input.summary, draws.launches[h][b], all);
      draws.both[h][b] = Scores::log_speed(input.summary, draws.both[h][b], all_varied);
    }
  }
  return draws;
}

void take_ratios(HostScore& score, std::vector<TaskRatio> ratios) {
  score.ratios = std::move(ratios);
  const auto [least, most] = std::minmax_element(score.ratios.begin(), score.ratios.end(),
                                                 [](auto& a, auto& b) { return a.ratio < b.ratio; });
  score.least = least->ratio, score.least_task = least->task;
  score.most = most->ratio, score.most_task = most->task;
}

}  // namespace

Ranking rank(const RankingInput& input) {
  const std::size_t hosts = input.hosts.size();
  if (hosts == 0 || input.tasks.empty() || input.reference >= hosts)
    throw Error(ErrorCode::internal, "a ranking without hosts, tasks or reference was asked for");
  const Scores scores(input);
  const std::vector<double>& weights = scores.weights();
  const auto points = scores.points(input.summary);
  const std::vector<double> speeds = log_speeds(input.summary, points, weights);

  std::size_t fewest = scores.launches(0, 0).count;
  for (std::size_t t = 0; t < input.tasks.size(); ++t) {
    for (std::size_t h = 0; h < hosts; ++h) fewest = std::min(fewest, scores.launches(t, h).count);
  }
  const auto resamples = static_cast<std::size_t>(std::max(input.resamples, 100));
  const double sigma = std::log(std::max(input.within, 1.0));
  stats::Random random(input.seed);
  std::vector<std::vector<double>> varied(resamples, weights);
  for (std::vector<double>& own : varied) {
    for (double& weight : own) weight *= std::exp(sigma * random.normal());
  }
  Tails tails;
  Draws draws = draw(input, scores, varied, random, tails);
  PlaceCounts by_launches(hosts), by_weights(hosts), by_both(hosts);
  std::vector<double> now(hosts), then(hosts);
  for (std::size_t b = 0; b < resamples; ++b) {
    for (std::size_t h = 0; h < hosts; ++h) now[h] = draws.launches[h][b], then[h] = draws.both[h][b];
    by_launches.add(now);
    by_both.add(then);
    by_weights.add(log_speeds(input.summary, points, varied[b]));
  }
  const auto against = [&](std::size_t a, std::size_t b) {
    return interval_of(draws.launches[a], draws.launches[b], fewest, tails);
  };

  Ranking ranking;
  ranking.summary = input.summary;
  ranking.reference = input.reference;
  const std::vector<std::size_t> order = places(speeds);
  const auto totals = scores.points(Summary::total_time);
  for (const std::size_t host : order) {
    HostScore score;
    score.host = host;
    score.ratio = std::exp(speeds[host] - speeds[input.reference]);
    score.interval = host == input.reference ? stats::Interval{1, 1} : against(host, input.reference);
    score.total_ns = -std::inner_product(
        totals[host].begin(), totals[host].end(),
        (input.summary == Summary::total_time ? weights : std::vector<double>(weights.size(), 1.0)).begin(),
        0.0);
    take_ratios(score, std::move(draws.ratios[host]));
    score.by_launches = by_launches.chances(host);
    score.by_weights = by_weights.chances(host);
    score.by_both = by_both.chances(host);
    ranking.order.push_back(std::move(score));
  }
  ranking.pairs.assign(hosts, std::vector<Order>(hosts, Order::equal));
  for (std::size_t a = 0; a < hosts; ++a) {
    for (std::size_t b = a + 1; b < hosts; ++b) {
      const auto interval = against(a, b);
      const Order seen = !interval            ? Order::unknown
                         : interval->low > 1  ? Order::better
                         : interval->high < 1 ? Order::worse
                                              : Order::unknown;
      ranking.pairs[a][b] = seen;
      ranking.pairs[b][a] = seen == Order::better  ? Order::worse
                            : seen == Order::worse ? Order::better
                                                   : seen;
    }
  }
  ranking.flips = flips_of(input, points, weights, order);
  const Summary other = input.summary == Summary::total_time ? Summary::geometric_mean : Summary::total_time;
  const std::vector<double> ones(weights.size(), 1.0);
  const std::size_t winner = places(log_speeds(other, scores.points(other), ones)).front();
  if (winner != order.front()) ranking.other_winner = input.hosts[winner];
  return ranking;
}

std::string to_string(Front front) {
  switch (front) {
    case Front::front:
      return "front";
    case Front::dominated:
      return "dominated";
    case Front::cannot_tell:
      return "cannot tell apart";
    case Front::unknown:
      return "not known";
  }
  return "not known";
}

std::vector<ParetoPlace> pareto(const std::vector<std::vector<Order>>& faster,
                                const std::vector<std::optional<Cost>>& costs) {
  const auto cheaper = [&](std::size_t a, std::size_t b) {
    if (costs[a]->high < costs[b]->low) return Order::better;
    if (costs[a]->low > costs[b]->high) return Order::worse;
    const bool exact = costs[a]->low == costs[a]->high && costs[b]->low == costs[b]->high;
    return exact ? Order::equal : Order::unknown;
  };
  std::vector<ParetoPlace> places(costs.size());
  for (std::size_t host = 0; host < costs.size(); ++host) {
    if (!costs[host]) continue;
    std::vector<std::size_t> dominating, alike;
    for (std::size_t other = 0; other < costs.size(); ++other) {
      if (other == host || !costs[other]) continue;
      const Order speed = faster[other][host];
      const Order cost = cheaper(other, host);
      if (speed == Order::worse || cost == Order::worse) continue;
      const bool known = speed != Order::unknown && cost != Order::unknown;
      if (known && (speed == Order::better || cost == Order::better)) dominating.push_back(other);
      if (!known) alike.push_back(other);
    }
    ParetoPlace& place = places[host];
    place.front = !dominating.empty() ? Front::dominated : !alike.empty() ? Front::cannot_tell : Front::front;
    place.by = !dominating.empty() ? dominating : alike;
  }
  return places;
}

}  // namespace assay
