// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QSettings>
#include <QSlider>
#include <QTest>
#include <QTimer>
#include <catch2/catch.hpp>
#include <fstream>

#include "gui/app/loader.h"
#include "gui/app/screenshot.h"
#include "gui/model/tables.h"
#include "gui/view/main_window.h"
#include "gui/view/run_dialog.h"
#include "gui/view/scene_painter.h"
#include "gui/view/theme.h"
#include "gui/view/triage_page.h"
#include "harness/core/error.h"
#include "harness/store/history.h"
#include "harness/store/sqlite.h"
#include "tests/gui/history_of.h"
#include "tests/gui/opened.h"

using namespace assay;
using namespace assay::gui;
using namespace assay::test;
using Catch::Matchers::Contains;

TEST_CASE("a regression is found, filtered for, selected and acknowledged, and the database knows it") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  MainWindow& window = opened.window;
  REQUIRE(opened.rows(Workspace::triage).rowCount() == 3);
  CHECK_FALSE(window.place().regression.empty());  // the largest is selected
  CHECK_THAT(window.place().case_key, Contains("tinyml.kws"));

  QTest::keyClick(&window, Qt::Key_Slash);
  QTest::keyClicks(&window.filter(), "family:vision");
  REQUIRE(opened.rows(Workspace::triage).rowCount() == 1);
  CHECK(opened.rows(Workspace::triage).refused_count() == 2);
  QTest::keyClick(&window.filter(), Qt::Key_Escape);
  QTest::keyClick(&window.page(Workspace::triage).table(), Qt::Key_J);
  const std::string id = window.place().regression;
  CHECK_THAT(window.place().case_key, Contains("vision.resize"));

  decide("known and meant");
  QTest::keyClick(&window.page(Workspace::triage).table(), Qt::Key_A);
  REQUIRE(opened.settle([&] { return opened.rows(Workspace::triage).minor_count() == 1; }));
  const auto events = load_triage(Store::open(path, Store::Mode::read_only));
  REQUIRE(events.size() == 1);
  CHECK(events[0].regression == id);
  CHECK(events[0].kind == "acknowledged");
  CHECK(events[0].reason == "known and meant");
  CHECK(events[0].series == window.place().series);
  CHECK(events[0].case_key == window.place().case_key);
  CHECK_FALSE(events[0].commit.empty());
  CHECK(opened.rows(Workspace::triage).rowCount() == 0);  // settled ones are hidden
  CHECK_THAT(opened.rows(Workspace::triage).reason_for_nothing(), Contains("Ctrl+H"));
}

TEST_CASE("one selection leads through the workspaces, and undo leads back") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  MainWindow& window = opened.window;
  QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
  REQUIRE(opened.settle([&] { return opened.rows(Workspace::compare).rowCount() > 0; }));
  CHECK_THAT(window.page(Workspace::compare).table().selected(), Contains("tinyml.kws"));
  QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
  REQUIRE(opened.settle([&] { return plot_of(window.current().chart()->scene()).has_value(); }));
  QTest::keyClick(&window, Qt::Key_4, Qt::ControlModifier);
  REQUIRE(opened.settle());
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
  Opened opened(place_of(path));
  opened.window.follow(true);
  const std::string selected = opened.window.place().regression;
  {
    Store store = Store::open(path, Store::Mode::read_write);
    test::add_run(store, {}, 41);
  }
  const auto newest = [&] {
    const TableModel& rows = opened.rows(Workspace::triage);
    return rows.rowCount() == 3;
  };
  REQUIRE(opened.settle(newest));
  QTest::qWait(1500);
  REQUIRE(opened.settle());
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
  Place both = place_of(folder.file("a.db"));
  both.databases.push_back(folder.file("b.db"));
  Opened opened(both);
  bool there = false;
  for (const QLabel* label : opened.window.findChildren<QLabel*>())
    there = there || label->text().contains("44 runs");
  CHECK(there);
}

TEST_CASE("from a regression to its commit: the runs at both sides, and what was committed between them") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  const std::string commit = test::commit_of(25).id;  // case 3 of 4 gets slower at 40 * 3 / 5, behind run 24
  QTest::keyClick(&opened.window, Qt::Key_2, Qt::ControlModifier);
  REQUIRE(opened.settle([&] { return opened.rows(Workspace::compare).rowCount() > 0; }));
  const auto tables = opened.window.page(Workspace::compare).findChildren<TableView*>();
  const auto commits = std::find_if(tables.begin(), tables.end(), [](const TableView* view) {
    return view->accessibleName() == "Commits";
  });
  REQUIRE(commits != tables.end());
  const Table& table = (*commits)->model_of().table();
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].cells[0].text == commit.substr(0, 10));
  CHECK(table.rows[0].cells[4].text == "Change 25");
  CHECK(table.rows[1].cells[0].text == test::commit_of(24).id.substr(0, 10));
}

TEST_CASE("another smallest step judges the whole history again, and undo takes it back") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});  // steps of 8, 16 and 24 %
  Opened opened(place_of(path));
  REQUIRE(opened.rows(Workspace::triage).rowCount() == 3);
  auto* const slider = opened.window.findChild<QSlider*>("step");
  REQUIRE(slider != nullptr);
  slider->setValue(7);  // 10 %
  REQUIRE(opened.settle([&] { return opened.rows(Workspace::triage).rowCount() == 2; }));
  CHECK(opened.window.place().rules.smallest == 0.1);
  CHECK_THAT(to_link(opened.window.place()), Contains("step=0.1"));
  opened.window.undo();
  REQUIRE(opened.settle([&] { return opened.rows(Workspace::triage).rowCount() == 3; }));
}

TEST_CASE("a saved view opens what was seen when it was saved") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  opened.window.filter().setText("family:vision");
  QTest::keyClick(&opened.window, Qt::Key_2, Qt::ControlModifier);
  const Place seen = opened.window.place();
  opened.window.save_view("vision & co/1");
  opened.window.save_view("  ");  // no name: not saved
  opened.window.go(place_of(path));
  CHECK_FALSE(opened.window.place() == seen);
  opened.window.show_view("vision & co/1");
  REQUIRE(opened.settle());
  CHECK(opened.window.place() == seen);
  opened.window.show_view("no such view");
  CHECK(opened.window.place() == seen);
  CHECK(opened.window.banner().isVisible());
  QSettings().remove("views");
}

TEST_CASE("hosts stand in an order that follows the weights while they are moved") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::HistorySpec spec;
  spec.runs = 12;
  spec.hosts = 3;
  spec.launches = 6;
  test::make_history(path, spec);
  Place place = place_of(path);
  place.workspace = Workspace::hardware;
  Opened opened(place);
  REQUIRE(opened.settle([&] { return opened.rows(Workspace::hardware).rowCount() == 3; }));
  const auto speed = [&] { return opened.rows(Workspace::hardware).table().rows[0].cells[2].text; };
  const std::string alike = speed();
  CHECK_THAT(alike, Contains("x ["));
  auto* const slider = opened.window.findChild<QSlider*>("weight llm");
  REQUIRE(slider != nullptr);
  slider->setValue(slider->maximum());
  REQUIRE(QTest::qWaitFor([&] { return !opened.window.place().hardware.weights.empty(); }));
  REQUIRE(opened.settle([&] { return speed() != alike; }));
  const std::string weighed = speed();
  const std::string link = to_link(opened.window.place());
  {
    Opened again(parse_link(link));
    REQUIRE(again.settle([&] { return again.rows(Workspace::hardware).rowCount() == 3; }));
    CHECK(again.rows(Workspace::hardware).table().rows[0].cells[2].text == weighed);
  }
  Place to = opened.window.place();
  to.hardware.requirements = folder.file("none.toml");
  opened.window.go(to);
  bool told = false;
  REQUIRE(opened.settle([&] {
    for (const Banner* banner : opened.window.page(Workspace::hardware).findChildren<Banner*>())
      told = told || banner->text().contains("none.toml");
    return told;
  }));
}

TEST_CASE("measuring from the window shows its command, starts nothing by itself, and can be stopped") {
  test::Folder folder;
  const QString program = QString::fromStdString(folder.file("assay"));
  {  // says how it was called, then waits to be stopped unless it only plans
    std::ofstream script(program.toStdString());
    script
        << "#!/bin/sh\ntrap 'exit 143' TERM\necho \"$@\" >> " << folder.file("calls")
        << "\ncase \"$*\" in *--dry-run*) echo '4 cases, at most about 01:30; about 1 KiB'; exit 0;; esac\n"
        << "echo measuring\nwhile :; do sleep 0.05; done\n";
  }
  std::filesystem::permissions(program.toStdString(), std::filesystem::perms::owner_all);
  RunDialog dialog(program, "x y.db", {"llm.gemv/simd@cpu"});
  dialog.show();
  dialog.findChild<QLineEdit*>("cases")->setText("llm.gemv/simd?dtype=q4_0|q8_0");
  dialog.findChild<QLineEdit*>("budget")->setText("90s");
  CHECK(dialog.findChild<QLabel*>("command")->text() ==
        "assay run 'llm.gemv/simd?dtype=q4_0|q8_0' --budget 90s --db 'x y.db'");
  CHECK_FALSE(std::filesystem::exists(folder.file("calls")));
  const auto log = [&] { return dialog.findChild<QPlainTextEdit*>()->toPlainText(); };
  QTest::mouseClick(dialog.findChild<QPushButton*>("plan"), Qt::LeftButton);
  REQUIRE(QTest::qWaitFor([&] { return !dialog.running() && log().contains("4 cases"); }));
  QTest::mouseClick(dialog.findChild<QPushButton*>("start"), Qt::LeftButton);
  REQUIRE(QTest::qWaitFor([&] { return log().contains("measuring"); }));
  QTest::mouseClick(dialog.findChild<QPushButton*>("stop"), Qt::LeftButton);
  REQUIRE(QTest::qWaitFor([&] { return !dialog.running(); }));
  CHECK(dialog.findChild<QProgressBar*>()->format().contains("stopped"));
  std::ifstream calls(folder.file("calls"));
  std::string first, second, third;
  std::getline(calls, first);
  std::getline(calls, second);
  CHECK_THAT(first, Contains("--dry-run"));
  CHECK(second == "run llm.gemv/simd?dtype=q4_0|q8_0 --budget 90s --db x y.db");
  CHECK_FALSE(std::getline(calls, third));
  CHECK(estimate_of("at most about 1:02:03 (") == 3723);
  RunDialog nowhere(QString::fromStdString(folder.file("none")), "", {});
  nowhere.show();
  QTest::mouseClick(nowhere.findChild<QPushButton*>("start"), Qt::LeftButton);
  CHECK(
      QTest::qWaitFor([&] { return nowhere.findChild<QPlainTextEdit*>()->toPlainText().contains("none"); }));
}

TEST_CASE("hostile names in a database stay text on every page") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    for (unsigned n = 1; n <= 12; ++n) {
      test::HistorySpec spec;
      spec.runs = 12;
      test::add_run(store, spec, n);
    }
    store.database().execute(
        "UPDATE run_commit SET author = '<b>' || char(27) || '[31m' || char(8238) || 'x', subject = "
        "'<img src=\"file:///etc/passwd\">' || char(10) || hex(zeroblob(5000)); "
        "UPDATE run SET suite = '<i>' || char(8238) || hex(zeroblob(5000)), host_name = '<h1>host'");
  }
  Opened opened(place_of(path));
  for (const Qt::Key key : {Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_5}) {
    QTest::keyClick(&opened.window, key, Qt::ControlModifier);
    REQUIRE(opened.settle());
    QTest::qWait(20);
    for (const QLabel* label : opened.window.findChildren<QLabel*>()) {
      if (label->text().contains('<')) CHECK(label->textFormat() == Qt::PlainText);
      CHECK_FALSE(label->text().contains(QChar(0x1b)));
      CHECK_FALSE(label->text().contains(QChar(0x202e)));
    }
    for (const QComboBox* box : opened.window.findChildren<QComboBox*>()) {
      for (int i = 0; i < box->count(); ++i) CHECK(box->itemText(i).size() < 300);
    }
    for (const TableView* view : opened.window.current().findChildren<TableView*>()) {
      const QAbstractItemModel& model = *view->model();
      for (int r = 0; r < model.rowCount(); ++r) {
        for (int c = 0; c < model.columnCount(); ++c) {
          const QString text = model.index(r, c).data().toString();
          CHECK(text.size() <= 300);
          CHECK_FALSE(text.contains(QChar(0x202e)));
          CHECK_FALSE(model.index(r, c).data(Qt::ToolTipRole).toString().contains("<img"));
        }
      }
    }
  }
}

TEST_CASE("a damaged database and one that somebody else holds are told, and the window goes on") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  {  // pages behind the first are noise
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 2);
    file << std::string(static_cast<std::size_t>(std::filesystem::file_size(path)) - 4096 * 2, '\x5a');
  }
  {
    Opened opened(place_of(path));
    CHECK_THAT(opened.window.banner().text().toStdString(), Contains("a.db"));
    CHECK(opened.rows(Workspace::triage).rowCount() == 0);
  }
  const std::string held = folder.file("held.db");
  test::make_history(held, {});
  Opened opened(place_of(held));
  Store writer = Store::open(held, Store::Mode::read_write);
  writer.database().execute("BEGIN IMMEDIATE");  // readers go on; what is decided has to wait, then is told
  opened.window.go(place_of(held));
  REQUIRE(opened.settle());
  CHECK(opened.rows(Workspace::triage).rowCount() == 3);
  writer.database().execute("ROLLBACK");
}

TEST_CASE("databases that cannot be read are told in place, with what to do") {
  test::Folder folder;
  const std::string good = folder.file("a.db");
  test::make_history(good, {});
  const auto banner = [](const std::vector<std::string>& paths) {
    Place place;
    place.databases = paths;
    Opened opened(place);
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
  Opened opened(place_of(path));
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  opened.window.follow(true);
  CHECK(QTest::qWaitFor([&] { return opened.window.banner().text().contains("a.db"); }, 10'000));
}

TEST_CASE("an empty database says what to do") {
  test::Folder folder;
  (void)Store::open(folder.file("e.db"), Store::Mode::create);
  Opened opened(place_of(folder.file("e.db")));
  CHECK_THAT(opened.rows(Workspace::triage).reason_for_nothing(), Contains("assay run"));
  for (const Qt::Key key : {Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_5, Qt::Key_1}) {
    QTest::keyClick(&opened.window, key, Qt::ControlModifier);
    CHECK(opened.settle());
  }
}

TEST_CASE("pictures are written, light and dark, and not where they cannot be") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  for (const auto theme : {chart::Theme::dark, chart::Theme::light}) {
    apply_theme(theme);
    Loader loader;
    MainWindow window(loader, place_of(path));
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
  Opened opened(place_of(path));
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
