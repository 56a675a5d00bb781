// SPDX-License-Identifier: Apache-2.0
#include "gui/view/table_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDialog>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "gui/view/theme.h"

namespace assay::gui {

namespace {

/// Letters in the colour of what they say.
class ToneDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const auto tone = static_cast<Tone>(index.data(TableModel::tone_role).toInt());
    // Names of cases differ at their ends; sentences are read from their beginning.
    option->textElideMode = option->text.contains(' ') ? Qt::ElideRight : Qt::ElideMiddle;
    if (tone == Tone::plain) return;
    const QColor colour = role_colour(tone == Tone::bad    ? chart::Role::bad
                                      : tone == Tone::good ? chart::Role::good
                                                           : chart::Role::muted);
    option->palette.setColor(QPalette::Text, colour);
    option->palette.setColor(QPalette::HighlightedText, colour);
  }
};

constexpr std::size_t most_rows = 100;  // that columns are as wide as
constexpr int narrowest = 120;          // the wide column, in points

/// A figure of which a part is missing is another figure: its column grows with later data, and the wide one
/// gives the room.
void widen_figures(TableView& view) {
  const Table& table = view.model_of().table();
  int grown = 0, all = 0, wide = -1;
  for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
    const auto at = static_cast<std::size_t>(i);
    all += view.columnWidth(i);
    if (table.columns[at].wide) wide = i;
    if (!table.columns[at].right) continue;
    int width = view.columnWidth(i);
    for (std::size_t r = 0; r < table.rows.size() && r < most_rows; ++r)
      width = std::max(
          width, view.fontMetrics().horizontalAdvance(shown_text(table.rows[r].cells[at].text, 120)) + 22);
    width = std::min(width, 260);
    if (width <= view.columnWidth(i)) continue;
    grown += width - view.columnWidth(i);
    view.setColumnWidth(i, width);
  }
  const int given = std::min(grown, all + grown - view.viewport()->width());
  if (wide < 0 || given <= 0) return;
  view.setColumnWidth(wide,
                      std::max(std::min(view.columnWidth(wide), narrowest), view.columnWidth(wide) - given));
}

}  // namespace

TableView::TableView(const QString& name, QWidget* parent)
    : QTableView(parent), model_(new TableModel(this)) {
  setAccessibleName(name);
  setModel(model_);
  setItemDelegate(new ToneDelegate(this));
  setSelectionBehavior(SelectRows);
  setSelectionMode(SingleSelection);
  setAlternatingRowColors(true);
  setShowGrid(false);
  setWordWrap(false);
  setTabKeyNavigation(false);
  setHorizontalScrollMode(ScrollPerPixel);
  setFrameShape(QFrame::NoFrame);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setSectionsClickable(true);
  horizontalHeader()->setSortIndicatorShown(true);
  horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
  connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this,
          [this](int column, Qt::SortOrder order) {
            restoring_ = true;
            model_->sort(column, order);
            restoring_ = false;
            restore();
          });
}

void TableView::set_table(std::shared_ptr<const Table> table) {
  restoring_ = true;
  model_->set_table(std::move(table));
  restoring_ = false;
  fit_columns();
  restore();
}

void TableView::set_filter(const Filter& filter, bool with_minor) {
  restoring_ = true;
  model_->set_filter(filter, with_minor);
  restoring_ = false;
  restore();
}

/// Widths are chosen once for a kind of table, from its first rows: later data move nothing that fits.
void TableView::fit_columns() {
  std::vector<std::string> titles;
  for (const Column& column : model_->table().columns) titles.push_back(column.title);
  const QFontMetrics metrics = fontMetrics();
  if (titles == fitted_) return widen_figures(*this);
  if (model_->table().rows.empty() && !fitted_.empty()) return;
  if (!model_->table().rows.empty()) fitted_ = titles;
  int rest = viewport()->width();
  int wide = -1;
  for (int i = 0; i < model_->columnCount(); ++i) {
    const Column& column = model_->table().columns[static_cast<std::size_t>(i)];
    int width = metrics.horizontalAdvance(QString::fromStdString(column.title)) + 34;  // and the sort mark
    const auto& rows = model_->table().rows;
    for (std::size_t r = 0; r < rows.size() && r < most_rows; ++r)
      width = std::max(
          width,
          metrics.horizontalAdvance(shown_text(rows[r].cells[static_cast<std::size_t>(i)].text, 120)) + 22);
    if (column.right) width += metrics.averageCharWidth();  // figures that come later are a digit longer
    width = std::min(width, column.wide || column.title == "case" ? 460 : 260);
    if (column.wide) wide = i;
    setColumnWidth(i, width);
    rest -= width;
  }
  // The wide column takes what is left, and gives up what is missing. Not so much that an eye loses the row
  // on its way to the figures behind it: the rest is for a last column of words, or stays empty.
  constexpr int most_air = 200;
  if (wide < 0) return;
  const int last = model_->columnCount() - 1;
  const Column& end = model_->table().columns[static_cast<std::size_t>(last)];
  if (rest < 0 && last != wide && !end.right) {  // remarks at the end give way before names do
    const int title = metrics.horizontalAdvance(QString::fromStdString(end.title)) + 34;
    const int given = std::min(-rest, std::max(0, columnWidth(last) - title));
    setColumnWidth(last, columnWidth(last) - given);
    rest += given;
  }
  const int more = wide == last ? rest : std::min(rest, std::max(most_air, columnWidth(wide) / 2));
  setColumnWidth(wide, std::max(std::min(columnWidth(wide), narrowest), columnWidth(wide) + more));
  if (more < rest && !end.right) setColumnWidth(last, columnWidth(last) + rest - more);
}

void TableView::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) {
    fitted_.clear();
    fit_columns();
    updateGeometries();  // now, or a scroll bar stands that nothing needs any more
  }
}

void TableView::restore() {
  const int row = model_->row_of(selected_);
  restoring_ = true;
  if (row >= 0) {
    setCurrentIndex(model_->index(row, std::max(0, currentIndex().column())));
    scrollTo(currentIndex(), EnsureVisible);
  } else {
    clearSelection();
    setCurrentIndex({});
  }
  restoring_ = false;
  viewport()->update();
}

void TableView::select(const std::string& id) {
  selected_ = id;
  restore();
}

void TableView::step(int rows) {
  if (model_->rowCount() == 0) return;
  const int now = model_->row_of(selected_);
  const int row = now < 0 ? 0 : std::clamp(now + rows, 0, model_->rowCount() - 1);
  setCurrentIndex(model_->index(row, 0));
}

void TableView::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTableView::currentChanged(current, previous);
  if (restoring_ || !current.isValid()) return;
  const std::string id = model_->id_at(current.row());
  if (id == selected_) return;
  selected_ = id;
  emit chosen(id);
}

void TableView::paintEvent(QPaintEvent* event) {
  QTableView::paintEvent(event);
  const std::string why = model_->reason_for_nothing();
  if (why.empty()) return;
  QPainter painter(viewport());
  painter.setPen(role_colour(chart::Role::muted));
  painter.drawText(viewport()->rect().adjusted(24, 8, -24, -8),
                   static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap, shown_text(why));
}

void TableView::copy_markdown() {
  QApplication::clipboard()->setText(QString::fromStdString(markdown(model_->table(), model_->shown())));
}

void TableView::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copy_markdown();
  QTableView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  menu.addAction(tr("Copy as Markdown"), this, &TableView::copy_markdown);
  menu.addAction(tr("Export as CSV..."), this, [this] {
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export the table"), "table.csv", tr("CSV (*.csv)"));
    QString error;
    if (!path.isEmpty() && !save_csv(path, &error)) emit failed(error);
  });
  menu.exec(event->globalPos());
}

bool TableView::save_csv(const QString& path, QString* error) const {
  QSaveFile file(path);
  const QByteArray bytes = QByteArray::fromStdString(csv(model_->table(), model_->shown()));
  const bool written = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
  if (!written) *error = tr("%1 cannot be written: %2").arg(path, file.errorString());
  return written;
}

void show_table_window(QWidget* parent, const QString& title, std::shared_ptr<const Table> table) {
  auto* const dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(title);
  dialog->resize(820, 480);
  auto* const layout = new QVBoxLayout(dialog);
  auto* const view = new TableView(title, dialog);
  layout->addWidget(view);
  dialog->show();
  view->set_filter(Filter(), true);
  view->set_table(std::move(table));
  view->setFocus();
}

}  // namespace assay::gui
