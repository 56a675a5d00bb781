// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QWidget>
#include <functional>
#include <memory>

#include "gui/model/place.h"
#include "gui/model/source.h"
#include "gui/view/chart_view.h"
#include "gui/view/table_view.h"

namespace assay::gui {

/// A workspace: a function of place and data. It asks the source for what it lacks, and tells by go() where a
/// hand leads; the window then shows every page the new place.
class Page : public QWidget {
  Q_OBJECT
 public:
  explicit Page(Source& source, QWidget* parent = nullptr) : QWidget(parent), source_(source) {}

  /// Also called again with the same place and newer data.
  virtual void show_place(const Place& place, std::shared_ptr<const Overview> data) = 0;
  virtual TableView& table() = 0;  ///< what filter, J and K work on
  virtual ChartView* chart() = 0;  ///< what Ctrl+E exports; nullptr: the table

 signals:
  void go(const assay::gui::Place& place);
  void narrow(const assay::gui::Place& place);  ///< typing on: one step with what was typed before
  void failed(const QString& message);

 protected:
  Source& source_;
};

/// A line over a page, for what is wrong in place: plain text, empty is hidden.
class Banner : public QLabel {
  Q_OBJECT
 public:
  explicit Banner(QWidget* parent = nullptr);
  void say(const std::vector<Problem>& problems);
  void say(const std::optional<Problem>& problem);
};

/// A label whose text is never read as HTML, and can be selected.
QLabel* plain_label(QWidget* parent);

/// The list of cases at the left of Distribution and Profile.
TableView* case_list(Page* page, const std::function<void(const std::string&)>& chosen);

}  // namespace assay::gui
