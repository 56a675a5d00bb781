// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gui/model/filter.h"
#include "gui/model/source.h"
#include "gui/model/table.h"
#include "reports/chart/histogram.h"

namespace assay::gui {

/// All samples of some launches, in seconds.
std::vector<double> seconds_of(const std::vector<LaunchTimes>& launches);

/// Only the samples within the range (ns); launches without any are gone.
Distribution narrowed(const Distribution& data, const Range& ns);

/// The correlation of samples with those so many samples later in the same launch, from lag 1 on, all
/// launches together: sum (x[t] - m)(x[t + k] - m) / sum (x[t] - m)^2, m the launch's mean (Box and Jenkins
/// 1976, 2.1.4). As many lags as a quarter of the longest launch, at most `most`; none where samples do not
/// vary.
std::vector<double> autocorrelation(const std::vector<LaunchTimes>& launches, std::size_t most);

/// The quantile of sorted values (Hyndman and Fan's type 7); NaN of none.
double quantile_of(const std::vector<double>& sorted, double p);

/// Edges of equal width over the values between their quantiles 0.005 and 0.995 (a single outlier would make
/// one bar of the rest): by Freedman and Diaconis (1981), 8 to 80 bins. What lies beyond falls into the last
/// ones.
std::vector<double> bin_edges(std::vector<double> values);
std::vector<double> bin_counts(const std::vector<double>& values, const std::vector<double>& edges);

/// A line a launch: samples, median, p90, p99 where there are as many as these need, lowest, highest.
Table launches_table(const Distribution& data);

}  // namespace assay::gui
