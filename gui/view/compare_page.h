// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QTabWidget>

#include "gui/view/page.h"

namespace assay::gui {

/// Two runs side by side: verdicts with ratios and intervals, what differs between their hosts, their
/// commits.
class ComparePage : public Page {
  Q_OBJECT
 public:
  explicit ComparePage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *table_; }
  ChartView* chart() override { return chart_; }

 private:
  void show_answer(std::shared_ptr<const Pairing> answer);
  void fill_runs(QComboBox* box, const std::string& chosen);
  void draw();

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::shared_ptr<const Pairing> answer_;
  Sides asked_;
  QComboBox* base_;
  QComboBox* candidate_;
  QLabel* count_;
  Banner* banner_;
  TableView* table_;
  ChartView* chart_;
  TableView* environment_;
  TableView* commits_;
};

}  // namespace assay::gui
