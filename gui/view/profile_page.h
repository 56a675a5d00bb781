// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QTabWidget>

#include "gui/view/page.h"

namespace assay::gui {

/// Why one case of a run is as fast as it is, and what makes it another time than in the base run: what
/// limits it, every metric, its place under the roofline, flame graph, hot loops of both runs, top-down,
/// timeline, reasons. Which of these is shown is the place's `part`.
class ProfilePage : public Page {
  Q_OBJECT
 public:
  explicit ProfilePage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *cases_; }
  ChartView* chart() override;

 private:
  struct LoopSide {
    QLabel* run;
    QLabel* code;  ///< why no source stands there
    QComboBox* box;
    TableView* listing;
  };

  QWidget* make_metrics();
  QWidget* make_flame();
  QWidget* make_loops();
  QWidget* make_timeline();
  void show_answer(std::shared_ptr<const CaseProfile> answer);
  void show_nothing(const std::string& why);
  void draw_flame();
  void fill_loops();
  void show_loop(std::size_t side);
  void show_track();

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::shared_ptr<const CaseProfile> answer_;
  std::string asked_case_;
  Sides asked_;
  std::optional<std::size_t> root_;  ///< the frame of the flame graph that takes all the width
  TableView* cases_;
  Banner* banner_;
  QLabel* findings_;
  QTabWidget* tabs_;
  TableView* metrics_;
  ChartView* roofline_;
  QLineEdit* find_;
  QCheckBox* difference_;
  ChartView* flame_;
  LoopSide loops_[2];  ///< base, new
  ChartView* top_down_;
  ChartView* timeline_;
  QComboBox* track_box_;
  ChartView* track_;
  QLabel* reasons_text_;
  TableView* reasons_;
};

}  // namespace assay::gui
