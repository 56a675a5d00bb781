// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/change_points.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/distribution.h"

namespace assay::stats {

namespace {

constexpr std::size_t level_values = 25;     // the level that spikes stand off from is the median of so many,
constexpr std::size_t residual_values = 50;  // and its spread is of so many
constexpr std::size_t fewest_residuals = 10;  // with fewer, nothing is called a spike
constexpr double most_correlation = 0.9;      // more cannot be told from a drift

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The same of values that are in order: medians of windows that move are asked for with every value.
double median_of_sorted(const std::vector<double>& values) { return values[values.size() / 2]; }

void put(std::vector<double>& sorted, double value) {
  sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), value), value);
}

void take_out(std::vector<double>& sorted, double value) {
  sorted.erase(std::lower_bound(sorted.begin(), sorted.end(), value));
}

/// Two-sided p of a difference of means, `squares` being both sides' sums of squares. Means that differ where
/// no value differs from its mean differ for certain.
double p_of(double difference, double squares, double m, double n, double widening) {
  const double degrees = m + n - 2;
  if (difference == 0 || degrees < 1) return 1;
  const double variance = squares / degrees * (1 / m + 1 / n) * widening;
  if (variance <= 0) return 0;
  const double t = std::abs(difference) / std::sqrt(variance);
  return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

}  // namespace

ChangePoints::ChangePoints(const ChangePointRules& rules)
    : rules_(rules), least_t_(normal_quantile(1 - rules.strong / 2)) {}

void ChangePoints::Side::add(double value) {
  ++n;
  const double step = value - mean;
  mean += step / n;
  squares += step * (value - mean);
}

std::vector<std::size_t> ChangePoints::spikes() const {
  std::vector<std::size_t> all = spikes_;
  for (const Value& value : waiting_) all.push_back(value.index);
  return all;
}

/// The values that the level is the median of: the last ones since the last change.
void ChangePoints::follow_level() {
  const std::size_t begin = begins_.empty() ? 0 : begins_.back();
  const std::size_t first = std::max(begin, kept_.size() - std::min(kept_.size(), level_values));
  if (first < level_first_ || first > level_end_ || level_end_ > kept_.size()) {
    sorted_level_.clear();
    level_first_ = level_end_ = first;
  }
  for (; level_first_ < first; ++level_first_) take_out(sorted_level_, kept_[level_first_].value);
  for (; level_end_ < kept_.size(); ++level_end_) put(sorted_level_, kept_[level_end_].value);
}

/// 1 above the level, -1 below it, 0 at it. Beside values that wait already, half the distance is enough.
int ChangePoints::side_of(double value) {
  follow_level();
  level_ = sorted_level_.empty() ? value : median_of_sorted(sorted_level_);
  if (residuals_.size() < fewest_residuals) return 0;
  const int side = value > level_ ? 1 : -1;
  const double share = !waiting_.empty() && side == waiting_side_ ? 0.5 : 1;
  const double spread = 1.4826 * median_of_sorted(sorted_residuals_);
  return std::abs(value - level_) > share * rules_.spike * spread ? side : 0;
}

void ChangePoints::append(double value) {
  const Value now{value, size_++};
  const int side = side_of(value);
  if (!waiting_.empty() && side != waiting_side_) {
    for (const Value& spike : waiting_) spikes_.push_back(spike.index);
    waiting_.clear();
  }
  if (side == 0) return take(now);
  waiting_side_ = side;
  waiting_.push_back(now);
  if (waiting_.size() < rules_.shortest) return;
  const std::vector<Value> level = std::move(waiting_);
  waiting_.clear();
  for (const Value& value_of_level : level) take(value_of_level);
}

void ChangePoints::take(const Value& value) {
  if (!kept_.empty()) keep_residual(std::abs(value.value - level_));
  kept_.push_back(value);
  extend();
  if (kept_.size() == fewest_residuals && changes_.empty()) leave_out_first_spikes();
  review();
  find();
}

void ChangePoints::keep_residual(double residual) {
  put(sorted_residuals_, residual);
  if (residuals_.size() < residual_values) return residuals_.push_back(residual);
  double& oldest = residuals_[next_residual_++ % residual_values];
  take_out(sorted_residuals_, oldest);
  oldest = residual;
}

/// Spikes among the first values, now that there are enough to tell a level from.
void ChangePoints::leave_out_first_spikes() {
  std::vector<double> values;
  for (const Value& value : kept_) values.push_back(value.value);
  const double level = median(values);
  residuals_.clear();
  for (const double value : values) residuals_.push_back(std::abs(value - level));
  sorted_residuals_ = residuals_;
  std::sort(sorted_residuals_.begin(), sorted_residuals_.end());
  const double limit = rules_.spike * 1.4826 * median_of_sorted(sorted_residuals_);
  std::vector<Value> run;  // values in a row that stand off
  const std::vector<Value> all = std::move(kept_);
  kept_.clear();
  const auto end_run = [&] {
    if (run.size() >= rules_.shortest) {
      kept_.insert(kept_.end(), run.begin(), run.end());
    } else {
      for (const Value& spike : run) spikes_.push_back(spike.index);
    }
    run.clear();
  };
  for (const Value& value : all) {
    if (std::abs(value.value - level) > limit) {
      run.push_back(value);
    } else {
      end_run();
      kept_.push_back(value);
    }
  }
  kept_.insert(kept_.end(), run.begin(), run.end());  // more may come
  sorted_level_.clear();
  level_first_ = level_end_ = 0;
  rebuild();
}

/// The window takes the newest of the kept values.
void ChangePoints::extend() {
  const double value = kept_.back().value;
  const std::size_t size = splits_.size();
  double* const between = splits_.between.data() + splits_.head;
  double* const y = splits_.y.data() + splits_.head;
  scratch_.resize(size);
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    scratch_[i] = sum;
    sum += std::abs(kept_[from_ + i].value - value);
  }
  // The distances from X; from Y they are the others.
  for (std::size_t i = 0; i < size; ++i) {
    between[i] += scratch_[i];
    y[i] += sum - scratch_[i];
  }
  splits_.x.push_back(pairs_);
  splits_.y.push_back(0);
  splits_.between.push_back(sum);
  pairs_ += sum;
  if (size + 1 > rules_.window) shrink();
}

/// The window gives up its first value.
void ChangePoints::shrink() {
  const double value = kept_[from_].value;
  const std::size_t size = splits_.size();
  double* const between = splits_.between.data() + splits_.head;
  double* const x = splits_.x.data() + splits_.head;
  scratch_.resize(size);
  double total = 0;
  for (std::size_t i = 1; i < size; ++i) {
    scratch_[i] = total;
    total += std::abs(kept_[from_ + i].value - value);
  }
  for (std::size_t i = 1; i < size; ++i) {
    x[i] -= scratch_[i];
    between[i] -= total - scratch_[i];
  }
  pairs_ -= total;
  ++from_;
  if (++splits_.head < rules_.window) return;
  for (auto* values : {&splits_.x, &splits_.y, &splits_.between})
    values->erase(values->begin(), values->begin() + static_cast<std::ptrdiff_t>(splits_.head));
  splits_.head = 0;
}

/// After a change was told or taken back: the window begins with the level that goes on.
void ChangePoints::rebuild() {
  const std::size_t begin = begins_.empty() ? 0 : begins_.back();
  from_ = std::max(begin, kept_.size() - std::min(kept_.size(), rules_.window));
  splits_ = {};
  pairs_ = 0;
  const std::vector<Value> values(kept_.begin() + static_cast<std::ptrdiff_t>(from_), kept_.end());
  kept_.resize(from_);
  for (const Value& value : values) {
    kept_.push_back(value);
    extend();
  }
}

/// Of largest energy; 0 where that leaves too short a level behind it: more values may yet come there.
std::size_t ChangePoints::best_split() {
  const std::size_t size = splits_.size();
  if (size <= rules_.shortest) return 0;
  const double* const x = splits_.x.data() + splits_.head;
  const double* const y = splits_.y.data() + splits_.head;
  const double* const between = splits_.between.data() + splits_.head;
  scratch_.resize(size);
  double* const energy = scratch_.data();
  const auto all = static_cast<double>(size);
  const auto count = static_cast<int>(size);
  for (int i = static_cast<int>(rules_.shortest); i < count - 1; ++i) {
    const double m = i;
    const double n = all - m;
    energy[i] = (between[i] - (n * x[i] / (m - 1) + m * y[i] / (n - 1))) / all;
  }
  const std::size_t last = size - 1;  // one value alone has no distances within
  energy[last] = (between[last] - x[last] / (all - 2)) / all;
  std::size_t best = 0;
  double largest = 0;
  for (std::size_t i = rules_.shortest; i < size; ++i) {
    if (energy[i] <= largest) continue;
    largest = energy[i];
    best = i;
  }
  return best + rules_.shortest <= size ? best : 0;
}

/// (1+r)/(1-r), by which the variance of a mean grows with the correlation r of neighbours.
double ChangePoints::widening(std::size_t begin, std::size_t split, std::size_t end) const {
  double products = 0;
  double squares = 0;
  const auto add = [&](std::size_t first, std::size_t last) {
    double mean = 0;
    for (std::size_t i = first; i < last; ++i) mean += kept_[i].value / static_cast<double>(last - first);
    for (std::size_t i = first; i < last; ++i) {
      const double residual = kept_[i].value - mean;
      squares += residual * residual;
      if (i > first) products += residual * (kept_[i - 1].value - mean);
    }
  };
  add(begin, split);
  add(split, end);
  if (squares <= 0) return 1;
  const double seen = products / squares;
  const double bias = (1 + 3 * seen) / static_cast<double>(end - begin);  // residuals know their mean
  const double r = std::clamp(seen + bias, 0.0, most_correlation);
  return (1 + r) / (1 - r);
}

/// All splits whose squares between the sides are less than the change's by no more than `slack`.
void ChangePoints::set_range(ChangePoint& change, std::size_t split, double slack) const {
  const std::size_t size = splits_.size();
  std::vector<double> between(size, 0);
  const double origin = kept_[from_].value;
  double total = 0;
  for (std::size_t i = 0; i < size; ++i) total += kept_[from_ + i].value - origin;
  double left = 0;
  for (std::size_t i = 1; i < size; ++i) {
    left += kept_[from_ + i - 1].value - origin;
    const auto m = static_cast<double>(i);
    const auto n = static_cast<double>(size - i);
    const double difference = left / m - (total - left) / n;
    between[i] = m * n / (m + n) * difference * difference;
  }
  std::size_t first = split;
  std::size_t last = split;
  for (std::size_t i = 1; i < size; ++i) {
    if (between[i] < between[split] - slack) continue;
    first = std::min(first, i);
    last = std::max(last, i);
  }
  change.earliest = kept_[from_ + first - 1].index + 1;  // a spike before it may have been its first value
  change.latest = kept_[from_ + last].index;
}

/// Whether the step at `at` is so far below what is significant that no rounding could say otherwise: sums
/// instead of the slower Welford's, about a value of the window, as most values change nothing.
bool ChangePoints::surely_small(std::size_t at) const {
  const double origin = kept_[from_].value;
  const auto side = [&](std::size_t begin, std::size_t end) {
    double sum = 0, squares = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double step = kept_[i].value - origin;
      sum += step;
      squares += step * step;
    }
    const auto n = static_cast<double>(end - begin);
    return Side{n, sum / n, squares - sum * sum / n};
  };
  constexpr double margin = 0.9;
  const Side x = side(from_, at);
  const Side y = side(at, kept_.size());
  const double difference = y.mean - x.mean;
  const double variance = (x.squares + y.squares) / (x.n + y.n - 2);
  return difference * difference < margin * least_t_ * least_t_ * variance * (1 / x.n + 1 / y.n);
}

void ChangePoints::find() {
  const std::size_t split = best_split();
  if (split == 0) return;
  const std::size_t at = from_ + split;
  if (surely_small(at)) return;
  Side x;
  Side y;
  for (std::size_t i = from_; i < at; ++i) x.add(kept_[i].value);
  for (std::size_t i = at; i < kept_.size(); ++i) y.add(kept_[i].value);
  const double difference = y.mean - x.mean;
  const double variance = (x.squares + y.squares) / (x.n + y.n - 2);
  const bool small = difference * difference < least_t_ * least_t_ * variance * (1 / x.n + 1 / y.n);
  if (small || std::abs(difference) < rules_.smallest) return;
  const double wider = widening(from_, at, kept_.size());
  const double p = p_of(difference, x.squares + y.squares, x.n, y.n, wider);
  if (p >= rules_.strong) return;
  ChangePoint change{kept_[at].index, 0, 0, p};
  constexpr double chi_square_95 = 3.84;  // one degree of freedom
  set_range(change, split, chi_square_95 * variance * wider);
  changes_.push_back(change);
  begins_.push_back(at);
  rebuild();
  compare_sides();
}

/// Looks at the last change again as a whole.
void ChangePoints::compare_sides() {
  old_ = {};
  new_ = {};
  widening_ = 1;
  if (begins_.empty()) return;
  const std::size_t at = begins_.back();
  const std::size_t before = begins_.size() < 2 ? 0 : begins_[begins_.size() - 2];
  const std::size_t first = std::max(before, at - std::min(at, rules_.window));
  const std::size_t last = std::min(kept_.size(), at + rules_.window);
  for (std::size_t i = first; i < at; ++i) old_.add(kept_[i].value);
  for (std::size_t i = at; i < last; ++i) new_.add(kept_[i].value);
  widening_ = widening(first, at, last);
}

/// What came since may speak against the last change.
void ChangePoints::review() {
  if (changes_.empty() || new_.n >= static_cast<double>(rules_.window)) return;
  new_.add(kept_.back().value);
  const double difference = new_.mean - old_.mean;
  const double squares = old_.squares + new_.squares;
  constexpr double surely = 5;  // p < 0.01 from 4 degrees of freedom on
  const double variance = squares / (old_.n + new_.n - 2) * (1 / old_.n + 1 / new_.n) * widening_;
  const bool stands = difference * difference > surely * surely * variance ||
                      p_of(difference, squares, old_.n, new_.n, widening_) < rules_.weak;
  if (stands && std::abs(difference) >= rules_.smallest / 2) return;
  changes_.pop_back();
  begins_.pop_back();
  rebuild();
  compare_sides();
}

ChangePoints change_points(std::span<const double> values, const ChangePointRules& rules) {
  ChangePoints found(rules);
  for (const double value : values) found.append(value);
  return found;
}

}  // namespace assay::stats
