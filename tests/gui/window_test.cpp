// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QTest>
#include <QTimer>
#include <catch2/catch.hpp>
#include <fstream>

#include "gui/app/loader.h"
#include "gui/app/screenshot.h"
#include "gui/model/tables.h"
#include "gui/view/main_window.h"
#include "gui/view/scene_painter.h"
#include "gui/view/theme.h"
#include "gui/view/triage_page.h"
#include "harness/core/error.h"
#include "harness/store/history.h"
#include "harness/store/sqlite.h"
#include "tests/gui/history_of.h"

using namespace assay;
using namespace assay::gui;
using Catch::Matchers::Contains;

namespace {

bool settle(
    MainWindow& window, const std::function<bool()>& until = [] { return true; }) {
  return QTest::qWaitFor([&] { return window.settled() && until(); }, 20'000);
}

struct Opened {
  explicit Opened(const Place& place) : window(loader, place) {
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    REQUIRE(settle(window));
  }
  TableModel& rows(Workspace workspace = Workspace::triage) {
    return window.page(workspace).table().model_of();
  }
  Loader loader;
  MainWindow window;
};

Place place_of(const std::vector<std::string>& databases) {
  Place place;
  place.databases = databases;
  return place;
}

/// Types a reason into the dialog that comes up, and presses its button.
void answer_dialog(const QString& reason) {
  QTimer::singleShot(100, [reason] {
    QWidget* const dialog = QApplication::activeModalWidget();
    REQUIRE(dialog != nullptr);
    auto* const line = dialog->findChild<QLineEdit*>("reason");
    REQUIRE(line != nullptr);
    QTest::keyClicks(line, reason);
    QTest::keyClick(line, Qt::Key_Return);
  });
}

}  // namespace

TEST_CASE("a regression is found, filtered for, selected and acknowledged, and the database knows it") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of({path}));
  MainWindow& window = opened.window;
  REQUIRE(opened.rows().rowCount() == 3);
  CHECK_FALSE(window.place().regression.empty());  // the largest is selected
  CHECK_THAT(window.place().case_key, Contains("tinyml.kws"));

  QTest::keyClick(&window, Qt::Key_Slash);
  QTest::keyClicks(&window.filter(), "family:vision");
  REQUIRE(opened.rows().rowCount() == 1);
  CHECK(opened.rows().refused_count() == 2);
  QTest::keyClick(&window.filter(), Qt::Key_Escape);
  QTest::keyClick(&window.page(Workspace::triage).table(), Qt::Key_J);
  const std::string id = window.place().regression;
  CHECK_THAT(window.place().case_key, Contains("vision.resize"));

  answer_dialog("known and meant");
  QTest::keyClick(&window.page(Workspace::triage).table(), Qt::Key_A);
  REQUIRE(settle(window, [&] { return opened.rows().minor_count() == 1; }));
  const auto events = load_triage(Store::open(path, Store::Mode::read_only));
  REQUIRE(events.size() == 1);
  CHECK(events[0].regression == id);
  CHECK(events[0].kind == "acknowledged");
  CHECK(events[0].reason == "known and meant");
  CHECK(events[0].series == window.place().series);
  CHECK(events[0].case_key == window.place().case_key);
  CHECK_FALSE(events[0].commit.empty());
  CHECK(opened.rows().rowCount() == 0);  // settled ones are hidden
  CHECK_THAT(opened.rows().reason_for_nothing(), Contains("Ctrl+H"));
}

TEST_CASE("one selection leads through the workspaces, and undo leads back") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of({path}));
  MainWindow& window = opened.window;
  QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
  REQUIRE(settle(window, [&] { return opened.rows(Workspace::compare).rowCount() > 0; }));
  CHECK_THAT(window.page(Workspace::compare).table().selected(), Contains("tinyml.kws"));
  QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
  REQUIRE(settle(window, [&] { return plot_of(window.current().chart()->scene()).has_value(); }));
  QTest::keyClick(&window, Qt::Key_4, Qt::ControlModifier);
  REQUIRE(settle(window));
  CHECK(window.place().workspace == Workspace::profile);
  const std::string link = to_link(window.place());
  window.undo();
  CHECK(window.place().workspace == Workspace::distribution);
  window.redo();
  CHECK(to_link(window.place()) == link);
  Opened again(parse_link(link));
  CHECK(again.window.place() == window.place());
}

TEST_CASE("a run that is added appears, and the selection stays") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of({path}));
  opened.window.follow(true);
  const std::string selected = opened.window.place().regression;
  {
    Store store = Store::open(path, Store::Mode::read_write);
    test::add_run(store, {}, 41);
  }
  const auto newest = [&] {
    const TableModel& rows = opened.rows();
    return rows.rowCount() == 3;
  };
  REQUIRE(settle(opened.window, newest));
  QTest::qWait(1500);
  REQUIRE(settle(opened.window));
  QTest::keyClick(&opened.window, Qt::Key_2, Qt::ControlModifier);
  CHECK(opened.window.place().regression == selected);
  CHECK(QTest::qWaitFor([&] { return opened.window.findChild<QLabel*>() != nullptr; }));
  bool there = false;
  for (const QLabel* label : opened.window.findChildren<QLabel*>())
    there = there || label->text().contains("41 runs");
  CHECK(there);
}

TEST_CASE("two databases are one history, and a run in both counts once") {
  test::Folder folder;
  test::make_history(folder.file("a.db"), {});
  {
    Store store = Store::open(folder.file("b.db"), Store::Mode::create);
    for (unsigned n = 39; n <= 44; ++n) test::add_run(store, {}, n);
  }
  Opened opened(place_of({folder.file("a.db"), folder.file("b.db")}));
  bool there = false;
  for (const QLabel* label : opened.window.findChildren<QLabel*>())
    there = there || label->text().contains("44 runs");
  CHECK(there);
}

TEST_CASE("databases that cannot be read are told in place, with what to do") {
  test::Folder folder;
  const std::string good = folder.file("a.db");
  test::make_history(good, {});
  const auto banner = [](const std::vector<std::string>& paths) {
    Opened opened(place_of(paths));
    return opened.window.banner().text().toStdString();
  };
  CHECK_THAT(banner({folder.file("none.db")}), Contains("none.db"));
  std::ofstream(folder.file("noise.db")) << std::string(10'000, 'x');
  CHECK_THAT(banner({folder.file("noise.db"), good}), Contains("noise.db"));
  {
    Store store = Store::open(good, Store::Mode::read_write);
    store.database().execute("PRAGMA user_version = 999");
  }
  CHECK_THAT(banner({good}), Contains("newer"));
  CHECK_THAT(banner({}), Contains("Ctrl+O"));
}

TEST_CASE("a database that vanishes while it is open is told") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of({path}));
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  opened.window.follow(true);
  CHECK(QTest::qWaitFor([&] { return opened.window.banner().text().contains("a.db"); }, 10'000));
}

TEST_CASE("an empty database says what to do") {
  test::Folder folder;
  (void)Store::open(folder.file("e.db"), Store::Mode::create);
  Opened opened(place_of({folder.file("e.db")}));
  CHECK_THAT(opened.rows().reason_for_nothing(), Contains("assay run"));
  for (const Qt::Key key : {Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_1}) {
    QTest::keyClick(&opened.window, key, Qt::ControlModifier);
    CHECK(settle(opened.window));
  }
}

TEST_CASE("pictures are written, light and dark, and not where they cannot be") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  for (const auto theme : {chart::Theme::dark, chart::Theme::light}) {
    apply_theme(theme);
    Loader loader;
    MainWindow window(loader, place_of({path}));
    take_picture(window, folder.file("w.png"), {1280, 800});
    const QImage image(QString::fromStdString(folder.file("w.png")));
    REQUIRE(image.size() == QSize(1280, 800));
    CHECK((image.pixelColor(640, 395).lightness() > 128) == (theme == chart::Theme::light));
    CHECK_THROWS_AS(take_picture(window, folder.file("no/w.png"), {1280, 800}), Error);
  }
}

TEST_CASE("every part has a name for who cannot see it, and charts leave as SVG, PNG and CSV") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of({path}));
  for (const ChartView* view : opened.window.findChildren<ChartView*>())
    CHECK_FALSE(view->accessibleName().isEmpty());
  for (const TableView* view : opened.window.findChildren<TableView*>())
    CHECK_FALSE(view->accessibleName().isEmpty());
  ChartView* const chart = opened.window.current().chart();
  QString error;
  for (const char* name : {"c.svg", "c.png", "c.csv"}) {
    CHECK(chart->save(QString::fromStdString(folder.file(name)), &error));
    CHECK(std::filesystem::file_size(folder.file(name)) > 100);
  }
  CHECK_FALSE(chart->save(QString::fromStdString(folder.file("c.gif")), &error));
  CHECK_FALSE(chart->save(QString::fromStdString(folder.file("no/c.svg")), &error));
  CHECK(error.contains("no/c.svg"));
  const std::string whole = chart->scene().description;
  chart->zoom(0.1, 0.5);
  QTest::qWait(10);
  CHECK(plot_of(chart->scene()).has_value());
  chart->reset_zoom();
  CHECK(chart->scene().description == whole);
}
