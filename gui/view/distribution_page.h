// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/model/filter.h"
#include "gui/view/page.h"

namespace assay::gui {

/// The samples of one case in two runs: distribution, histogram, violin, percentiles, in order, over the
/// launch, launches apart, autocorrelation. Times that are brushed in the first three narrow the others
/// (`latency:` in the filter).
class DistributionPage : public Page {
  Q_OBJECT
 public:
  explicit DistributionPage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *cases_; }
  ChartView* chart() override { return charts_[0]; }

 private:
  void show_answer(std::shared_ptr<const Distribution> answer);
  void draw();

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::shared_ptr<const Distribution> answer_;
  std::optional<Range> latency_;  ///< ns; as drawn
  std::string asked_case_;
  Sides asked_;
  TableView* cases_;
  QLabel* what_;
  Banner* banner_;
  enum Part { ecdf, histogram, violin, percentiles, order, over_launch, launches, correlation, parts };
  ChartView* charts_[parts];
  TableView* table_;
};

}  // namespace assay::gui
