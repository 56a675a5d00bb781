// SPDX-License-Identifier: Apache-2.0
#include "gui/view/page_paper.h"

#include <QBuffer>
#include <QLabel>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <algorithm>

#include "gui/view/chart_view.h"
#include "gui/view/scene_painter.h"
#include "gui/view/table_view.h"
#include "gui/view/theme.h"
#include "reports/chart/palette.h"

namespace assay::gui {

namespace {

/// The parts of a page that say something, as they are read: from the top, then from the left.
std::vector<QWidget*> parts_of(const QWidget& page) {
  std::vector<QWidget*> parts;
  for (QWidget* const one : page.findChildren<QWidget*>()) {
    const auto* const label = qobject_cast<QLabel*>(one);
    const bool text = label != nullptr && !label->text().isEmpty() && !label->accessibleName().isEmpty();
    const bool figure = qobject_cast<ChartView*>(one) != nullptr || qobject_cast<TableView*>(one) != nullptr;
    if ((text || figure) && one->isVisibleTo(&page)) parts.push_back(one);
  }
  const auto place = [&](const QWidget* one) {
    const QPoint at = one->mapTo(&page, QPoint(0, 0));
    return std::pair{at.y(), at.x()};
  };
  std::stable_sort(parts.begin(), parts.end(),
                   [&](const QWidget* a, const QWidget* b) { return place(a) < place(b); });
  return parts;
}

QColor paper_ink(chart::Role role) { return QColor::fromRgb(chart::colour(role, chart::Theme::light)); }

/// Sheets of A4 that are filled from the top, in points.
class Sheets {
 public:
  explicit Sheets(QPdfWriter& writer) : writer_(writer), painter_(&writer) { begin(); }

  void text(const QString& text, int size, bool bold, chart::Role role = chart::Role::foreground) {
    set_font(size, bold);
    for (const QString& line : text.split('\n')) {
      const QRectF room(margin, y_, width, 10'000);
      const double height =
          painter_.boundingRect(room, Qt::TextWordWrap, line.isEmpty() ? " " : line).height();
      keep(height);
      painter_.setPen(paper_ink(role));
      painter_.drawText(QRectF(margin, y_, width, height), Qt::TextWordWrap, line);
      y_ += height;
    }
    y_ += 4;
  }

  void chart(const ChartView& view) {
    constexpr double height = 230;
    if (!view.has_picture()) return;
    const chart::Scene scene = view.scene_for({width, height, false});
    const double scale = std::min(1.0, (bottom - margin) / scene.height);
    keep(scene.height * scale);
    painter_.save();
    painter_.translate(margin, y_);
    painter_.scale(scale, scale);
    paint_scene(painter_, scene, chart::Theme::light);
    painter_.restore();
    y_ += scene.height * scale + 8;
  }

  void table(TableView& view) {
    constexpr int size = 7;
    constexpr std::size_t most = 200;
    constexpr double line = 11;
    const Table& table = view.model_of().table();
    const std::vector<int>& rows = view.model_of().shown();
    keep(4 * line);
    text(view.accessibleName(), 9, true);
    if (rows.empty())
      return text(shown_text(view.model_of().reason_for_nothing()), 8, false, chart::Role::muted);
    set_font(size, false);
    const QFontMetricsF metrics(painter_.font(), &writer_);
    const std::size_t count = std::min(most, rows.size());
    std::vector<double> widths;
    double all = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      constexpr double bolder = 1.15;
      double widest = bolder * letters(QString::fromStdString(table.columns[i].title));
      for (std::size_t r = 0; r < count; ++r)
        widest = std::max(widest, letters(shown_text(cell(table, rows[r], i).text, 200)));
      widths.push_back(std::min(widest, 260.0) + 8);
      all += widths.back();
    }
    // What is too wide for the sheet is taken from the widest.
    while (all > width) {
      double& widest = *std::max_element(widths.begin(), widths.end());
      const double less = std::min(widest * 0.1, all - width);
      widest -= less;
      all -= less;
    }
    const auto head = [&] {
      set_font(size, true);
      double x = margin;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        put(QString::fromStdString(table.columns[i].title), x, widths[i], line, table.columns[i].right,
            chart::Role::muted);
        x += widths[i];
      }
      y_ += line;
      set_font(size, false);
    };
    head();
    for (std::size_t r = 0; r < count; ++r) {
      if (keep(line)) head();
      double x = margin;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        const Cell& one = cell(table, rows[r], i);
        const chart::Role role = one.tone == Tone::bad     ? chart::Role::bad
                                 : one.tone == Tone::good  ? chart::Role::good
                                 : one.tone == Tone::muted ? chart::Role::muted
                                                           : chart::Role::foreground;
        put(shown_text(one.text, 200), x, widths[i], line, table.columns[i].right, role);
        x += widths[i];
      }
      y_ += line;
    }
    y_ += 4;
    if (rows.size() > count)
      text(QString("and %1 more rows").arg(rows.size() - count), 8, false, chart::Role::muted);
    y_ += 4;
  }

 private:
  static constexpr double margin = 40;
  static constexpr double width = 595 - 2 * margin;
  static constexpr double bottom = 842 - margin;

  static const Cell& cell(const Table& table, int row, std::size_t column) {
    return table.rows[static_cast<std::size_t>(row)].cells[column];
  }

  void begin() {
    const double scale = writer_.resolution() / 72.0;
    painter_.resetTransform();
    painter_.scale(scale, scale);
    y_ = margin;
  }

  /// \returns whether there is a new sheet.
  bool keep(double height) {
    if (y_ + height <= bottom || y_ <= margin) return false;
    writer_.newPage();
    begin();
    return true;
  }

  void set_font(int size, bool bold) {
    QFont font;
    font.setPixelSize(size);
    font.setBold(bold);
    painter_.setFont(font);
  }

  /// In points: a painter that is scaled measures before it scales.
  double letters(const QString& text) {
    return painter_.boundingRect(QRectF(0, 0, 10'000, 100), Qt::TextSingleLine, text).width();
  }

  void put(const QString& text, double x, double room, double line, bool right, chart::Role role) {
    QString shown = text;
    const double inner = room - 6;
    if (letters(shown) > inner) {
      const auto most = static_cast<qsizetype>(inner / letters(text) * static_cast<double>(text.size()));
      shown = text.left(std::max<qsizetype>(0, most - 2)) + "…";
    }
    painter_.setPen(paper_ink(role));
    painter_.drawText(
        QRectF(x, y_, inner, line),
        static_cast<int>(right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine,
        shown);
  }

  QPdfWriter& writer_;
  QPainter painter_;
  double y_ = margin;
};

QString escaped(const QString& text) {
  Table one;
  one.columns = {{text.toStdString()}};
  // As a cell is: "| text |".
  const QString line = QString::fromStdString(markdown(one, {})).section('\n', 0, 0);
  return line.mid(2, line.size() - 4);
}

}  // namespace

QString page_markdown(const QWidget& page, const QString& title) {
  QString out = "# " + escaped(title) + "\n";
  for (QWidget* const one : parts_of(page)) {
    if (const auto* const label = qobject_cast<QLabel*>(one)) {
      out += "\n";
      for (const QString& line : label->text().split('\n')) out += escaped(line) + "  \n";
    } else if (auto* const view = qobject_cast<TableView*>(one)) {
      const TableModel& model = view->model_of();
      out += "\n## " + escaped(view->accessibleName()) + "\n\n";
      out += model.shown().empty() ? escaped(shown_text(model.reason_for_nothing())) + "\n"
                                   : QString::fromStdString(markdown(model.table(), model.shown()));
    } else if (auto* const chart = qobject_cast<ChartView*>(one)) {
      out += "\n## " +
             escaped(shown_text(chart->scene().title.empty() ? chart->accessibleName().toStdString()
                                                             : chart->scene().title)) +
             "\n\n";
      out += escaped(chart->accessibleDescription()) + "\n";
      if (const std::optional<Table> table = chart->table(); table && !table->rows.empty())
        out += "\n" + QString::fromStdString(markdown(*table, all_rows(*table)));
    }
  }
  return out;
}

bool page_pdf(const QWidget& page, const QString& title, const QString& path, QString* error) {
  QBuffer bytes;
  bytes.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&bytes);
    writer.setTitle(title);
    writer.setCreator("Assay");
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setResolution(1200);
    Sheets sheets(writer);
    sheets.text(title, 14, true);
    for (QWidget* const one : parts_of(page)) {
      if (const auto* const label = qobject_cast<QLabel*>(one)) sheets.text(label->text(), 9, false);
      if (auto* const view = qobject_cast<TableView*>(one)) sheets.table(*view);
      if (const auto* const chart = qobject_cast<ChartView*>(one)) sheets.chart(*chart);
    }
  }
  QSaveFile file(path);
  const bool written =
      file.open(QIODevice::WriteOnly) && file.write(bytes.data()) == bytes.size() && file.commit();
  if (!written) *error = QObject::tr("%1 cannot be written: %2").arg(path, file.errorString());
  return written;
}

}  // namespace assay::gui
