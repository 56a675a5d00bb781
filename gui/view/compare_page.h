// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QTabWidget>

#include <QElapsedTimer>
#include <QTimer>

#include "gui/model/tables.h"
#include "gui/view/page.h"

namespace assay::gui {

/// Two runs side by side, or results of one across an axis (CompareAsk): verdicts with ratios and intervals,
/// scaling curves, what differs between their hosts, their commits. Which tab is shown is the place's `part`.
class ComparePage : public Page {
  Q_OBJECT
 public:
  explicit ComparePage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *table_; }
  ChartView* chart() override { return tabs_->currentIndex() == 1 ? scaling_ : chart_; }

 private:
  void show_answer(std::shared_ptr<const Pairing> answer);
  void ask_now();
  void fill_axes();
  void fill_boxes();
  void select_case();
  void fill_runs(QComboBox* box, const std::string& chosen);
  void draw();

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::shared_ptr<const Pairing> answer_;
  CompareAsk asked_;
  QTimer again_;          ///< a run that goes on is compared again
  QElapsedTimer asking_;  ///< since it was asked
  qint64 answer_ms_ = 0;  ///< how long the last answer took
  Brushed brushed_;       ///< which runs the boxes list
  QComboBox* across_;
  QLabel* base_name_;
  QLabel* candidate_name_;
  QComboBox* base_;
  QComboBox* candidate_;
  QLabel* count_;
  Banner* banner_;
  TableView* table_;
  QTabWidget* tabs_;
  ChartView* chart_;
  ChartView* scaling_;
  TableView* environment_;
  TableView* commits_;
};

}  // namespace assay::gui
