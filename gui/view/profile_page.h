// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/view/page.h"

namespace assay::gui {

/// Why one case of a run is as fast as it is: what limits it, every metric, its place under the roofline.
class ProfilePage : public Page {
  Q_OBJECT
 public:
  explicit ProfilePage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *cases_; }
  ChartView* chart() override { return chart_; }

 private:
  void show_answer(std::shared_ptr<const CaseProfile> answer);

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::string asked_case_;
  std::string asked_run_;
  TableView* cases_;
  Banner* banner_;
  QLabel* findings_;
  TableView* metrics_;
  ChartView* chart_;
};

}  // namespace assay::gui
