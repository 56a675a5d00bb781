// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QGridLayout>
#include <QPushButton>
#include <QSlider>
#include <QTabWidget>
#include <QTimer>
#include <vector>

#include "gui/view/page.h"

namespace assay::gui {

/// Which machine for this work: hosts in an order, how sure that is, what each does of each task; weights
/// that move the order while they are dragged, requirements, prices, and what to know before believing it.
class HardwarePage : public Page {
  Q_OBJECT
 public:
  explicit HardwarePage(Source& source, QWidget* parent = nullptr);
  void show_place(const Place& place, std::shared_ptr<const Overview> data) override;
  TableView& table() override { return *ranking_; }
  ChartView* chart() override { return tabs_->currentWidget() == price_ ? price_ : chart_; }

 private:
  struct Weight {
    std::string family;
    QLabel* name;
    QSlider* slider;
    QLabel* share;
  };
  void show_answer(std::shared_ptr<const HardwareAnswered> answer);
  void show_weights(const std::vector<FamilyWeight>& families);
  void take_weights();
  void choose_file(std::string HardwareAsk::*file, const QString& title);
  void draw();

  Place place_;
  std::shared_ptr<const Overview> data_;
  std::shared_ptr<const HardwareAnswered> answer_;
  HardwareAsk asked_;
  bool asked_once_ = false;
  QTimer later_;  ///< while a slider is dragged a question follows the last one after a moment
  Banner* banner_;
  QLabel* note_;
  QComboBox* reference_;
  QPushButton* files_[2];
  QWidget* weights_box_;
  QGridLayout* weights_grid_;
  std::vector<Weight> weights_;
  std::vector<FamilyWeight> families_;
  TableView* ranking_;
  QTabWidget* tabs_;
  ChartView* chart_;
  ChartView* price_;
  TableView* scores_;
  TableView* requirements_;
  TableView* cautions_;
};

}  // namespace assay::gui
