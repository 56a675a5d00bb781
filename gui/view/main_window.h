// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAction>
#include <QLabel>
#include <QMainWindow>
#include <QStackedWidget>
#include <QTimer>
#include <array>

#include "gui/view/filter_bar.h"
#include "gui/view/page.h"

class QMenu;

namespace assay::gui {

class RunDialog;
class TriagePage;

/// The window: workspaces over one place (one filter, one selection) and one source. Whatever a database
/// holds is shown as text; nothing that is opened starts a process.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  /// Opens the place's databases. The source must outlive the window.
  MainWindow(Source& source, const Place& place);

  const Place& place() const { return trail_.now(); }
  /// Shows another place; with other databases these are opened.
  void go(const Place& place);
  void undo();
  void redo();
  void open(const std::vector<std::string>& databases);
  /// Everything that was asked for is there and painted: a picture can be taken.
  bool settled() const;
  /// Watches the databases for changes, once a second. Off in pictures, which then are the same each time.
  void follow(bool on);
  /// The `assay` that "Run..." starts when it is told to; without one the button says so.
  void set_program(const QString& assay);
  /// Size, place and how the parts share the room, as they were when it was last closed.
  void restore_state();
  void ask_to_run();  ///< shows the dialog; starts nothing
  /// Views that were saved stay with the user's settings, as links.
  void save_view(const QString& name);
  void show_view(const QString& name);
  bool save_page(const QString& path, QString* error);  ///< what is shown, as PDF

  Page& page(Workspace workspace) const { return *pages_[static_cast<std::size_t>(workspace)]; }
  Page& current() const { return page(place().workspace); }
  FilterBar& filter() const { return *filter_; }
  Banner& banner() const { return *banner_; }

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void keep_state() const;
  void make_bar();
  void make_keys();
  void came_from(const Place& before);
  void show_now();
  void take(std::shared_ptr<const Overview> data);
  void choose();
  void tell(const QString& text);  ///< in the status bar, for a while
  void say_status();
  void ask_for_databases();
  void ask_for_link();
  void ask_for_name();
  void fill_views(QMenu* menu);
  void export_current();
  QString page_title() const;
  QAction* key(const QKeySequence& sequence, const QString& name, const std::function<void()>& action);

  Source& source_;
  Trail trail_;
  std::shared_ptr<const Overview> data_;
  std::array<Page*, workspace_count> pages_{};
  std::array<QAction*, workspace_count> switches_{};
  TriagePage* triage_;
  QAction* run_;
  RunDialog* run_dialog_ = nullptr;
  QString program_;
  QStackedWidget* stack_;
  FilterBar* filter_;
  Banner* banner_;
  QLabel* status_;
  QTimer timer_;
  bool shown_ = false;  ///< all was read once: a selection is no longer chosen here
  std::string chosen_;  ///< the selection that was made here, not by hand
};

}  // namespace assay::gui
