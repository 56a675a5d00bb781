// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QWidget>
#include <vector>

#include "gui/model/place.h"

namespace assay::gui {

/// A slider for each rule that a history is judged by: what would have been told by others? They stand beside
/// each other, in two rows or in four where there is less room.
class RuleBar : public QWidget {
  Q_OBJECT
 public:
  explicit RuleBar(QWidget* parent = nullptr);
  void show_rules(const HistoryRules& rules);  ///< a value between two stands is shown at the upper one

  QSize sizeHint() const override { return minimumSizeHint(); }
  QSize minimumSizeHint() const override;

 signals:
  void changed(const assay::HistoryRules& rules);  ///< by hand

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Part {
    QWidget* box;
    QLabel* text;
    QSlider* slider;
  };
  void arrange();

  HistoryRules rules_;
  std::vector<Part> parts_;
  QPushButton* usual_;
  int columns_ = 0;
};

}  // namespace assay::gui
