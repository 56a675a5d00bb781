// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>
#include <map>
#include <vector>

class QStringListModel;

namespace assay::gui {

/// The filter's text, with completion of keys and of the values that there are. What is wrong in it is its
/// tooltip, and its letters say so.
class FilterBar : public QLineEdit {
  Q_OBJECT
 public:
  explicit FilterBar(QWidget* parent = nullptr);
  void set_values(std::map<std::string, std::vector<std::string>> values);
  void show_text(const std::string& text);  ///< without telling filtered()

 signals:
  void filtered(const std::string& text);
  void problem(const QString& text);  ///< empty: nothing is wrong

 private:
  void complete();
  void check();
  std::map<std::string, std::vector<std::string>> values_;
  QStringListModel* words_;
};

}  // namespace assay::gui
