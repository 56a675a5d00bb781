// SPDX-License-Identifier: Apache-2.0
// Profiles, axes, ranges and pages: models as text, then the window from end to end.
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QProcess>
#include <QSysInfo>
#include <QTabWidget>
#include <QTest>
#include <catch2/catch.hpp>
#include <fstream>

#include "gui/app/answers.h"
#include "gui/app/hardware_sources.h"
#include "gui/app/loader.h"
#include "gui/model/filter.h"
#include "gui/model/profile.h"
#include "gui/model/samples.h"
#include "gui/model/scaling.h"
#include "gui/model/tables.h"
#include "gui/view/main_window.h"
#include "gui/view/page_paper.h"
#include "gui/view/scene_painter.h"
#include "harness/core/error.h"
#include "tests/gui/history_of.h"
#include "tests/gui/opened.h"
#include "tests/gui/profiled.h"

using namespace assay;
using namespace assay::gui;
using namespace assay::test;
using Catch::Matchers::Contains;

namespace {

Distribution distribution_of(std::vector<double> ns) {
  Distribution data;
  data.base = {{0, std::move(ns)}};
  return data;
}

}  // namespace

TEST_CASE("a database without a result is no fault of hardware's, a file that is none is") {
  test::Folder folder;
  const std::string path = folder.file("empty.db");
  Store::open(path, Store::Mode::create);
  const HardwareAnswered answered = HardwareSources({path}).answer({});
  CHECK_FALSE(answered.problem);
  CHECK(ranking_table(answered.scores).rows.empty());
  CHECK(HardwareSources({path + ".no"}).answer({}).problem);
}

TEST_CASE("a range that is brushed is written into the filter, read back, and replaced by the next") {
  const Range time{1'763'000'000'400, 1'763'000'100'600};
  const std::string text = with_range("family:llm \"a b\"", "time", time);
  CHECK(text == "family:llm \"a b\" time:2025-11-13T02:13:20..2025-11-13T02:15:01");
  const auto read = Filter(text).range("time");
  REQUIRE(read);
  CHECK(read->holds(time.low));
  CHECK(read->holds(time.high));
  CHECK(read->high - read->low < time.high - time.low + 2001);
  const std::string both = with_range(with_range(text, "latency", Range{4.1e6, 4.6e6}), "time", std::nullopt);
  CHECK(both == "family:llm \"a b\" latency:4.1ms..4.6ms");
  CHECK(Filter(both).range("latency")->low == Approx(4.1e6));
  CHECK(Filter(both).range("latency")->high == Approx(4.6e6));
  CHECK(Filter("latency:..2us").range("latency")->high == 2000);
  CHECK(Filter("time:2026-11-20").range("time")->high - Filter("time:2026-11-20").range("time")->low ==
        86'400'000 - 1);
  for (const char* wrong : {"time:soon", "latency:4", "latency:5ms..4ms", "time:..", "latency:xms..1s"})
    CHECK_THAT(Filter(wrong).problem(), Contains("is no range"));
}

TEST_CASE("a range narrows the rows that have such a figure, and says nothing about others") {
  TableRow row;
  row.ranges["time"] = {1'763'000'000'000, 1'763'000'000'000};
  CHECK(Filter("time:2025-11-13").accepts(row));
  CHECK_FALSE(Filter("time:2025-11-14..").accepts(row));
  CHECK(Filter("-time:2025-11-14..").accepts(row));
  CHECK(Filter("latency:1ms..2ms").accepts(row));
}

TEST_CASE("commits that are brushed are a range of places, and times where one of them has none") {
  std::vector<HistoryPoint> points(4);
  for (std::size_t i = 0; i < points.size(); ++i) {
    Commit commit;
    commit.place = 100 + static_cast<std::int64_t>(i);
    points[i].commit = std::make_shared<const Commit>(commit);
    points[i].started_utc_ms = 1'763'000'000'000 + static_cast<std::int64_t>(i) * 60'000;
  }
  CHECK(brushed_text("family:llm time:2025-11-13", points, 0.5, 2.5) == "family:llm commits:101..102");
  points[2].commit = nullptr;
  CHECK(brushed_text("commits:1..2", points, 0.5, 2.5) == "time:2025-11-13T02:14:20..2025-11-13T02:15:20");
  CHECK(brushed_text("gemv", points, 0.2, 0.8) == "gemv");
  const Brushed brushed = brushed_by(Filter("commits:101..102"));
  CHECK(brushed.holds(0, 101));
  CHECK_FALSE(brushed.holds(0, 103));
  CHECK_FALSE(brushed.holds(0, std::nullopt));
  for (const char* wrong : {"commits:x..2", "commits:5..4", "commits:-1..2", "commits:1.5..2"})
    CHECK_THAT(Filter(wrong).problem(), Contains("is no range"));
}

TEST_CASE("a case is listed where a run of it lies in the range that is asked for") {
  Overview data;
  SeriesEntry entry;
  entry.key.case_key = "llm.gemv/simd@cpu";
  entry.key.metric = "time.wall.p50";
  entry.unit = "ns";
  entry.points = 2;
  entry.time = {1'763'000'000'000, 1'763'000'060'000};
  entry.commits = Range{10, 20};
  data.series.push_back(entry);
  const TableRow row = cases_table(data).rows.at(0);
  for (const char* within : {"commits:15", "commits:20..30", "commits:1..10", "time:2025-11-13", ""})
    CHECK(Filter(within).accepts(row));
  for (const char* beside : {"commits:21..30", "commits:..9", "time:2025-11-14.."})
    CHECK_FALSE(Filter(beside).accepts(row));
}

TEST_CASE("lines of source stand above their instructions, where the file is what was compiled") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  const std::string source = folder.file("gemv.cpp");
  std::ofstream(source) << "one\ntwo\nfor (auto x : <b>row</b>)\n  sum += x;\n";
  {
    Store store = Store::open(path, Store::Mode::create);
    Run run = test::make_run(1, 1);
    run.host.name = QSysInfo::machineHostName().toStdString();
    run.started_utc_ms = now_utc_ms() + 60'000;
    store.begin_run(run);
    store.add_launch(run.id, test::make_launch(1, 0, 0, 60));
    Launch exact = test::make_launch(2, 0, 0, 1);
    exact.lane = "callgrind";
    exact.hot_spots = {test::spot_of("gemv", 1000)};
    exact.hot_spots[0].source = source;
    store.add_launch(run.id, exact);
    store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
  }
  const std::string key = to_string(test::make_run(1, 1).plan[0].value);
  CaseProfile profile = answer_profile({path}, key, "", test::uuid(1));
  REQUIRE(profile.loops.size() == 1);
  CHECK(profile.loops[0].no_code.empty());
  const Table with = listing_table(profile.loops[0]);
  REQUIRE(with.rows.size() == 5);
  CHECK(with.rows[0].cells[2].text == "gemv.cpp:3  for (auto x : <b>row</b>)");
  CHECK(with.rows[1].cells[2].text == "vpaddd ymm0, ymm0, ymm1");
  CHECK(with.rows[2].cells[2].text == "gemv.cpp:4    sum += x;");
  std::filesystem::remove(source);
  profile = answer_profile({path}, key, "", test::uuid(1));
  CHECK(profile.loops.at(0).code.empty());
  CHECK(profile.loops[0].no_code == "there is no such file here");
  const Table without = listing_table(profile.loops[0]);
  CHECK(without.rows.size() == 3);
  CHECK(without.columns[1].title == "line");
}

TEST_CASE("samples that take turns are told by their correlation, and constant ones have none") {
  std::vector<double> ns;
  for (int i = 0; i < 400; ++i) ns.push_back(i % 2 == 0 ? 1000 : 2000);
  const std::vector<double> lags = autocorrelation(distribution_of(ns).base, 10);
  REQUIRE(lags.size() == 10);
  CHECK(lags[0] == Approx(-1).margin(0.01));
  CHECK(lags[1] == Approx(1).margin(0.01));
  CHECK(autocorrelation(distribution_of(std::vector<double>(400, 5)).base, 10).empty());
  CHECK(autocorrelation({}, 10).empty());
}

TEST_CASE("a part of the times keeps its samples alone") {
  const Distribution part = narrowed(distribution_of({1, 5, 9}), {4, 6});
  REQUIRE(part.base.size() == 1);
  CHECK(part.base[0].ns == std::vector<double>{5});
  CHECK(narrowed(part, {100, 200}).base.empty());
}

TEST_CASE("a link also leads back to axis, tab and what was looked for") {
  Place place = place_of("a.db", Workspace::compare);
  place.across = "threads";
  place.from = "1";
  place.part = "scaling";
  place.find = "gemv & co";
  CHECK(parse_link(to_link(place)) == place);
}

TEST_CASE("a profile has its stacks with those of the base run, and its loops find their partners") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    test::add_profiled_run(store, 1, 1000);
    test::add_profiled_run(store, 2, 3000);
    test::add_profiled_run(store, 3, 0);
  }
  const std::string key = to_string(test::make_run(1, 4).plan[0].value);
  const CaseProfile profile = answer_profile({path}, key, test::uuid(1), test::uuid(2));
  REQUIRE_FALSE(profile.problem);
  REQUIRE(profile.stacks.size() >= 5);  // all, object, function, its loop, function, ...
  CHECK(profile.stacks[1].name == "worker");
  CHECK(profile.stacks[2].name == "gemv_q4_0");
  CHECK(profile.stacks[2].value == 9000);
  CHECK(profile.stacks[2].before == 3000);
  CHECK(profile.stacks[3].name == "loop 1");
  CHECK(has_difference(profile));
  REQUIRE_FALSE(profile.loops.empty());
  CHECK(partner_of(profile.loops[0], profile.base_loops) == std::optional<std::size_t>(0));
  CHECK_FALSE(partner_of({"other", "", "", 1, 0, 0, {}}, profile.base_loops));
  const Table listing = listing_table(profile.loops[0]);
  REQUIRE(listing.rows.size() == 3);
  CHECK(listing.rows[0].cells[3].text == "vpaddd ymm0, ymm0, ymm1");
  CHECK(listing.rows[2].cells[3].text == "jne 10  (to 10)");
  CHECK_FALSE(profile.timeline.rows.empty());
  const chart::FlameChart found = flame_chart(profile, "GEMV", std::nullopt, true);
  CHECK(chart::found_share(found) == Approx(9000.0 / 9030));
  CHECK_THAT(found.title, Contains("GEMV"));
  // A base without stacks: nothing is called new for that.
  const CaseProfile alone = answer_profile({path}, key, test::uuid(3), test::uuid(2));
  CHECK_FALSE(has_difference(alone));
  CHECK_FALSE(flame_chart(alone, "", std::nullopt, true).difference);
  const CaseProfile none = answer_profile({path}, key, test::uuid(1), test::uuid(3));
  CHECK_THAT(flame_chart(none, "", std::nullopt, true).empty, Contains("assay profile"));
  CHECK_THAT(top_down_chart(none).empty, Contains("TOPDOWN1"));
  CHECK(answer_profile({path}, key, "", "nope").problem);
}

TEST_CASE("results of one run are held against each other by an axis, and curves follow its numbers") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    test::add_profiled_run(store, 1, 0);
  }
  const Pairing by = answer_pairing({path}, {"", test::uuid(1), "implementation", ""});
  REQUIRE_FALSE(by.problem);
  CHECK(by.values == std::vector<std::string>{"reference", "simd"});
  CHECK(by.comparison.pairs.size() == 2);
  CHECK(by.axes == std::vector<std::string>{"rows"});
  const Table table = comparison_table(by.comparison);
  CHECK(table.columns[3].title == "implementation");
  CHECK(table.rows[0].cells[3].text == "simd");
  CHECK_THAT(table.rows[0].fields.at("case"), Contains("/simd"));

  const Pairing along = answer_pairing({path}, {"", test::uuid(1), "rows", ""});
  const chart::LineChart curves = scaling_chart(along, {0, 1}, "");
  REQUIRE(curves.series.size() == 2);
  CHECK(curves.series[0].x == std::vector<double>{1024, 2048});
  CHECK(curves.series[0].y[0] == 1);
  CHECK(scaling_table(curves).rows.size() == 4);
  CHECK(scaling_chart(by, {0, 1}, "").series.empty());  // names are no numbers
  CHECK_THAT(scaling_chart(by, {0, 1}, "").empty, Contains("By"));

  CHECK(answer_pairing({path}, {"", test::uuid(1), "host", ""}).problem);  // there is one alone
  CHECK_THAT(answer_pairing({path}, {"", test::uuid(1), "colour", ""}).problem->message, Contains("colour"));
}

TEST_CASE("two databases are compared by their newest runs") {
  test::Folder folder;
  for (const auto& [name, run] : {std::pair{"a.db", 1U}, std::pair{"b.db", 2U}}) {
    Store store = Store::open(folder.file(name), Store::Mode::create);
    test::add_profiled_run(store, run, 0);
  }
  const CompareAsk ask{"", test::uuid(1), "database", "b.db"};
  const Pairing by = answer_pairing({folder.file("a.db"), folder.file("b.db")}, ask);
  REQUIRE_FALSE(by.problem);
  CHECK(by.comparison.base == "b.db");
  REQUIRE(by.comparison.pairs.size() == 4);
  CHECK(by.comparison.pairs[0].value == "a.db");
}

TEST_CASE("commits that are brushed in a history filter every view, and undo takes it back") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path, Workspace::triage));
  MainWindow& window = opened.window;
  TableModel& rows = window.current().table().model_of();
  REQUIRE(rows.rowCount() == 3);
  ChartView* const chart = window.current().chart();
  REQUIRE(opened.settle([&] { return chart->scene().x.has_value(); }));
  const auto at = [&](double value) {
    return QPoint(static_cast<int>(chart->scene().x->at(value)), chart->height() / 2);
  };
  QTest::mousePress(chart, Qt::LeftButton, {}, at(20.5));
  QTest::mouseMove(chart, at(26));
  QTest::mouseRelease(chart, Qt::LeftButton, {},
                      at(30.5));  // run 25 of 40 is in it: case 3 gets slower there
  REQUIRE(opened.settle([&] { return rows.rowCount() == 1; }));
  CHECK(window.place().filter == "commits:22..31");
  CHECK(rows.refused_count() == 2);
  Place to = window.place();
  to.regression.clear();
  to.series.clear();
  to.case_key.clear();
  to.workspace = Workspace::compare;
  window.go(to);
  auto* const base = window.current().findChild<QComboBox*>("base");
  REQUIRE(base != nullptr);
  CHECK(base->count() == 10);
  window.undo();
  window.undo();
  CHECK(window.place().filter.empty());
  CHECK(rows.rowCount() == 3);
}

TEST_CASE("a flame graph is searched, and what is seen is opened again by its link") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    test::add_profiled_run(store, 1, 1000);
    test::add_profiled_run(store, 2, 3000);
  }
  Place place = place_of(path, Workspace::profile);
  place.part = "flame";
  place.case_key = to_string(test::make_run(1, 4).plan[0].value);
  Opened opened(place);
  MainWindow& window = opened.window;
  ChartView* const flame = window.current().chart();
  REQUIRE(flame != nullptr);
  REQUIRE(opened.settle([&] { return plot_of(flame->scene()).has_value(); }));
  QTest::keyClicks(window.current().findChild<QLineEdit*>("find"), "unpack");
  CHECK(window.place().find == "unpack");
  CHECK_THAT(flame->scene().title, Contains("unpack"));
  Opened again(parse_link(to_link(window.place())));
  CHECK(again.window.place() == window.place());
  REQUIRE(
      again.settle([&] { return again.window.current().chart()->scene().title == flame->scene().title; }));
  for (const char* part : {"", "loops", "topdown", "timeline", "reasons"}) {
    Place to = window.place();
    to.part = part;
    window.go(to);
    REQUIRE(opened.settle());
    CHECK(window.current().findChild<QTabWidget*>()->currentWidget()->isVisible());
  }
}

TEST_CASE(
    "every picture of every part shows its figures as a table, and a base without loops takes no room") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    test::add_profiled_run(store, 1, 0);
    test::add_profiled_run(store, 2, 3000);
  }
  Place place = place_of(path, Workspace::triage);
  place.case_key = to_string(test::make_run(1, 4).plan[0].value);
  Opened opened(place);
  std::size_t pictures = 0;
  for (const Workspace workspace : {Workspace::triage, Workspace::compare, Workspace::distribution,
                                    Workspace::profile, Workspace::hardware}) {
    Place to = opened.window.place();
    to.workspace = workspace;
    opened.window.go(to);
    REQUIRE(opened.settle());
    auto* const tabs = opened.window.current().findChild<QTabWidget*>();
    for (int tab = 0; tab < (tabs == nullptr ? 1 : tabs->count()); ++tab) {
      if (tabs != nullptr) tabs->setCurrentIndex(tab);
      REQUIRE(opened.settle());
      for (ChartView* view : opened.window.current().findChildren<ChartView*>()) {
        if (!view->isVisible() || !plot_of(view->scene())) continue;
        ++pictures;
        INFO(view->accessibleName().toStdString());
        const auto table = view->table();
        REQUIRE(table);
        CHECK_FALSE(table->rows.empty());
      }
    }
  }
  CHECK(pictures >= 10);
  Place to = opened.window.place();
  to.workspace = Workspace::profile;
  to.part = "loops";
  opened.window.go(to);
  REQUIRE(opened.settle());
  std::map<std::string, bool> shown;
  for (const TableView* view : opened.window.current().findChildren<TableView*>())
    shown[view->accessibleName().toStdString()] = view->isVisible();
  CHECK(shown.at("Loops of the new run: instructions"));
  CHECK_FALSE(shown.at("Loops of the base run: instructions"));
}

TEST_CASE("the key sheet names every key of the window, and T shows a picture as a table") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path, Workspace::triage));
  const auto windows = [&] { return opened.window.findChildren<QDialog*>().size(); };
  const auto before = windows();
  QTest::keyClick(&opened.window, Qt::Key_Question);
  REQUIRE(QTest::qWaitFor([&] { return windows() == before + 1; }));
  QString sheet;
  const QAbstractItemModel& keys =
      *opened.window.findChildren<QDialog*>().back()->findChild<TableView*>()->model();
  for (int row = 0; row < keys.rowCount(); ++row)
    for (int column = 0; column < 2; ++column) sheet += keys.index(row, column).data().toString() + "\n";
  int named = 0;
  for (const QAction* action : opened.window.findChildren<QAction*>()) {
    const QString key = action->shortcut().toString(QKeySequence::PortableText);
    if (key.isEmpty() || key == "Esc" || (key.size() == 6 && key.startsWith("Ctrl+") && key[5].isDigit()))
      continue;
    INFO(key.toStdString());
    CHECK(sheet.contains(key));
    ++named;
  }
  CHECK(named > 15);
  ChartView* const chart = opened.window.current().chart();
  REQUIRE(opened.settle([&] { return plot_of(chart->scene()).has_value(); }));
  QTest::keyClick(chart, Qt::Key_T);
  REQUIRE(QTest::qWaitFor([&] { return windows() == before + 2; }));
  std::set<int> rows;
  for (const QDialog* dialog : opened.window.findChildren<QDialog*>())
    rows.insert(dialog->findChild<TableView*>()->model()->rowCount());
  CHECK(rows == std::set<int>{keys.rowCount(), 40});  // the sheet, and the points of the history
}

TEST_CASE("a link starts no process and opens no dialog, whatever it says") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  const std::string started = folder.file("started");
  const std::string link = "assay:" + path + "?view=triage&filter=%24(touch%20" + started +
                           ")&case=%60touch%20" + started + "%60&base=%3Btouch%20" + started + "&part=run";
  Opened opened(parse_link(link));
  opened.window.set_program(QString::fromStdString(folder.file("no-such-assay")));
  REQUIRE(opened.settle());
  CHECK(opened.window.findChildren<QProcess*>().empty());
  CHECK(QApplication::activeModalWidget() == nullptr);
  CHECK_FALSE(std::filesystem::exists(started));
  CHECK_THROWS_AS(parse_link("assay:" + path + "?run=all"), Error);
}

TEST_CASE("a page leaves as PDF and as Markdown") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path, Workspace::triage));
  QString error;
  REQUIRE(opened.window.save_page(QString::fromStdString(folder.file("p.pdf")), &error));
  std::ifstream file(folder.file("p.pdf"), std::ios::binary);
  std::string begin(5, ' ');
  file.read(begin.data(), 5);
  CHECK(begin == "%PDF-");
  CHECK_FALSE(opened.window.save_page(QString::fromStdString(folder.file("no/p.pdf")), &error));
  CHECK(error.contains("no/p.pdf"));
  const std::string text = page_markdown(opened.window.current(), "A *title*").toStdString();
  CHECK_THAT(text, Contains("# A \\*title\\*") && Contains("## Regressions") && Contains("tinyml.kws"));
}
