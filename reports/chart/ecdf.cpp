// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/ecdf.h"

#include <algorithm>

namespace assay::chart {

Scene draw(const EcdfChart& chart, const Canvas& canvas) {
  LineChart lines;
  lines.title = chart.title;
  lines.description = chart.description;
  lines.x = chart.x;
  lines.y = {"share of samples", {Unit::Kind::percent, ""}, Scale::linear, Domain{0, 1}};
  lines.references = chart.references;
  lines.empty = chart.empty;
  for (const Samples& samples : chart.series) {
    std::vector<double> sorted = samples.values;
    std::erase_if(sorted, [&](double v) { return !showable(v, chart.x.scale); });
    std::sort(sorted.begin(), sorted.end());
    LineSeries s;
    s.name = samples.name;
    s.step = true;
    if (!sorted.empty()) {  // up from nothing at the least sample
      s.x.push_back(sorted.front());
      s.y.push_back(0);
    }
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i + 1 < sorted.size() && sorted[i + 1] == sorted[i]) continue;
      s.x.push_back(sorted[i]);
      s.y.push_back(static_cast<double>(i + 1) / static_cast<double>(sorted.size()));
    }
    lines.series.push_back(std::move(s));
  }
  return draw(lines, canvas);
}

}  // namespace assay::chart
