// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTableView>
#include <memory>

#include "gui/model/table_model.h"

namespace assay::gui {

/// A TableModel as a view: one row is selected, and stays selected and in sight when data change. Ctrl+C
/// copies the shown rows as Markdown. Where no row is shown it says why.
class TableView : public QTableView {
  Q_OBJECT
 public:
  explicit TableView(const QString& name, QWidget* parent = nullptr);

  TableModel& model_of() { return *model_; }
  void set_table(std::shared_ptr<const Table> table);
  void set_filter(const Filter& filter, bool with_minor);
  void select(const std::string& id);  ///< without telling chosen()
  std::string selected() const { return selected_; }
  void step(int rows);  ///< selects the row so many further on
  bool save_csv(const QString& path, QString* error) const;

 signals:
  void chosen(const std::string& id);  ///< by hand
  void failed(const QString& message);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void restore();
  void fit_columns();
  void copy_markdown();

  TableModel* model_;
  std::string selected_;
  bool restoring_ = false;
  std::vector<std::string> fitted_;  ///< titles of the columns whose widths were chosen
};

/// A window of its own with a table, to read and to export.
void show_table_window(QWidget* parent, const QString& title, std::shared_ptr<const Table> table);

}  // namespace assay::gui
