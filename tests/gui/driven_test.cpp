// SPDX-License-Identifier: Apache-2.0
// What hands do in the window, and what eyes are promised.
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCompleter>
#include <QDateEdit>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QProcess>
#include <QSettings>
#include <QSplitter>
#include <QStatusBar>
#include <QTest>
#include <QTimer>
#include <QToolTip>
#include <catch2/catch.hpp>
#include <fstream>

#include "gui/app/answers.h"
#include "gui/app/loader.h"
#include "gui/model/filter.h"
#include "gui/model/scaling.h"
#include "gui/model/words.h"
#include "gui/view/crosshair.h"
#include "gui/view/main_window.h"
#include "gui/view/scene_painter.h"
#include "gui/view/theme.h"
#include "harness/answers/results.h"
#include "harness/exchange/baseline_document.h"
#include "harness/store/history.h"
#include "reports/chart/flame.h"
#include "reports/chart/violin.h"
#include "tests/gui/history_of.h"
#include "tests/gui/opened.h"
#include "tests/gui/profiled.h"

using namespace assay;
using namespace assay::gui;
using namespace assay::test;
using Catch::Matchers::Contains;

namespace {

/// A chart painted in a fixed font, in points of the sheet: no display's resolution is in it.
QImage painted(const chart::Scene& scene, chart::Theme theme) {
  QImage image(static_cast<int>(scene.width), static_cast<int>(scene.height), QImage::Format_RGB32);
  image.fill(QColor::fromRgb(chart::colour(chart::Role::background, theme)));
  QPainter painter(&image);
  painter.setFont(QFont("DejaVu Sans"));
  paint_scene(painter, scene, theme);
  return image;
}

/// The share of pixels that an eye would call different.
double difference(const QImage& a, const QImage& b) {
  if (a.size() != b.size()) return 1;
  constexpr int seen = 48;  // of 255
  int count = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const QColor one = a.pixelColor(x, y), other = b.pixelColor(x, y);
      if (std::abs(one.red() - other.red()) > seen || std::abs(one.green() - other.green()) > seen ||
          std::abs(one.blue() - other.blue()) > seen)
        ++count;
    }
  }
  return static_cast<double>(count) / (a.width() * a.height());
}

double contrast(const QColor& a, const QColor& b) {
  return chart::contrast(a.rgb() & 0xFFFFFF, b.rgb() & 0xFFFFFF);
}

}  // namespace

TEST_CASE("whatever is read has a contrast of 4.5 to 1 to its ground, in both themes") {
  for (const auto theme : {chart::Theme::dark, chart::Theme::light}) {
    apply_theme(theme);
    const QPalette palette = QApplication::palette();
    using P = QPalette;
    const std::pair<P::ColorRole, P::ColorRole> pairs[] = {{P::WindowText, P::Window},
                                                           {P::Text, P::Base},
                                                           {P::Text, P::AlternateBase},
                                                           {P::ButtonText, P::Button},
                                                           {P::PlaceholderText, P::Base},
                                                           {P::Link, P::Window},
                                                           {P::Link, P::Base},
                                                           {P::ToolTipText, P::ToolTipBase},
                                                           {P::HighlightedText, P::Highlight}};
    for (const auto& [text, ground] : pairs) {
      INFO("theme " << static_cast<int>(theme) << ", roles " << text << " on " << ground);
      CHECK(contrast(palette.color(text), palette.color(ground)) >= 4.5);
    }
    // What tables write in a colour of its own also stands on every second row, and on the selected one.
    for (const auto role : {chart::Role::bad, chart::Role::good, chart::Role::muted}) {
      for (const auto ground : {P::Base, P::AlternateBase, P::Highlight, P::Window}) {
        INFO("theme " << static_cast<int>(theme) << ", " << static_cast<int>(role) << " on " << ground);
        CHECK(contrast(role_colour(role), palette.color(ground)) >= 4.5);
      }
    }
    for (std::size_t i = 0; i < chart::series_count; ++i)
      CHECK(contrast(role_colour(chart::series_role(i)), palette.color(P::Base)) >= 3);
  }
}

TEST_CASE("the letters of a flame graph have that contrast to their boxes, whatever colours say") {
  chart::FlameChart flame;
  flame.frames = {{"all", 0, 100, 40, 0, ""}, {"more", 1, 70, 20, 1, ""}, {"less", 1, 30, 90, 2, ""}};
  for (std::size_t kind = 3; kind < chart::series_count; ++kind)
    flame.frames.push_back({"kind", 1, 10, 10, kind, ""});
  flame.frames[0].value = 200;
  int read = 0;
  for (const bool difference : {false, true}) {
    for (const char* search : {"", "more"}) {
      flame.difference = difference;
      flame.search = search;
      const chart::Scene scene = chart::draw(flame, {1200, 300, false});
      std::pair<chart::Role, double> box{chart::Role::background, 1};
      for (const chart::Group& group : scene.groups) {
        for (const chart::Item& item : group.items) {
          if (const auto* ground = std::get_if<chart::Rectangle>(&item.form))
            box = {ground->fill, ground->opacity};
          const auto* text = std::get_if<chart::Text>(&item.form);
          if (text == nullptr || group.name != "data") continue;
          ++read;
          for (const auto theme : {chart::Theme::light, chart::Theme::dark}) {
            const std::uint32_t ground = chart::colour(chart::Role::background, theme);
            std::uint32_t mixed = 0;
            for (const int shift : {16, 8, 0}) {
              const double from = ground >> shift & 0xFF,
                           to = chart::colour(box.first, theme) >> shift & 0xFF;
              mixed |= static_cast<std::uint32_t>(std::lround(from + (to - from) * box.second)) << shift;
            }
            INFO(text->text << ", " << search << ", " << difference << ", " << static_cast<int>(theme));
            CHECK(chart::contrast(chart::colour(text->fill, theme), mixed) >= 4.5);
          }
        }
      }
    }
  }
  CHECK(read > 12);
}

TEST_CASE("the crosshair tells any point of the data, and what the axes say where there is none") {
  const chart::Axis axis(chart::Scale::linear, {0, 1}, 0, 1000);
  CHECK(reading(axis, {chart::Unit::Kind::seconds, ""}, 500) == "500 ms");
  CHECK(reading(axis, {chart::Unit::Kind::seconds, ""}, 123.4) == "123 ms");
  CHECK(reading(axis, {chart::Unit::Kind::plain, ""}, 0.2) == "0");
  CHECK(reading(chart::Axis(chart::Scale::linear, {1000, 1001}, 0, 1000), {}, 123.4) == "1000.12");
  CHECK(reading(chart::Axis(chart::Scale::log, {1, 1e6}, 0, 600), {chart::Unit::Kind::si, "B/s"}, 300) ==
        "1 kB/s");

  chart::LineChart lines;
  lines.title = "many";
  lines.y.unit = {chart::Unit::Kind::seconds, ""};
  chart::LineSeries line;
  line.name = "samples";
  for (int i = 0; i < 20'000; ++i) {
    line.x.push_back(i);
    line.y.push_back(1e-3 + 1e-9 * i);
  }
  lines.series = {line};
  const chart::Scene scene = chart::draw(lines, {});
  REQUIRE(scene.y.has_value());
  const auto near = nearest_point(lines, scene, {scene.x->at(7777), scene.y->at(line.y[7777]) + 3});
  REQUIRE(near);
  CHECK(std::abs(static_cast<double>(near->index) - 7777) < 300);  // the point nearest to 3 points below
  const auto exact = nearest_point(lines, scene, {scene.x->at(7777), scene.y->at(line.y[7777])});
  REQUIRE(exact);
  CHECK(exact->index == 7777);
  CHECK(exact->title == "samples: 7777, 1.00778 ms");
  CHECK_FALSE(nearest_point(lines, scene, {scene.x->at(7777), scene.y->at(line.y[7777]) + 60}));
}

TEST_CASE("hovering a history tells the run's value, commit and author") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  ChartView* const chart = opened.window.current().chart();
  REQUIRE(opened.settle([&] { return chart->scene().y.has_value(); }));
  // The 31st run, wherever it is drawn.
  std::optional<QPointF> at;
  for (double y = 0; y < chart->height() && !at; y += 4) {
    QMouseEvent move(QEvent::MouseMove, QPointF(chart->scene().x->at(30), y), QPointF(0, 0), Qt::NoButton,
                     Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(chart, &move);
    if (QToolTip::text().contains("Change 31")) at = QPointF(chart->scene().x->at(30), y);
  }
  REQUIRE(at);
  CHECK_THAT(QToolTip::text().toStdString(),
             Contains(test::commit_of(31).id.substr(0, 8)) && Contains("µs") && Contains("Grace Hopper"));
  const QImage with = chart->grab().toImage();
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(chart, &leave);
  CHECK(with != chart->grab().toImage());  // the lines and their labels
}

TEST_CASE("a database that is dropped on the window is opened, and a baseline is compared with") {
  test::Folder folder;
  test::make_history(folder.file("a.db"), {});
  test::HistorySpec few;
  few.runs = 7;
  few.launches = 6;
  test::make_history(folder.file("b.db"), few);
  Opened opened(place_of(folder.file("a.db")));
  drop(opened.window, {folder.file("b.db")});
  CHECK(opened.window.place().databases == std::vector<std::string>{folder.file("b.db")});
  const std::string newest = make_baseline(folder.file("b.db"), folder.file("main.json"));
  REQUIRE(opened.settle());
  drop(opened.window, {folder.file("main.json")});
  CHECK(opened.window.place().across == "baseline");
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == few.cases; }));
  CHECK(opened.window.findChild<QComboBox*>("base")->currentText() == "baseline:main");
  const Place place = opened.window.place();
  CHECK(parse_link(to_link(place)) == place);
  const Pairing pairing =
      answer_pairing({folder.file("b.db")}, {"", newest, "baseline", folder.file("main.json")});
  CHECK_FALSE(pairing.problem);
  CHECK(pairing.comparison.pairs.size() == static_cast<std::size_t>(few.cases));
  std::ofstream(folder.file("main.json")) << "{}";
  CHECK(answer_pairing({folder.file("b.db")}, {"", newest, "baseline", folder.file("main.json")}).problem);
  CHECK(answer_pairing({folder.file("b.db")}, {"", newest, "baseline", folder.file("none.json")}).problem);
}

TEST_CASE("the filter completes keys, then the values that the table has") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  FilterBar& filter = opened.window.filter();
  QTest::keyClick(&opened.window, Qt::Key_Slash);
  CHECK(filter.hasFocus());
  const auto offered = [&] {
    QStringList all;
    const QAbstractItemModel& model = *filter.completer()->completionModel();
    for (int row = 0; row < model.rowCount(); ++row) all.append(model.index(row, 0).data().toString());
    return all;
  };
  QTest::keyClicks(&filter, "fam");
  CHECK(offered() == QStringList{"family:"});
  QTest::keyClicks(&filter, "ily:v");
  CHECK(offered() == QStringList{"family:vision"});
  QWidget* const popup = filter.completer()->popup();
  REQUIRE(QTest::qWaitFor([&] { return popup->isVisible(); }));
  QTest::keyClick(popup, Qt::Key_Down);
  QTest::keyClick(popup, Qt::Key_Return);
  CHECK(filter.text() == "family:vision");
  CHECK(opened.rows().rowCount() == 1);
}

TEST_CASE(
    "the bisecting command is shown and copied, and nothing is started; the page is copied as Markdown") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  QTest::keyClick(&opened.window.current().table(), Qt::Key_B);
  const QString command = QApplication::clipboard()->text();
  CHECK(command.startsWith("assay bisect " + QString::fromStdString(opened.window.place().regression)));
  CHECK(opened.window.statusBar()->currentMessage().contains(command));
  CHECK(opened.window.findChildren<QProcess*>().empty());
  QTest::keyClick(&opened.window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
  CHECK_THAT(QApplication::clipboard()->text().toStdString(),
             Contains("# Assay: Triage") && Contains("tinyml.kws"));
}

TEST_CASE("the window comes back as it was closed") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  QList<int> sizes;
  {
    Opened opened(place_of(path));
    opened.window.resize(1100, 700);
    QSplitter* const splitter = opened.window.page(Workspace::triage).findChild<QSplitter*>();
    splitter->setSizes({120, 480});
    REQUIRE(opened.settle());
    sizes = splitter->sizes();
    opened.window.close();
  }
  Loader loader;
  MainWindow window(loader, place_of(path));
  window.resize(800, 600);
  window.restore_state();
  window.show();
  REQUIRE(QTest::qWaitFor([&] { return window.settled(); }));
  CHECK(window.size() == QSize(1100, 700));
  CHECK(window.page(Workspace::triage).findChild<QSplitter*>()->sizes() == sizes);
  QSettings().clear();
}

TEST_CASE("the largest regression is selected when it is found, though the first answer knew none") {
  Silent source;
  Place place = place_of("a.db", Workspace::distribution);
  MainWindow window(source, place);
  auto first = std::make_shared<Overview>();
  first->databases = {"a.db"};
  first->complete = false;
  SeriesEntry series;
  series.key = {"a.first/simd@cpu", "time.wall.p50", "assay", "0123456789ab", "cpu"};
  first->series = {series};
  emit source.overview(first);
  CHECK(window.place().case_key == "a.first/simd@cpu");
  auto second = std::make_shared<Overview>(*first);
  second->complete = true;
  series.key.case_key = "b.second/simd@cpu";
  second->series.push_back(series);
  RegressionEntry found;
  found.series = 1;
  found.change.id = "1a2b3c4d5e";
  found.state = "open";
  second->regressions = {found};
  emit source.overview(second);
  CHECK(window.place().case_key == "b.second/simd@cpu");
  CHECK(window.place().regression == "1a2b3c4d5e");
}

TEST_CASE("models keep their word while every page is filtered, sorted and read anew") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
  for (const TableView* view : opened.window.findChildren<TableView*>())
    testers.push_back(std::make_unique<QAbstractItemModelTester>(
        view->model(), QAbstractItemModelTester::FailureReportingMode::Fatal));
  CHECK(testers.size() >= 10);
  for (const Workspace workspace : {Workspace::triage, Workspace::compare, Workspace::distribution,
                                    Workspace::profile, Workspace::hardware}) {
    Place to = opened.window.place();
    to.workspace = workspace;
    opened.window.go(to);
    REQUIRE(opened.settle());
    for (const char* text : {"family:vision", "nothing:", "-family:vision", ""})
      opened.window.filter().setText(text);
    for (TableView* view : opened.window.current().findChildren<TableView*>()) {
      view->sortByColumn(0, Qt::DescendingOrder);
      view->sortByColumn(-1, Qt::AscendingOrder);
    }
  }
  {
    Store store = Store::open(path, Store::Mode::read_write);
    test::add_run(store, {}, 41);
  }
  opened.loader.refresh();
  REQUIRE(opened.settle());
}

TEST_CASE("results of one run are compared by device, and one subject alone by none") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    Run run = test::make_run(1, 2);
    run.plan[1].value = run.plan[0].value;
    run.plan[1].params = run.plan[0].params;
    run.plan[1].value.device = "cuda:0";
    store.begin_run(run);
    for (int i = 0; i < 2; ++i) {
      for (int k = 0; k < 6; ++k) {
        Launch launch = test::make_launch(static_cast<unsigned>(i * 10 + k), i, k, 60, 50'000.0 / (1 + i));
        launch.device.name = i == 0 ? "cpu" : "cuda:0";
        store.add_launch(run.id, launch);
      }
    }
    store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
  }
  const Pairing devices = answer_pairing({path}, {"", test::uuid(1), "device", ""});
  REQUIRE_FALSE(devices.problem);
  CHECK(devices.values == std::vector<std::string>{"cpu", "cuda:0"});
  REQUIRE(devices.comparison.pairs.size() == 1);
  REQUIRE(devices.comparison.pairs[0].headline() != nullptr);
  CHECK(devices.comparison.pairs[0].headline()->ratio.value_or(0) == Approx(2).margin(0.1));
  CHECK(answer_pairing({path}, {"", test::uuid(1), "subject", ""}).problem);  // there is one alone
}

TEST_CASE("scaling curves stand beside the machine's own limits and what is proportional") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    for (unsigned number = 1; number <= 2; ++number) {
      Run run = test::make_run(number, 3);
      if (number == 1) run.settings.suite = "roofline";
      for (std::size_t i = 0; i < 3; ++i) {
        PlannedCase& planned = run.plan[i];
        if (number == 1) planned.value = {"roof.fma", "simd", {}, "cpu"};
        if (number == 2) planned.value = {"llm.gemv", "simd", {}, "cpu"};
        planned.value.params = {{"threads", std::int64_t{1} << i}};
        planned.params = planned.value.params;
      }
      store.begin_run(run);
      for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 6; ++k) {
          const double speed = number == 1 ? 1 << i : 1 + 0.5 * i;
          Launch launch =
              test::make_launch(number * 100 + static_cast<unsigned>(i * 10 + k), i, k, 60, 80'000.0 / speed);
          launch.threads = 1 << i;
          store.add_launch(run.id, launch);
        }
      }
      store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
    }
  }
  const Pairing along = answer_pairing({path}, {"", test::uuid(2), "threads", "1"});
  REQUIRE_FALSE(along.problem);
  REQUIRE(along.comparison.pairs.size() == 2);
  const chart::LineChart curves = scaling_chart(along, {0, 1}, "");
  REQUIRE(curves.series.size() == 3);
  CHECK(curves.series[0].y.back() == Approx(2).margin(0.1));
  CHECK_THAT(curves.series[1].name, Contains("limit: roof.fma"));
  CHECK(curves.series[1].y.back() == Approx(4).margin(0.2));
  CHECK(curves.series[2].name == "proportional");
  CHECK(curves.series[2].y.back() == 4);
}

TEST_CASE(
    "a profile shows the case under the machine's limits, its slots, its tracks and the GPU's kernels") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    test::add_limits(store, 1);
    test::add_profiled_run(store, 2, 1000, true);
    test::add_profiled_run(store, 3, 3000, true);
  }
  const std::string key = to_string(test::make_run(1, 4).plan[0].value);
  const CaseProfile profile = answer_profile({path}, key, test::uuid(2), test::uuid(3));
  REQUIRE_FALSE(profile.problem);
  REQUIRE(profile.roofline);
  CHECK(profile.roofline->memory.size() == 3);
  REQUIRE(profile.roofline->compute.size() == 1);
  CHECK(profile.roofline->compute[0].peak == Approx(3e11).epsilon(0.05));
  REQUIRE(profile.roofline->points.size() == 1);
  const chart::Scene roof = chart::draw(*profile.roofline, {});
  CHECK(roof.x_unit.kind == profile.roofline->intensity.kind);
  REQUIRE(profile.tracks.size() == 2);
  CHECK(profile.tracks[0].title == "nvml.power");
  CHECK(profile.tracks[0].series.size() == 6);
  std::set<std::string> names;
  for (const chart::TimelineRow& row : profile.timeline.rows) {
    for (const chart::TimeSpan& span : row.spans) names.insert(span.name);
  }
  CHECK(names.contains("gemv_q4_0"));
  CHECK(names.contains("reduce"));
}

TEST_CASE("prices and requirements are read from their files, and told where hosts stand by them") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::HistorySpec spec;
  spec.runs = 12;
  spec.hosts = 3;
  spec.launches = 6;
  test::make_history(path, spec);
  std::ofstream prices(folder.file("prices.toml"));
  for (const char* host : {"cloud-a", "cloud-b", "cloud-c"})
    prices << "[[price]]\nhost = \"" << host << "\"\namount = 0." << 4 + (host[6] - 'a')
           << "\ncurrency = \"EUR\"\nper = \"hour\"\ndate = 2026-11-20\nsource = \"a list\"\n";
  prices.close();
  std::ofstream(folder.file("r.toml"))
      << "[[require]]\nname = \"in time\"\ntask = \"llm.gemv?rows=1024\"\nmetric = \"latency\"\n"
         "percentile = 50\nat_most = \"1ms\"\n";
  Place place = place_of(path, Workspace::hardware);
  place.hardware.prices = folder.file("prices.toml");
  place.hardware.requirements = folder.file("r.toml");
  Opened opened(place);
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 3; }));
  std::map<std::string, const TableView*> tables;
  for (const TableView* view : opened.window.current().findChildren<TableView*>())
    tables[view->accessibleName().toStdString()] = view;
  CHECK(tables.at("Requirements and hosts")->model()->rowCount() == 1);
  for (ChartView* view : opened.window.current().findChildren<ChartView*>()) {
    if (view->accessibleName() != "Speed and price") continue;
    const chart::Scene scene = view->scene_for({800, 500, false});
    CHECK(plot_of(scene).has_value());
    CHECK_THAT(scene.description, Contains("3"));
  }
}

TEST_CASE("charts look as they did: pictures of a history, a distribution and a flame graph") {
  if (QFontInfo(QFont("DejaVu Sans")).family() != "DejaVu Sans") {
    WARN("skipped: there is no font DejaVu Sans (apt-get install fonts-dejavu-core)");
    return;
  }
  chart::LineChart history;
  history.title = "llm.gemv/simd@cpu time.wall.p50";
  history.y.unit = {chart::Unit::Kind::seconds, ""};
  chart::LineSeries values;
  values.name = "value";
  values.line = false;
  for (int i = 0; i < 40; ++i) {
    values.x.push_back(i);
    values.y.push_back((i < 25 ? 200e-6 : 248e-6) * (1 + 0.002 * ((i * 7) % 5 - 2)));
  }
  history.series = {values};
  history.references = {{24.5, "worse 0.807x", true, chart::Role::bad}};
  chart::ViolinChart violin;
  violin.title = "How often";
  violin.axis = {"time of a call", {chart::Unit::Kind::seconds, ""}, chart::Scale::linear, {}};
  violin.rows = {{"base", {1e-3, 1.1e-3, 1.1e-3, 1.2e-3, 1.3e-3}}, {"new", {2e-3, 2.1e-3, 2.1e-3, 2.4e-3}}};
  chart::FlameChart flame;
  flame.title = "Instructions of a call";
  flame.frames = {{"all", 0, 100, std::nullopt, 0, ""},
                  {"worker", 1, 90, std::nullopt, 0, ""},
                  {"gemv_q4_0", 2, 70, std::nullopt, 0, ""},
                  {"unpack", 2, 20, std::nullopt, 0, ""}};
  const chart::Canvas sheet{320, 200, false};
  const std::tuple<const char*, chart::Scene, chart::Theme> pictures[] = {
      {"history", chart::draw(history, sheet), chart::Theme::light},
      {"violin", chart::draw(violin, sheet), chart::Theme::dark},
      {"flame", chart::draw(flame, sheet), chart::Theme::light}};
  constexpr double tolerance = 0.01;  // other versions of a font move a letter's rim
  const QString folder = ASSAY_GOLDEN_FOLDER;
  for (const auto& [name, scene, theme] : pictures) {
    INFO(name << ": ASSAY_WRITE_GOLDEN=1 writes it anew");
    const QImage now = painted(scene, theme);
    if (qEnvironmentVariableIsSet("ASSAY_WRITE_GOLDEN")) now.save(folder + name + ".png");
    const QImage golden = QImage(folder + name + ".png").convertToFormat(QImage::Format_RGB32);
    REQUIRE_FALSE(golden.isNull());
    CHECK(difference(now, golden) <= tolerance);
    CHECK(difference(painted(scene, theme == chart::Theme::light ? chart::Theme::dark : chart::Theme::light),
                     golden) > 0.5);
  }
  values.y[5] = 240e-6;  // one point elsewhere is seen
  history.series = {values};
  const QImage golden = QImage(folder + "history.png").convertToFormat(QImage::Format_RGB32);
  CHECK(difference(painted(chart::draw(history, sheet), chart::Theme::light), golden) > 0);
}
