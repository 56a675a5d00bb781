// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QPushButton>

#include "gui/view/page.h"
#include "gui/view/rule_bar.h"

namespace assay::gui {

/// Regressions, the selected one's history and what is known of it; acknowledging, ignoring, opening again.
class TriagePage : public Page {
  Q_OBJECT
 public:
  explicit TriagePage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *table_; }
  ChartView* chart() override { return chart_; }

  void decide(const std::string& kind);  ///< asks, then stores; nothing without a selection
  std::string bisect_command() const;    ///< to be copied; nothing is started here
  /// Why the last decision was not stored.
  std::optional<Problem> undecided() const { return draft_ ? draft_->problem : std::nullopt; }

 private:
  const RegressionEntry* selected() const;
  void choose(const std::string& row);
  void show_answer(std::shared_ptr<const SeriesHistory> answer);
  void brush(double low, double high);
  void show_brushed();

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::shared_ptr<const SeriesHistory> answer_;
  std::string asked_;             ///< series
  std::optional<Decided> draft_;  ///< what could not be stored: nobody types it twice
  QLabel* count_;
  QCheckBox* all_;
  RuleBar* rules_;
  TableView* table_;
  ChartView* chart_;
  QLabel* details_;
  QPushButton* buttons_[3];
};

}  // namespace assay::gui
