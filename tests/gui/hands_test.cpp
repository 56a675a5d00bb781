// SPDX-License-Identifier: Apache-2.0
// What hands open, decide and take away.
#include <QAction>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QStatusBar>
#include <QTabWidget>
#include <filesystem>
#include <set>

#include "gui/app/answers.h"
#include "gui/model/profile.h"
#include "gui/view/theme.h"
#include "harness/answers/results.h"
#include "harness/exchange/baseline_document.h"
#include "harness/store/history.h"
#include "reports/chart/timeline.h"
#include "tests/gui/history_of.h"
#include "tests/gui/opened.h"
#include "tests/gui/profiled.h"

using namespace assay;
using namespace assay::gui;
using namespace assay::test;
using Catch::Matchers::Contains;

TEST_CASE("several files are dropped at once, and a baseline is chosen from its dialog") {
  test::Folder folder;
  test::make_history(folder.file("a.db"), {});
  test::HistorySpec few;
  few.runs = 7;
  few.launches = 6;
  test::make_history(folder.file("b.db"), few);
  make_baseline(folder.file("b.db"), folder.file("main.json"));
  Opened opened(place_of(folder.file("b.db"), Workspace::compare));
  // By hand: the box asks for the file, and stays as it was where none is chosen.
  auto* const by = opened.window.findChild<QComboBox*>("across");
  const auto choose_baseline = [&](const std::string& file) {
    choose_file(file);
    by->setCurrentIndex(by->findData("baseline"));
    emit by->activated(by->currentIndex());
  };
  choose_baseline("");
  CHECK(opened.window.place().across.empty());
  CHECK(by->currentData().toString().isEmpty());
  choose_baseline(folder.file("main.json"));
  CHECK(opened.window.place().from == folder.file("main.json"));
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == few.cases; }));
  // Several at once: databases are one history, a baseline among them is what they are compared with.
  drop(opened.window, {folder.file("a.db"), folder.file("b.db")});
  CHECK(opened.window.place().databases == std::vector{folder.file("a.db"), folder.file("b.db")});
  CHECK(opened.window.place().across.empty());
  REQUIRE(opened.settle());
  CHECK(opened.window.banner().text().isEmpty());
  drop(opened.window, {folder.file("main.json"), folder.file("b.db")});
  CHECK(opened.window.place().databases == std::vector{folder.file("b.db")});
  CHECK(opened.window.place().from == folder.file("main.json"));
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == few.cases; }));
  CHECK(opened.window.findChild<QComboBox*>("base")->currentText() == "baseline:main");
}

TEST_CASE("an ignored regression is open again when its time has run out, and nobody reopened it") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  const auto events = [&] { return load_triage(Store::open(path, Store::Mode::read_only)); };
  const QDate until = QDate::currentDate().addDays(30);
  decide("flaky host", until);
  QTest::keyClick(&opened.window.current().table(), Qt::Key_I);
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 2; }));
  REQUIRE(events().size() == 1);
  CHECK(events()[0].kind == "ignored");
  REQUIRE(events()[0].until_utc_ms);
  CHECK(*events()[0].until_utc_ms == until.addDays(1).startOfDay(Qt::UTC).toMSecsSinceEpoch());
  const std::string ignored = events()[0].regression;
  // Its time runs out: it is open again, and nobody reopened it.
  {
    Store store = Store::open(path, Store::Mode::read_write);
    TriageEvent past = events()[0];
    past.id = test::uuid(9);
    past.at_utc_ms += 1;
    past.until_utc_ms = now_utc_ms() - 1;
    REQUIRE(add_triage(store, past));
  }
  opened.loader.refresh();
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 3; }));
  const auto row = [&] {
    for (int i = 0; i < opened.rows().rowCount(); ++i) {
      if (opened.rows().id_at(i).starts_with(ignored)) return i;
    }
    return -1;
  };
  REQUIRE(row() >= 0);
  opened.window.activateWindow();  // the dialog had been
  REQUIRE(QTest::qWaitForWindowActive(&opened.window));
  opened.window.current().table().setCurrentIndex(opened.rows().index(row(), 0));
  CHECK(opened.window.place().regression == ignored);
  decide("still flaky");
  QTest::keyClick(&opened.window.current().table(), Qt::Key_I);
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 2; }));
  CHECK(events().size() == 3);
  opened.window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&opened.window));
  QTest::keyClick(&opened.window, Qt::Key_H, Qt::ControlModifier);
  CHECK(opened.rows().rowCount() == 3);
  decide("");
  QTest::keyClick(&opened.window.current().table(), Qt::Key_O);
  REQUIRE(opened.settle([&] { return events().size() == 4; }));
  CHECK(events()[3].kind == "reopened");
  opened.window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&opened.window));
  QTest::keyClick(&opened.window, Qt::Key_H, Qt::ControlModifier);
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 3; }));
}

TEST_CASE("what is decided while another process writes is stored when that has ended") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  const auto events = [&] { return load_triage(Store::open(path, Store::Mode::read_only)); };
  {
    Store writer = Store::open(path, Store::Mode::read_write);
    writer.database().execute("BEGIN IMMEDIATE");
    decide("found it");
    QTest::keyClick(&opened.window.current().table(), Qt::Key_A);
    QTest::qWait(200);
    CHECK(opened.loader.busy());
    CHECK(events().empty());
    // The window is not, and neither are its answers: another page comes meanwhile.
    Place to = opened.window.place();
    to.workspace = Workspace::compare;
    opened.window.go(to);
    REQUIRE(QTest::qWaitFor([&] { return opened.rows().rowCount() > 0; }, 60'000));
    to.workspace = Workspace::triage;
    opened.window.go(to);
    CHECK(opened.loader.busy());
    CHECK(events().empty());
    writer.database().execute("ROLLBACK");
  }
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 2; }));
  REQUIRE(events().size() == 1);
  CHECK(events()[0].reason == "found it");
  CHECK(opened.window.banner().text().isEmpty());
}

TEST_CASE("what was decided is stored though the window is closed at once") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  TriageEvent event;
  event.kind = "ignored";
  event.regression = "1a2b3c4d5e";
  event.reason = "flaky";
  event.series = "s";
  event.commit = "c";
  event.case_key = "llm.gemv/simd@cpu";
  event.person = "Ada";
  event.at_utc_ms = now_utc_ms();
  {
    Loader loader;
    loader.open({path}, {});
    for (unsigned n = 1; n <= 3; ++n) {
      event.id = test::uuid(n);
      loader.decide(path, event);
    }
  }
  CHECK(load_triage(Store::open(path, Store::Mode::read_only)).size() == 3);
}

TEST_CASE("what could not be stored is told until it is, and nobody types its reason twice") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  std::shared_ptr<const Overview> data;
  {
    Opened opened(place_of(path));
    QObject::connect(&opened.loader, &Source::overview,
                     [&](const std::shared_ptr<const Overview>& answer) { data = answer; });
    opened.loader.open({path}, {});
    REQUIRE(opened.settle([&] { return data != nullptr && data->complete; }));
  }
  Silent source;
  MainWindow window(source, place_of(path));
  window.show();
  window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&window));
  emit source.overview(data);
  decide("noise of the host", QDate::currentDate().addDays(7));
  QTest::keyClick(&window.current().table(), Qt::Key_I);
  REQUIRE(source.decisions.size() == 1);
  auto answer = std::make_shared<Decided>();
  answer->event = source.decisions[0];
  answer->problem = Problem{path, "database a.db is locked by another process", "try again"};
  emit source.decided(answer);
  CHECK(window.banner().text().contains("locked"));
  emit source.overview(std::make_shared<const Overview>(*data));  // newer data say nothing of it
  CHECK(window.banner().text().contains("locked"));
  window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&window));
  decide("");
  QTest::keyClick(&window.current().table(), Qt::Key_I);
  REQUIRE(source.decisions.size() == 2);
  CHECK(source.decisions[1].reason == "noise of the host");
  CHECK(source.decisions[1].until_utc_ms == source.decisions[0].until_utc_ms);
  answer = std::make_shared<Decided>();
  answer->event = source.decisions[1];
  emit source.decided(answer);
  CHECK(window.banner().text().isEmpty());
}

TEST_CASE("a table leaves as CSV by its menu and by Ctrl+E, as it is filtered and sorted") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});
  Opened opened(place_of(path));
  TableView& table = opened.window.current().table();
  const std::string by_menu = folder.file("menu.csv"), by_key = folder.file("key.csv");
  QTimer::singleShot(100, [&] {
    auto* const menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    REQUIRE(menu != nullptr);
    for (QAction* action : menu->actions()) {
      if (!action->text().contains("CSV")) continue;
      choose_file(by_menu);
      menu->setActiveAction(action);
      QTest::keyClick(menu, Qt::Key_Return);
      return;
    }
  });
  QContextMenuEvent asked(QContextMenuEvent::Keyboard, QPoint(20, 20), table.mapToGlobal(QPoint(20, 20)));
  QApplication::sendEvent(&table, &asked);
  const auto all = lines_of(by_menu);
  REQUIRE(all.size() == 4);  // a title, and three regressions
  CHECK_THAT(all[0], Contains("case"));
  opened.window.filter().setText("family:vision");
  opened.window.activateWindow();  // the dialog had been
  REQUIRE(QTest::qWaitForWindowActive(&opened.window));
  choose_file(by_key);
  QTest::keyClick(&opened.window, Qt::Key_E, Qt::ControlModifier);
  const auto some = lines_of(by_key);
  REQUIRE(some.size() == 2);
  CHECK(some[0] == all[0]);
  CHECK_THAT(some[1], Contains("vision.resize"));
  opened.window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&opened.window));
  choose_file(folder.file("none/x.csv"));
  QTest::keyClick(&opened.window, Qt::Key_E, Qt::ControlModifier);
  CHECK(opened.window.statusBar()->currentMessage().contains("none/x.csv"));
  CHECK_FALSE(std::filesystem::exists(folder.file("none")));
}

TEST_CASE("sliders judge the whole history by other rules, and the link says by which") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  test::make_history(path, {});  // steps of 8, 16 and 24 %
  Opened opened(place_of(path));
  auto* const slider = opened.window.findChild<QSlider*>("step");
  int before = 1000;
  const std::tuple<int, const char*, int> stands[] = {{0, "step=0.001", -1}, {5, "step=0.03", 3},
                                                      {6, "step=0.05", 3},   {7, "step=0.1", 2},
                                                      {8, "step=0.2", 1},    {9, "step=0.5", 0}};
  for (const auto& [at, link, count] : stands) {
    slider->setValue(at);
    REQUIRE(opened.settle());
    INFO(link);
    CHECK_THAT(to_link(opened.window.place()), Contains(link));
    if (count >= 0) CHECK(opened.rows().rowCount() == count);
    CHECK(opened.rows().rowCount() <= before);
    before = opened.rows().rowCount();
  }
  slider->setValue(2);  // the rule
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 3; }));
  CHECK_FALSE(QString::fromStdString(to_link(opened.window.place())).contains("step="));
  // Its neighbours: how many runs make a level (the newest has 16), how sure it must be, and of counts.
  auto* const level = opened.window.findChild<QSlider*>("level");
  level->setValue(level->maximum());
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() < 3; }));
  CHECK_THAT(to_link(opened.window.place()), Contains("level=20"));
  opened.window.findChild<QSlider*>("p")->setValue(0);
  opened.window.findChild<QSlider*>("exact")->setValue(0);
  CHECK_THAT(to_link(opened.window.place()), Contains("p=1e-12") && Contains("exact=0"));
  CHECK(parse_link(to_link(opened.window.place())) == opened.window.place());
  opened.window.findChild<QPushButton*>("usual")->click();
  REQUIRE(opened.settle([&] { return opened.rows().rowCount() == 3; }));
  CHECK(opened.window.place().rules == HistoryRules{});
  CHECK(level->value() == 1);
}

TEST_CASE("where no theme was chosen the window is dark on a dark desktop") {
  const QPalette before = QApplication::palette();
  for (const auto& [ground, theme] : {std::pair{QColor(40, 40, 45), chart::Theme::dark},
                                      std::pair{QColor(239, 239, 239), chart::Theme::light}}) {
    QPalette desktop = before;
    desktop.setColor(QPalette::Window, ground);
    QApplication::setPalette(desktop);
    CHECK(desktop_theme() == theme);
    apply_theme(desktop_theme());
    CHECK(current_theme() == theme);
    CHECK(desktop_theme() == theme);  // ours does not turn it round
  }
  apply_theme(chart::Theme::light);
}

TEST_CASE("Ctrl+D goes through dark, light and the desktop's, and the settings remember which") {
  QSettings().remove("theme");
  Silent source;
  MainWindow window(source, place_of("a.db"));
  window.show();
  window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&window));
  CHECK(theme_choice() == ThemeChoice::desktop);
  choose_theme(ThemeChoice::desktop);
  const chart::Theme desktop = current_theme();
  std::vector<ThemeChoice> seen;
  for (int i = 0; i < 3; ++i) {
    QTest::keyClick(&window, Qt::Key_D, Qt::ControlModifier);
    seen.push_back(theme_choice());
    const bool dark = seen.back() == ThemeChoice::desktop ? desktop == chart::Theme::dark
                                                          : seen.back() == ThemeChoice::dark;
    CHECK((current_theme() == chart::Theme::dark) == dark);
    if (i == 0) CHECK(current_theme() != desktop);  // the first press is seen
  }
  CHECK(std::set<ThemeChoice>(seen.begin(), seen.end()).size() == 3);
  CHECK(seen.back() == ThemeChoice::desktop);
  QSettings().remove("theme");
  apply_theme(chart::Theme::light);
}

TEST_CASE("each tab of Hardware has its link, and the picture that is seen is the one that is exported") {
  Silent source;
  Place place = place_of("a.db", Workspace::hardware);
  place.part = "price";
  MainWindow window(source, place);
  auto* const tabs = window.current().findChild<QTabWidget*>();
  CHECK(tabs->tabText(tabs->currentIndex()).remove('&') == "Speed and price");
  CHECK(window.current().chart()->accessibleName() == "Speed and price");
  for (const auto& [index, part] : {std::pair{1, "speed"}, std::pair{3, "requirements"}, std::pair{0, ""}}) {
    tabs->setCurrentIndex(index);
    CHECK(window.place().part == part);
    CHECK(parse_link(to_link(window.place())) == window.place());
    CHECK(window.current().chart()->accessibleName() == "Speed of hosts with intervals");
  }
  window.undo();
  CHECK(tabs->currentIndex() == 3);
}

TEST_CASE("two subjects of a run are compared, and two hosts say why they are not judged") {
  test::Folder folder;
  const std::string two = folder.file("two.db");
  {
    Store store = Store::open(two, Store::Mode::create);
    Run run = test::make_run(1, 1);
    store.begin_run(run);
    for (int k = 0; k < 12; ++k) {
      const bool theirs = k >= 6;
      Launch launch = test::make_launch(static_cast<unsigned>(k), 0, k, 60, theirs ? 25'000 : 50'000);
      if (theirs) {
        launch.subject = {"polars", "2.1", "", "", ""};
        launch.machine_code = "beef";
      }
      store.add_launch(run.id, launch);
    }
    store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
  }
  const Pairing subjects = answer_pairing({two}, {"", test::uuid(1), "subject", ""});
  REQUIRE_FALSE(subjects.problem);
  CHECK(subjects.values == std::vector<std::string>{"assay 0.1.0 abc123", "polars 2.1"});
  REQUIRE(subjects.comparison.pairs.size() == 1);
  CHECK(subjects.comparison.pairs[0].headline()->outcome == Outcome::faster);
  CHECK(subjects.comparison.pairs[0].headline()->ratio.value_or(0) == Approx(2).margin(0.1));

  const std::string hosts = folder.file("hosts.db");
  test::HistorySpec spec;
  spec.runs = 12;
  spec.hosts = 3;
  spec.launches = 6;
  test::make_history(hosts, spec);
  const std::string newest = run_heads(Store::open(hosts, Store::Mode::read_only)).front().id;
  const Pairing by_host = answer_pairing({hosts}, {"", newest, "host", "cloud-a"});
  REQUIRE_FALSE(by_host.problem);
  CHECK(by_host.values == std::vector<std::string>{"cloud-a", "cloud-b", "cloud-c"});
  CHECK(by_host.comparison.pairs.size() == static_cast<std::size_t>(2 * spec.cases));
  for (const Pair& pair : by_host.comparison.pairs)
    CHECK_THAT(pair.headline()->reason, Contains("two hosts have no launches side by side"));
}

TEST_CASE("a case of a GPU stands under that GPU's limits, not under another board's or the CPU's") {
  test::Folder folder;
  const std::string path = folder.file("a.db");
  {
    Store store = Store::open(path, Store::Mode::create);
    test::add_limits(store, 9);
    test::add_gpu_limits(store, 1, "GPU-a");
    test::add_gpu_run(store, 2, "GPU-a");
    test::add_gpu_run(store, 3, "GPU-b");
  }
  const std::string key = "llm.gemv/cuda@cuda:0";
  const CaseProfile profile = answer_profile({path}, key, "", test::uuid(2));
  REQUIRE_FALSE(profile.problem);
  REQUIRE(profile.roofline);
  CHECK(profile.roofline->title == "Roofline, cuda:0");
  REQUIRE(profile.roofline->memory.size() == 2);
  CHECK(profile.roofline->memory[1].name == "512 MiB arrays");
  CHECK(profile.roofline->memory[1].peak == Approx(2e12).epsilon(0.05));
  REQUIRE(profile.roofline->compute.size() == 1);
  CHECK(profile.roofline->compute[0].peak == Approx(4e13).epsilon(0.05));
  CHECK(profile.roofline->points.size() == 1);
  std::set<std::string> names;
  for (const chart::TimelineRow& row : profile.timeline.rows) {
    for (const chart::TimeSpan& span : row.spans) names.insert(span.name);
  }
  CHECK(names.contains("gemv_f32"));  // a kernel, from the tracks that collectors store
  CaseProfile other = answer_profile({path}, key, "", test::uuid(3));
  CHECK_FALSE(other.roofline);
  CHECK_THAT(no_roofline_text(other), Contains("'assay roofline --device cuda:0'"));
  other.row.value.device = "qemu:mps2-an386";
  CHECK_THAT(no_roofline_text(other), !Contains("assay roofline"));
}

TEST_CASE("in a timeline a span's name stands where nothing inside it lies on it") {
  chart::TimelineChart picture;
  picture.rows = {{"launch", {{"measure", 0, 100}, {"first", 1, 40}, {"second", 45, 50}}}};
  const chart::Scene scene = chart::draw(picture, {800, 300, false});
  std::optional<double> label, end_of_second;
  for (const chart::Group& group : scene.groups) {
    if (group.name != "data") continue;
    for (const chart::Item& item : group.items) {
      if (const auto* text = std::get_if<chart::Text>(&item.form); text != nullptr && text->text == "measure")
        label = text->at.x;
      const auto* box = std::get_if<chart::Rectangle>(&item.form);
      if (box != nullptr && item.title.find("second") != std::string::npos)
        end_of_second = box->box.x + box->box.width;
    }
  }
  REQUIRE(label);
  REQUIRE(end_of_second);
  CHECK(*label > *end_of_second);
}
