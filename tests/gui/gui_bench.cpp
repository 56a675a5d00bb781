// SPDX-License-Identifier: Apache-2.0
// gui_bench DATABASE|live: what the dashboard costs, without a display: first useful window, filter, sort,
// zoom, judging again, memory, the longest event, runs that go on (`live`: these alone). `gui_database big.db
// 10000 100 50` makes the database that the goals are about: 10,000 runs, 1,000,000 results, 50,000,000
// samples. Ends with 1 where a goal is missed.
#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QThread>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <random>

#include "gui/app/loader.h"
#include "gui/view/main_window.h"
#include "gui/view/theme.h"
#include "tests/gui/history_of.h"

namespace {

using namespace assay;
using namespace assay::gui;

/// CPU time of this thread: what a part of the window costs, whoever else is busy on the machine.
double cpu_ms() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double cpu_ms_of(const std::function<void()>& work) {
  const double begin = cpu_ms();
  work();
  return cpu_ms() - begin;
}

/// Measures how long each event keeps the window's thread.
class Application : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    if (QThread::currentThread() != thread() || depth_ > 0) return QApplication::notify(receiver, event);
    ++depth_;
    const QByteArray name = receiver->metaObject()->className();
    const int type = event->type();
    const double begin = cpu_ms();
    const bool done = QApplication::notify(receiver, event);
    const double ms = cpu_ms() - begin;
    --depth_;
    if (ms > longest_ms) {
      longest_ms = ms;
      longest = name.toStdString() + ", event " + std::to_string(type);
    }
    if (ms > 16) ++over_16;
    return done;
  }
  void forget() {
    longest_ms = 0;
    over_16 = 0;
    longest.clear();
  }
  double longest_ms = 0;
  int over_16 = 0;
  std::string longest;

 private:
  int depth_ = 0;
};

int missed = 0;

void say(const char* what, double value, const char* unit, double goal = INFINITY,
         const std::string& note = {}) {
  const bool misses = value > goal;
  missed += misses ? 1 : 0;
  std::printf("%-58s %9.1f %s", what, value, unit);
  if (std::isfinite(goal)) std::printf("   goal %g%s", goal, misses ? "   MISSED" : "");
  std::printf("%s%s\n", note.empty() ? "" : "   ", note.c_str());
  std::fflush(stdout);
}

double resident_mb(const char* field = "VmRSS:") {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double kib = 0;
    if (word == field && status >> kib) return kib / 1024;
  }
  return NAN;
}

double ms_of(const std::function<void()>& work) {
  QElapsedTimer clock;
  clock.start();
  work();
  return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void spin_until(const std::function<bool()>& there) {
  while (!there()) {
    QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    QCoreApplication::sendPostedEvents();
    if (!there()) QThread::usleep(200);
  }
}

void settle(MainWindow& window) {
  for (int still = 0; still < 3;) {
    QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    QCoreApplication::sendPostedEvents();
    still = window.settled() ? still + 1 : 0;
    QThread::usleep(300);
  }
}

void events(Application& application, const char* during) {
  const std::string note = std::to_string(application.over_16) + " longer; " + application.longest;
  say(during, application.longest_ms, "ms", 16, note);
  application.forget();
}

std::shared_ptr<const chart::LineChart> million() {
  auto picture = std::make_shared<chart::LineChart>();
  picture->title = "A million points";
  picture->y.unit = {chart::Unit::Kind::seconds, ""};
  chart::LineSeries line;
  line.name = "samples";
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> time(std::log(1e-3), 0.1);
  for (int i = 0; i < 1'000'000; ++i) {
    line.x.push_back(i);
    line.y.push_back(time(random) * (i > 600'000 ? 1.1 : 1));
  }
  picture->series = {std::move(line)};
  return picture;
}

void zoom_and_pan(ChartView& chart) {
  QImage image(chart.size(), QImage::Format_RGB32);
  double worst = 0, sum = 0;
  int frames = 0;
  const auto frame = [&](const std::function<void()>& move) {
    const double ms = cpu_ms_of([&] {
      move();
      chart.render(&image);  // an unexposed window would paint nothing
    });
    worst = std::max(worst, ms);
    sum += ms;
    ++frames;
  };
  chart.render(&image);
  for (int i = 0; i < 25; ++i) frame([&] { chart.zoom(0.8, 0.6); });
  for (int i = 0; i < 20; ++i) frame([&] { chart.pan(i % 2 == 0 ? -0.1 : 0.2); });
  for (int i = 0; i < 25; ++i) frame([&] { chart.zoom(1.25, 0.4); });
  say("zoom and pan over 1,000,000 points, mean frame", sum / frames, "ms", 16);
  say("  worst frame", worst, "ms", 16);
}

void judge_10000() {
  std::vector<HistoryPoint> points;
  std::mt19937_64 random(2);
  std::normal_distribution<double> noise(1, 0.01);
  for (unsigned n = 1; n <= 10'000; ++n) {
    HistoryPoint point;
    point.run = test::uuid(n);
    point.commit = std::make_shared<const Commit>(test::commit_of(n));
    point.value = 1e6 * noise(random) * (n > 3000 ? 1.05 : 1) * (n > 7000 ? 1.1 : 1);
    points.push_back(std::move(point));
  }
  const SeriesKey key{"llm.gemv/simd@cpu", "time.wall.p50", "assay", "0123456789ab", "cpu"};
  HistoryRules lenient, strict;  // the ends of the sliders
  lenient.smallest = 0.001;
  lenient.strong = 1e-3;
  lenient.shortest = 2;
  strict.strong = 1e-12;
  strict.shortest = 20;
  const std::tuple<const char*, HistoryRules> all[] = {{"judging 10,000 points again", {}},
                                                       {"  by the most lenient rules", lenient},
                                                       {"  by the strictest rules", strict}};
  for (const auto& [what, rules] : all) {
    std::vector<HistoryPoint> copy = points;
    Series series;
    const double ms =
        cpu_ms_of([&] { series = make_series(key, "ns", Better::lower, std::move(copy), rules); });
    say(what, ms, "ms", 100, std::to_string(series.changes.size()) + " changes");
  }
}

void many_rows() {
  auto table = std::make_shared<Table>();
  table->columns = {{"verdict"}, {"ratio", true}, {"case", false, true}};
  for (int i = 0; i < 10'000; ++i) {
    TableRow row;
    row.id = "llm.gemv/simd?rows=" + std::to_string(i) + "@cpu";
    const double ratio = 1 + 0.0001 * ((i * 7919) % 1000);
    row.cells = {{"slower", {}}, {std::to_string(ratio), ratio}, {row.id, {}}};
    row.fields = case_fields(row.id);
    table->rows.push_back(std::move(row));
  }
  TableModel model;
  model.set_table(table);
  say("filter 10,000 rows by a field",
      cpu_ms_of([&] { model.set_filter(Filter("family:llm device:cpu"), true); }), "ms", 100);
  say("filter 10,000 rows by a word", cpu_ms_of([&] { model.set_filter(Filter("rows=77"), true); }), "ms",
      100);
  model.set_filter(Filter(), true);
  say("sort 10,000 rows by a number", cpu_ms_of([&] { model.sort(1, Qt::DescendingOrder); }), "ms", 100);
  say("sort 10,000 rows by text", cpu_ms_of([&] { model.sort(2, Qt::AscendingOrder); }), "ms", 100);
}

/// Runs that go on, one behind the other: launches come in, the window looks after each few. (One run of all
/// these launches would be compared with its forerunner anew each time, all of it: that took more and more.)
void live(Application& application) {
  test::Folder folder;
  const std::string path = folder.file("live.db");
  test::HistorySpec spec;
  spec.runs = 30;
  test::make_history(path, spec);
  Place place;
  place.databases = {path};
  place.workspace = Workspace::compare;
  Loader loader;
  MainWindow window(loader, place);
  window.resize(1280, 800);
  window.show();
  settle(window);
  Store store = Store::open(path, Store::Mode::read_write);
  store.database().execute("PRAGMA synchronous = OFF");
  constexpr int runs = 12, rounds = 50;
  double after_warm_up = 0;
  QElapsedTimer clock;
  clock.start();
  application.forget();
  for (int r = 0; r < runs; ++r) {
    Run run = test::make_run(static_cast<unsigned>(1000 + r), spec.cases);
    for (PlannedCase& planned : run.plan) planned.launches = rounds;
    run.started_utc_ms = 1'770'000'000'000 + r * 1'000'000LL;
    store.begin_run(run);
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < spec.cases; ++i) {
        const auto number = static_cast<unsigned>((r * rounds + round) * 10 + i) + 500'000;
        store.add_launch(run.id, test::make_launch(number, i, round, 40));
      }
      loader.refresh();
      settle(window);
    }
    store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
    if (r == 2) after_warm_up = resident_mb();
    if (r > 2)
      say(("  memory behind run " + std::to_string(r + 1)).c_str(), resident_mb() - after_warm_up, "MB more");
  }
  say("600 rounds of live runs: memory it grew by", resident_mb() - after_warm_up, "MB", 5);
  say("  time of a round", static_cast<double>(clock.elapsed()) / (runs * rounds), "ms");
  events(application, "  the longest event meanwhile");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "gui_bench DATABASE|live\n");
    return 2;
  }
  QElapsedTimer since_start;
  since_start.start();
  qputenv("QT_QPA_PLATFORM", "offscreen");
  int only_the_name = 1;
  Application application(only_the_name, argv);
  QCoreApplication::setApplicationName("gui_bench");
  apply_theme(chart::Theme::light);
  if (std::string(argv[1]) == "live") {
    live(application);
    return missed > 0 ? 1 : 0;
  }
  {
    Place place;
    place.databases = {argv[1]};
    Loader loader;
    MainWindow window(loader, place);
    window.resize(1280, 800);
    window.show();
    std::size_t runs = 0;
    QObject::connect(&loader, &Source::overview, &window,
                     [&](const std::shared_ptr<const Overview>& answer) { runs = answer->runs_read; });
    spin_until([&] { return runs > 0; });
    window.repaint();
    say("first useful window", static_cast<double>(since_start.elapsed()), "ms", 1000,
        std::to_string(runs) + " runs read");
    const std::pair<const char*, Workspace> pages[] = {{"Compare while the rest is read", Workspace::compare},
                                                       {"Distribution", Workspace::distribution},
                                                       {"Profile", Workspace::profile}};
    for (const auto& [name, workspace] : pages) {
      bool there = false;
      const auto arrived = [&] { there = true; };
      const auto one = QObject::connect(&loader, &Source::pairing, &window, arrived);
      const auto two = QObject::connect(&loader, &Source::distribution, &window, arrived);
      const auto three = QObject::connect(&loader, &Source::case_profile, &window, arrived);
      Place to = window.place();
      to.workspace = workspace;
      say(name, ms_of([&] {
            window.go(to);
            spin_until([&] { return there; });
          }),
          "ms");
      QObject::disconnect(one);
      QObject::disconnect(two);
      QObject::disconnect(three);
    }
    Place to = window.place();
    to.workspace = Workspace::triage;
    window.go(to);
    settle(window);
    std::printf("\n");
    say("all is read and judged", static_cast<double>(since_start.elapsed()) / 1000, "s", INFINITY,
        std::to_string(runs) + " runs");
    events(application, "the longest event until then");
    say("memory", resident_mb(), "MB", 300);
    say("  at its highest", resident_mb("VmHWM:"), "MB", 300);
    say("filter", cpu_ms_of([&] { window.filter().setText("family:vision"); }), "ms", 100);
    window.filter().clear();
    say("sort", cpu_ms_of([&] { window.current().table().sortByColumn(1, Qt::AscendingOrder); }), "ms", 100);
    to.rules.smallest = 0.1;
    say("all series judged by another smallest step", ms_of([&] {
          window.go(to);
          settle(window);
        }),
        "ms");
    events(application, "the longest event meanwhile");
  }
  {
    ChartView chart("bench");
    chart.resize(1200, 600);
    chart.show();
    auto lines = million();
    say("a million points handed over", cpu_ms_of([&] { chart.set_lines(lines); }), "ms");
    zoom_and_pan(chart);
  }
  application.forget();
  judge_10000();
  many_rows();
  live(application);
  std::printf("%d goals missed\n", missed);
  return missed > 0 ? 1 : 0;
}
