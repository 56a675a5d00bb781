// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QDateEdit>
#include <QDialog>
#include <QLineEdit>
#include <QPushButton>

#include "gui/model/source.h"

namespace assay::gui {

/// Why a regression is acknowledged, ignored or opened again, until when, and who says so.
class DecisionDialog : public QDialog {
  Q_OBJECT
 public:
  /// `kind`: TriageEvent::kind. `about`: the regression in words.
  DecisionDialog(const std::string& kind, const std::string& about, QWidget* parent = nullptr);

  /// What was decided before: reason, end and person stand as they are there.
  void show_event(const TriageEvent& event);
  /// Fills reason, end (that day's, UTC) and person.
  void fill(TriageEvent& event) const;

 private:
  void check();

  QLineEdit* reason_;
  QCheckBox* ends_;
  QDateEdit* until_;
  QLineEdit* person_;
  QPushButton* accept_;
  bool needs_reason_;
};

}  // namespace assay::gui
