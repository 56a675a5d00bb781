// SPDX-License-Identifier: Apache-2.0
#include "gui/model/table_model.h"

#include <QFont>
#include <algorithm>

#include "reports/chart/label.h"

namespace assay::gui {

QString shown_text(const std::string& text, int most) {
  // A cut inside a character is mended by cleaned(); four bytes are the most that one has.
  QString shown = QString::fromStdString(chart::cleaned(text.substr(0, static_cast<std::size_t>(most) * 4)));
  if (shown.size() > most) shown = shown.left(most - 1) + QChar(0x2026);
  return shown;
}

void TableModel::set_table(std::shared_ptr<const Table> table) {
  const auto same_shape = [&] {
    if (table->rows.size() != table_->rows.size() || table->columns.size() != table_->columns.size())
      return false;
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      if (table->columns[i].title != table_->columns[i].title) return false;
    }
    for (std::size_t i = 0; i < table->rows.size(); ++i) {
      if (table->rows[i].id != table_->rows[i].id) return false;
    }
    return true;
  };
  if (same_shape()) {
    table_ = std::move(table);
    std::vector<int> now = selected();
    if (now == shown_) {
      if (!shown_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
      return;
    }
    beginResetModel();
    shown_ = std::move(now);
    endResetModel();
    return;
  }
  beginResetModel();
  table_ = std::move(table);
  if (sort_column_ >= columnCount()) sort_column_ = -1;
  shown_ = selected();
  endResetModel();
}

void TableModel::set_filter(const Filter& filter, bool with_minor) {
  filter_ = filter;
  with_minor_ = with_minor;
  arrange();
}

/// Rows that stay as they are stay where they are: no reset, no scrolling.
void TableModel::arrange() {
  std::vector<int> now = selected();
  if (now == shown_) return;
  beginResetModel();
  shown_ = std::move(now);
  endResetModel();
}

std::vector<int> TableModel::selected() {
  std::vector<int> rows;
  minor_ = refused_ = 0;
  for (std::size_t i = 0; i < table_->rows.size(); ++i) {
    const TableRow& row = table_->rows[i];
    if (!filter_.accepts(row)) {
      ++refused_;
    } else if (row.minor && !with_minor_ && !filter_.names("state") && !filter_.names("verdict")) {
      ++minor_;
    } else {
      rows.push_back(static_cast<int>(i));
    }
  }
  if (sort_column_ < 0) return rows;
  const auto cell = [&](int row) -> const Cell& {
    return table_->rows[static_cast<std::size_t>(row)].cells[static_cast<std::size_t>(sort_column_)];
  };
  const bool down = sort_order_ == Qt::DescendingOrder;
  std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) {
    const Cell& x = cell(a);
    const Cell& y = cell(b);
    if (x.number.has_value() != y.number.has_value()) return x.number.has_value();
    if (x.number) return down ? *x.number > *y.number : *x.number < *y.number;
    return down ? NaturalLess()(y.text, x.text) : NaturalLess()(x.text, y.text);
  });
  return rows;
}

int TableModel::row_of(const std::string& id) const {
  if (id.empty()) return -1;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    if (table_->rows[static_cast<std::size_t>(shown_[i])].id == id) return static_cast<int>(i);
  }
  return -1;
}

std::string TableModel::id_at(int row) const {
  if (row < 0 || row >= rowCount()) return "";
  return table_->rows[static_cast<std::size_t>(shown_[static_cast<std::size_t>(row)])].id;
}

std::string TableModel::reason_for_nothing() const {
  if (!shown_.empty()) return "";
  if (minor_ > 0)
    return "Nothing here needs attention: all is hidden as insignificant or settled (Ctrl+H shows it).";
  if (refused_ > 0) return "The filter leaves nothing. Clear it (Ctrl+Backspace), or change it.";
  return table_->empty;
}

std::map<std::string, std::vector<std::string>> TableModel::field_values() const {
  constexpr std::size_t most = 200;  // what a list is still good for
  std::map<std::string, std::set<std::string, NaturalLess>> sets;
  for (const TableRow& row : table_->rows) {
    for (const auto& [key, value] : row.fields) {
      auto& known = sets[key];
      if (!value.empty() && known.size() < most) known.insert(value);
    }
  }
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& [key, set] : sets) values[key].assign(set.begin(), set.end());
  return values;
}

int TableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int TableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_->columns.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
  const TableRow& row = table_->rows[static_cast<std::size_t>(shown_[static_cast<std::size_t>(index.row())])];
  const Cell& cell = row.cells[static_cast<std::size_t>(index.column())];
  const Column& column = table_->columns[static_cast<std::size_t>(index.column())];
  switch (role) {
    case Qt::DisplayRole:
      return shown_text(cell.text);
    case Qt::AccessibleTextRole:
      return QString::fromStdString(column.title) + ": " + shown_text(cell.text);
    case Qt::ToolTipRole:  // HTML would be read as such: the text is escaped as a whole
      return cell.text.empty() ? QVariant()
                               : "<span>" + shown_text(cell.text, 2000).toHtmlEscaped() + "</span>";
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment((column.right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case id_role:
      return QString::fromStdString(row.id);
    case tone_role:
      return static_cast<int>(cell.tone);
    default:
      return {};
  }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const Column& column = table_->columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return QString::fromStdString(column.title);
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(
        Qt::Alignment((column.right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
  return {};
}

void TableModel::sort(int column, Qt::SortOrder order) {
  if (column >= columnCount()) return;
  sort_column_ = column;
  sort_order_ = order;
  arrange();
}

}  // namespace assay::gui
