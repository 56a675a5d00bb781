// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <map>
#include <memory>
#include <set>

#include "gui/model/filter.h"
#include "gui/model/table.h"

namespace assay::gui {

/// A Table for a view: filtered and sorted here over indices, without a proxy. Texts are cleaned (no
/// controls, no direction marks, one line) and cut where they are longer than anybody reads.
class TableModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Roles { id_role = Qt::UserRole, tone_role };
  using QAbstractTableModel::QAbstractTableModel;

  /// Another table; one of the same rows and columns changes in place, without a reset.
  void set_table(std::shared_ptr<const Table> table);
  void set_filter(const Filter& filter, bool with_minor);

  const Table& table() const { return *table_; }
  const std::vector<int>& shown() const { return shown_; }  ///< indices of the table's rows, in order
  int row_of(const std::string& id) const;                  ///< -1: it is not shown
  std::string id_at(int row) const;
  int minor_count() const {
    return minor_;
  }  ///< rows that the filter accepts and that are not shown as minor
  int refused_count() const { return refused_; }  ///< rows that the filter leaves out
  std::string reason_for_nothing() const;         ///< why no row is shown
  /// Values of the rows' fields, for completion.
  std::map<std::string, std::vector<std::string>> field_values() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 private:
  std::vector<int> selected();
  void arrange();

  std::shared_ptr<const Table> table_ = std::make_shared<const Table>();
  Filter filter_;
  bool with_minor_ = false;
  int sort_column_ = -1;  ///< -1: the table's own order
  Qt::SortOrder sort_order_ = Qt::AscendingOrder;
  std::vector<int> shown_;
  int minor_ = 0;
  int refused_ = 0;
};

/// Text of others as one line: cleaned, at most `most` characters.
QString shown_text(const std::string& text, int most = 300);

}  // namespace assay::gui
