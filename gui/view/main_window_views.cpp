// SPDX-License-Identifier: Apache-2.0
// What settings remember: views that people saved, as links, and the window; and what leaves the window as a
// file.
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QSettings>
#include <QSplitter>

#include "gui/view/main_window.h"
#include "gui/view/page_paper.h"

namespace assay::gui {

namespace {

QString key_of(std::size_t page, int splitter) {
  return QString("splitters/%1/%2").arg(static_cast<qulonglong>(page)).arg(splitter);
}

}  // namespace

void MainWindow::keep_state() const {
  QSettings settings;
  settings.setValue("geometry", saveGeometry());
  for (std::size_t page = 0; page < workspace_count; ++page) {
    int number = 0;
    for (const QSplitter* splitter : pages_[page]->findChildren<QSplitter*>())
      settings.setValue(key_of(page, number++), splitter->saveState());
  }
}

void MainWindow::restore_state() {
  const QSettings settings;
  restoreGeometry(settings.value("geometry").toByteArray());
  for (std::size_t page = 0; page < workspace_count; ++page) {
    int number = 0;
    for (QSplitter* splitter : pages_[page]->findChildren<QSplitter*>())
      splitter->restoreState(settings.value(key_of(page, number++)).toByteArray());
  }
}

void MainWindow::save_view(const QString& name) {
  if (name.trimmed().isEmpty()) return;
  QSettings settings;
  QVariantMap views = settings.value("views").toMap();
  views[name.trimmed().left(100)] = QString::fromStdString(to_link(place()));
  settings.setValue("views", views);
  tell(tr("'%1' is saved under Views").arg(name.trimmed().left(100)));
}

void MainWindow::show_view(const QString& name) {
  const QString link = QSettings().value("views").toMap().value(name).toString();
  Place to;
  const std::optional<Problem> problem = read_link(link.toStdString(), to);
  if (problem) return banner_->say(problem);
  shown_ = true;
  go(to);
}

void MainWindow::fill_views(QMenu* menu) {
  menu->clear();
  menu->addAction(tr("Save this view... (Ctrl+S)"), this, [this] { ask_for_name(); });
  const QVariantMap views = QSettings().value("views").toMap();
  if (views.isEmpty()) return;
  menu->addSeparator();
  for (auto view = views.begin(); view != views.end(); ++view) {
    const QString name = view.key();
    menu->addAction(QString(name).replace("&", "&&"), this, [this, name] { show_view(name); });
  }
  menu->addSeparator();
  QMenu* const removing = menu->addMenu(tr("Remove"));
  for (auto view = views.begin(); view != views.end(); ++view) {
    const QString name = view.key();
    removing->addAction(QString(name).replace("&", "&&"), this, [name] {
      QSettings settings;
      QVariantMap kept = settings.value("views").toMap();
      kept.remove(name);
      settings.setValue("views", kept);
    });
  }
}

void MainWindow::ask_for_name() {
  bool ok = false;
  const QString name =
      QInputDialog::getText(this, tr("Save this view"), tr("Name"), QLineEdit::Normal, {}, &ok);
  if (ok) save_view(name);
}

QString MainWindow::page_title() const {
  QString text = "Assay: " + switches_[static_cast<std::size_t>(place().workspace)]->text();
  if (!place().case_key.empty()) text += ", " + shown_text(place().case_key, 200);
  if (!place().filter.empty()) text += " (" + shown_text(place().filter, 200) + ")";
  return text;
}

bool MainWindow::save_page(const QString& path, QString* error) {
  return page_pdf(current(), page_title(), path, error);
}

void MainWindow::export_current() {
  const QString path =
      QFileDialog::getSaveFileName(this, tr("Export"), "assay.svg",
                                   tr("SVG of the chart (*.svg);;PNG of the chart (*.png);;CSV "
                                      "of the table (*.csv);;PDF of the page (*.pdf)"));
  if (path.isEmpty()) return;
  QString error;
  bool saved = false;
  if (path.endsWith(".pdf", Qt::CaseInsensitive)) {
    saved = save_page(path, &error);
  } else if (path.endsWith(".csv", Qt::CaseInsensitive) || current().chart() == nullptr) {
    saved = current().table().save_csv(path, &error);
  } else {
    saved = current().chart()->save(path, &error);
  }
  tell(saved ? tr("%1 is written").arg(path) : error);
}

}  // namespace assay::gui
