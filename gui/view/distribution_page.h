// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/view/page.h"

namespace assay::gui {

/// The samples of one case in two runs: distribution, histogram, percentiles, in order, over the launch,
/// launches apart.
class DistributionPage : public Page {
  Q_OBJECT
 public:
  explicit DistributionPage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *cases_; }
  ChartView* chart() override { return charts_[0]; }

 private:
  void show_answer(std::shared_ptr<const Distribution> answer);

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::string asked_case_;
  Sides asked_;
  TableView* cases_;
  QLabel* what_;
  Banner* banner_;
  ChartView* charts_[6];
};

}  // namespace assay::gui
