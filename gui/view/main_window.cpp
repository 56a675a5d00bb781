// SPDX-License-Identifier: Apache-2.0
#include "gui/view/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QMimeData>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/model/tables.h"
#include "gui/view/compare_page.h"
#include "gui/view/distribution_page.h"
#include "gui/view/hardware_page.h"
#include "gui/view/key_sheet.h"
#include "gui/view/page_paper.h"
#include "gui/view/profile_page.h"
#include "gui/view/run_dialog.h"
#include "gui/view/theme.h"
#include "gui/view/triage_page.h"

namespace assay::gui {

namespace {

/// What could not be read; first the last decision where it could not be stored: that stays until one is.
std::vector<Problem> problems_of(const Overview& data, const std::optional<Problem>& undecided) {
  std::vector<Problem> problems = data.problems;
  const auto& open = data.databases;
  if (undecided && std::find(open.begin(), open.end(), undecided->where) != open.end())
    problems.insert(problems.begin(), *undecided);
  if (data.databases.empty())
    problems.push_back({"", "No database is open.",
                        "Ctrl+O opens one, or drop it here; 'assay run --suite quick' makes one."});
  return problems;
}

}  // namespace

MainWindow::MainWindow(Source& source, const Place& place) : source_(source), trail_(place) {
  setWindowTitle(tr("Assay"));
  setAcceptDrops(true);
  auto* const central = new QWidget(this);
  auto* const layout = new QVBoxLayout(central);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  banner_ = new Banner(central);
  layout->addWidget(banner_);
  stack_ = new QStackedWidget(central);
  layout->addWidget(stack_, 1);
  setCentralWidget(central);
  triage_ = new TriagePage(source_, this);
  pages_ = {triage_, new ComparePage(source_, this), new DistributionPage(source_, this),
            new ProfilePage(source_, this), new HardwarePage(source_, this)};
  for (Page* page : pages_) {
    stack_->addWidget(page);
    connect(page, &Page::go, this, &MainWindow::go);
    connect(page, &Page::narrow, this, [this](const Place& to) {
      if (trail_.go(to, !trail_.now().find.empty())) show_now();
    });
    connect(page, &Page::failed, this, &MainWindow::tell);
  }
  status_ = new QLabel(this);
  status_->setTextFormat(Qt::PlainText);
  statusBar()->addPermanentWidget(status_);
  make_bar();
  make_keys();
  connect(&source_, &Source::overview, this, &MainWindow::take);
  connect(&source_, &Source::busy_changed, this, &MainWindow::say_status);
  connect(&source_, &Source::decided, this, [this](const std::shared_ptr<const Decided>& answer) {
    if (data_) banner_->say(problems_of(*data_, triage_->undecided()));
    if (!answer->problem) tell(QString::fromStdString(answer->event.regression + " " + answer->event.kind));
  });
  connect(&timer_, &QTimer::timeout, this, [this] { source_.refresh(); });
  source_.open(place.databases, place.rules);
  show_now();
}

void MainWindow::make_bar() {
  QToolBar* const bar = addToolBar(tr("Workspaces"));
  bar->setObjectName("workspaces");
  bar->setMovable(false);
  bar->setContextMenuPolicy(Qt::PreventContextMenu);
  bar->setStyleSheet(
      "QToolButton { border: 0; border-bottom: 3px solid transparent; padding: 6px 10px 3px 10px; }"
      "QToolButton:hover { background: palette(midlight); }"
      "QToolButton:pressed { background: palette(mid); }"
      "QToolButton:checked { border-bottom: 3px solid palette(link); font-weight: bold; }");
  const QString names[] = {tr("Triage"), tr("Compare"), tr("Distribution"), tr("Profile"), tr("Hardware")};
  auto* const group = new QActionGroup(this);
  for (std::size_t i = 0; i < workspace_count; ++i) {
    QAction* const action = bar->addAction(names[i]);
    action->setCheckable(true);
    action->setShortcut(QKeySequence(QString("Ctrl+%1").arg(i + 1)));
    action->setToolTip(QString("%1 (Ctrl+%2)").arg(names[i]).arg(i + 1));
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, i] {
      Place to = place();
      to.workspace = static_cast<Workspace>(i);
      go(to);
    });
    switches_[i] = action;
  }
  bar->addSeparator();
  filter_ = new FilterBar(bar);
  bar->addWidget(filter_);
  bar->addSeparator();
  auto* const views = new QToolButton(bar);
  views->setText(tr("Views"));
  views->setToolTip(tr("Views that you saved (Ctrl+S saves this one)"));
  views->setPopupMode(QToolButton::InstantPopup);
  auto* const menu = new QMenu(views);
  views->setMenu(menu);
  connect(menu, &QMenu::aboutToShow, this, [this, menu] { fill_views(menu); });
  bar->addWidget(views);
  run_ = bar->addAction(tr("Run..."), this, &MainWindow::ask_to_run);
  run_->setShortcut(QKeySequence("Ctrl+R"));
  set_program({});
  QAction* const open = bar->addAction(tr("Open..."), this, &MainWindow::ask_for_databases);
  open->setShortcut(QKeySequence::Open);
  QAction* const keys = bar->addAction(tr("Keys"), this, [this] { show_key_sheet(this); });
  keys->setShortcut(QKeySequence("?"));
  connect(filter_, &FilterBar::filtered, this, [this](const std::string& text) {
    Place to = place();
    // Typing on is one step: what is undone is the filter before it.
    const bool typing = !to.filter.empty() && !text.empty() && filter_->hasFocus();
    to.filter = text;
    if (trail_.go(to, typing)) show_now();
  });
  connect(filter_, &FilterBar::problem, this, &MainWindow::tell);
}

QAction* MainWindow::key(const QKeySequence& sequence, const QString& name,
                         const std::function<void()>& action) {
  auto* const made = new QAction(name, this);
  made->setShortcut(sequence);
  connect(made, &QAction::triggered, this, action);
  addAction(made);
  return made;
}

void MainWindow::make_keys() {
  const auto in_triage = [this](const std::function<void()>& action) {
    return [this, action] {
      if (place().workspace == Workspace::triage) action();
    };
  };
  key(QKeySequence("J"), tr("Next"), [this] { current().table().step(1); });
  key(QKeySequence("K"), tr("Previous"), [this] { current().table().step(-1); });
  key(QKeySequence("/"), tr("Filter"), [this] {
    filter_->setFocus();
    filter_->selectAll();
  });
  auto* const leave = new QAction(this);
  leave->setShortcut(QKeySequence(Qt::Key_Escape));
  leave->setShortcutContext(Qt::WidgetShortcut);
  filter_->addAction(leave);
  connect(leave, &QAction::triggered, this, [this] { current().table().setFocus(); });
  key(QKeySequence("Ctrl+Backspace"), tr("Clear the filter"), [this] { filter_->clear(); });
  key(QKeySequence("Ctrl+H"), tr("Show all"), [this] {
    Place to = place();
    to.all = !to.all;
    go(to);
  });
  key(QKeySequence("A"), tr("Acknowledge"), in_triage([this] { triage_->decide("acknowledged"); }));
  key(QKeySequence("I"), tr("Ignore"), in_triage([this] { triage_->decide("ignored"); }));
  key(QKeySequence("O"), tr("Reopen"), in_triage([this] { triage_->decide("reopened"); }));
  key(QKeySequence("B"), tr("Copy the bisect command"), in_triage([this] {
        const QString command = QString::fromStdString(triage_->bisect_command());
        if (command.isEmpty()) return;
        QApplication::clipboard()->setText(command);
        tell(tr("copied: %1").arg(command));
      }));
  for (const char* back : {"Alt+Left", "Ctrl+Z"}) key(QKeySequence(back), tr("Back"), [this] { undo(); });
  for (const char* forward : {"Alt+Right", "Ctrl+Shift+Z"})
    key(QKeySequence(forward), tr("Forward"), [this] { redo(); });
  key(QKeySequence("Ctrl+L"), tr("Copy link"), [this] {
    QApplication::clipboard()->setText(QString::fromStdString(to_link(place())));
    tell(tr("a link to what is shown was copied"));
  });
  key(QKeySequence::Save, tr("Save this view"), [this] { ask_for_name(); });
  key(QKeySequence("Ctrl+G"), tr("Open a link"), [this] { ask_for_link(); });
  key(QKeySequence("F5"), tr("Read again"), [this] { source_.open(place().databases, place().rules); });
  key(QKeySequence("Ctrl+E"), tr("Export"), [this] { export_current(); });
  key(QKeySequence("Ctrl+Shift+C"), tr("Copy the page as Markdown"), [this] {
    QApplication::clipboard()->setText(page_markdown(current(), page_title()));
    tell(tr("the page was copied as Markdown"));
  });
  key(QKeySequence("Ctrl+D"), tr("Dark, light, or as the desktop"), [this] {
    const ThemeChoice choice = next_choice(theme_choice());
    choose_theme(choice);
    tell(choice == ThemeChoice::desktop ? tr("as the desktop")
         : choice == ThemeChoice::dark  ? tr("always dark")
                                        : tr("always light"));
  });
  key(QKeySequence::Quit, tr("Quit"), [this] { close(); });
}

void MainWindow::go(const Place& place) {
  const Place before = trail_.now();
  if (trail_.go(place)) came_from(before);
}

/// What is to be read or judged anew is, then the place is shown.
void MainWindow::came_from(const Place& before) {
  const Place& now = place();
  if (now.databases != before.databases) {
    source_.open(now.databases, now.rules);
  } else if (now.rules != before.rules) {
    source_.judge(now.rules);
  }
  if (data_) choose();
  show_now();
}

void MainWindow::undo() {
  const Place before = place();
  trail_.undo();
  came_from(before);
}

void MainWindow::redo() {
  const Place before = place();
  trail_.redo();
  came_from(before);
}

void MainWindow::open(const std::vector<std::string>& databases) {
  Place to;
  to.databases = databases;
  to.workspace = place().workspace;
  to.filter = place().filter;
  shown_ = false;
  go(to);
}

void MainWindow::show_now() {
  const Place& now = place();
  switches_[static_cast<std::size_t>(now.workspace)]->setChecked(true);
  filter_->show_text(now.filter);
  stack_->setCurrentWidget(&current());
  current().show_place(now, data_);
  filter_->set_values(current().table().model_of().field_values());
  say_status();
}

void MainWindow::take(std::shared_ptr<const Overview> data) {
  if (data->databases != place().databases) return;
  data_ = std::move(data);
  banner_->say(problems_of(*data_, triage_->undecided()));
  choose();
  shown_ = shown_ || data_->complete;
  show_now();
}

/// The largest open regression is what people come for: it is selected until they choose, or all is read.
/// Where there is none, pages that show one case show the first.
void MainWindow::choose() {
  if (shown_ || place().workspace == Workspace::compare || place().workspace == Workspace::hardware) return;
  const auto selection = [](const Place& at) {
    return at.regression + "\n" + at.series + "\n" + at.case_key;
  };
  const bool by_hand =
      selection(place()) != chosen_ && !(place().regression.empty() && place().case_key.empty());
  if (by_hand) return;
  Place to = place();
  const auto entry = std::find_if(data_->regressions.begin(), data_->regressions.end(),
                                  [](const RegressionEntry& one) { return one.state == "open"; });
  if (entry != data_->regressions.end()) {
    const SeriesKey& key = data_->series[entry->series].key;
    to.regression = entry->change.id;
    to.series = to_string(key);
    to.case_key = key.case_key;
  } else if (place().workspace != Workspace::triage && !data_->series.empty()) {
    to.case_key = data_->series.front().key.case_key;
  }
  chosen_ = selection(to);
  trail_.go(to, true);
}

bool MainWindow::settled() const { return data_ != nullptr && data_->complete && !source_.busy(); }

void MainWindow::follow(bool on) {
  if (on) timer_.start(1000);
  if (!on) timer_.stop();
}

void MainWindow::set_program(const QString& assay) {
  program_ = assay;
  run_->setEnabled(!assay.isEmpty());
  run_->setToolTip(assay.isEmpty() ? tr("There is no 'assay' beside this program, nor in PATH")
                                   : tr("Choose cases, see plan and estimate, measure (Ctrl+R)"));
}

void MainWindow::ask_to_run() {
  if (program_.isEmpty()) return;
  if (run_dialog_ == nullptr || !run_dialog_->running()) {
    delete run_dialog_;
    const auto& open = place().databases;
    QStringList cases;
    if (data_) {
      for (const SeriesEntry& series : data_->series)
        cases.append(QString::fromStdString(series.key.case_key));
    }
    cases.removeDuplicates();
    const QString database =
        open.empty() ? QString() : QFile::decodeName(QByteArray::fromStdString(open.front()));
    run_dialog_ = new RunDialog(program_, database, cases, this);
    connect(run_dialog_, &RunDialog::stored, this, [this] { source_.refresh(); });
  }
  run_dialog_->show();
  run_dialog_->raise();
}

void MainWindow::tell(const QString& text) {
  constexpr int for_ms = 8000;
  if (text.isEmpty()) {
    statusBar()->clearMessage();
  } else {
    statusBar()->showMessage(text, for_ms);
  }
}

void MainWindow::say_status() {
  if (data_ == nullptr) {
    status_->setText(place().databases.empty() ? tr("no database") : tr("reading ..."));
    return;
  }
  QStringList names;
  for (const std::string& path : data_->databases) {
    const QString shown = shown_text(path);
    names.append(shown.mid(shown.lastIndexOf('/') + 1));
  }
  QString text = names.join(", ") + tr(" · %1 runs · read-only").arg(data_->runs.size());
  for (const std::string& note : data_->notes) text += " · " + shown_text(note, 160);
  if (source_.busy()) text += tr(" · reading ...");
  status_->setText(text);
}

void MainWindow::ask_for_databases() {
  const QStringList paths =
      QFileDialog::getOpenFileNames(this, tr("Open databases"), {}, tr("Databases (*.db);;All files (*)"));
  std::vector<std::string> chosen;
  for (const QString& path : paths) chosen.push_back(QFile::encodeName(path).toStdString());
  if (!chosen.empty()) open(chosen);
}

void MainWindow::ask_for_link() {
  bool ok = false;
  const QString text = QInputDialog::getText(this, tr("Open a link"), tr("assay:..."), QLineEdit::Normal,
                                             QApplication::clipboard()->text().left(4000), &ok);
  if (!ok) return;
  Place to;
  const std::optional<Problem> problem = read_link(text.trimmed().toStdString(), to);
  if (problem) return banner_->say(problem);
  shown_ = true;
  go(to);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  std::vector<std::string> databases, baselines;
  for (const QUrl& url : event->mimeData()->urls()) {
    if (!url.isLocalFile()) continue;
    const std::string file = QFile::encodeName(url.toLocalFile()).toStdString();
    (file.ends_with(".json") ? baselines : databases).push_back(file);
  }
  if (databases.empty() && baselines.empty()) return;
  if (!databases.empty()) open(databases);
  if (baselines.empty()) return;
  if (place().databases.empty())
    return tell(tr("A baseline is compared with a run: open a database first (Ctrl+O)"));
  if (baselines.size() > 1)
    tell(tr("Of %1 baselines the first is compared with").arg(static_cast<qulonglong>(baselines.size())));
  Place to = place();
  to.workspace = Workspace::compare;
  to.across = "baseline";
  to.from = baselines.front();
  go(to);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  keep_state();
  QMainWindow::closeEvent(event);
}

}  // namespace assay::gui
