// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QDateEdit>
#include <QDropEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QTest>
#include <QTimer>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "gui/app/loader.h"
#include "gui/view/main_window.h"
#include "harness/answers/results.h"
#include "harness/exchange/baseline_document.h"
#include "harness/judge/policy.h"
#include "harness/store/history.h"

/// A window on a database, and what hands do in it.
namespace assay::test {

using namespace assay::gui;

struct Opened {
  explicit Opened(const Place& place) : window(loader, place) {
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    REQUIRE(settle());
  }
  bool settle(const std::function<bool()>& until = [] { return true; }) {
    return QTest::qWaitFor([&] { return window.settled() && until(); }, 60'000);
  }
  TableModel& rows() { return window.current().table().model_of(); }
  TableModel& rows(Workspace workspace) { return window.page(workspace).table().model_of(); }
  Loader loader;
  MainWindow window;
};

inline Place place_of(const std::string& database, Workspace workspace = Workspace::triage) {
  Place place;
  place.databases = {database};
  place.workspace = workspace;
  return place;
}

/// Freezes a database's oldest run as the baseline "main"; the newest run's id.
inline std::string make_baseline(const std::string& database, const std::string& file) {
  const Store store = Store::open(database, Store::Mode::read_only);
  const auto heads = run_heads(store);
  Baseline baseline;
  baseline.name = "main";
  baseline.run = heads.back().id;
  baseline.measured = day_of(heads.back().started_utc_ms);
  baseline.host_class = store.load_run(heads.back().id).host.host_class;
  baseline.rows = results(store, heads.back().id);
  std::ofstream(file) << to_baseline_json(baseline);
  return heads.front().id;
}

/// Fills the dialog that comes up and accepts it; `until`: the last day, none if not valid.
inline void decide(const QString& reason, const QDate& until = {}) {
  QTimer::singleShot(100, [reason, until] {
    QWidget* const dialog = QApplication::activeModalWidget();
    REQUIRE(dialog != nullptr);
    if (until.isValid()) {
      dialog->findChild<QCheckBox*>()->setChecked(true);
      dialog->findChild<QDateEdit*>("until")->setDate(until);
    }
    auto* const line = dialog->findChild<QLineEdit*>("reason");
    QTest::keyClicks(line, reason);
    QTest::keyClick(line, Qt::Key_Return);
  });
}

/// Names that file in the dialog that comes up and accepts it; none: closes it.
inline void choose_file(const std::string& path) {
  QTimer::singleShot(100, [name = QString::fromStdString(path)] {
    auto* const dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
    REQUIRE(dialog != nullptr);
    if (name.isEmpty()) return dialog->reject();
    dialog->findChild<QLineEdit*>("fileNameEdit")->setText(name);
    static_cast<QDialog*>(dialog)->accept();
  });
}

inline std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline void drop(QWidget& on, const std::vector<std::string>& paths) {
  QMimeData data;
  QList<QUrl> urls;
  for (const std::string& path : paths) urls.append(QUrl::fromLocalFile(QString::fromStdString(path)));
  data.setUrls(urls);
  QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&on, &enter);
  REQUIRE(enter.isAccepted());
  QDropEvent event(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&on, &event);
}

/// Answers nothing by itself.
class Silent : public Source {
 public:
  void open(const std::vector<std::string>&, const HistoryRules&) override {}
  void refresh() override {}
  void judge(const HistoryRules&) override {}
  void follow(const std::string&) override {}
  void compare(const CompareAsk&) override {}
  void sample(const std::string&, const std::string&, const std::string&) override {}
  void profile(const std::string&, const std::string&, const std::string&) override {}
  void score(const HardwareAsk&) override {}
  void decide(const std::string&, const TriageEvent& event) override { decisions.push_back(event); }
  bool busy() const override { return false; }
  std::vector<TriageEvent> decisions;
};

}  // namespace assay::test
