// SPDX-License-Identifier: Apache-2.0
// Views that people saved: links in their settings.
#include <QInputDialog>
#include <QMenu>
#include <QSettings>

#include "gui/view/main_window.h"

namespace assay::gui {

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

}  // namespace assay::gui
