// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/history.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "harness/agent/seed.h"
#include "harness/core/privacy.h"
#include "harness/judge/triage.h"

using namespace assay;

namespace {

const SeriesKey key{"toy.sum/plain@cpu", "time.wall.p50", "toy", "0123456789ab", "cpu"};

/// The id of the n-th commit of a branch.
std::string id_of(int n, char branch = 'a') {
  std::string digits = std::to_string(n);
  return std::string(1, branch) + std::string(39 - digits.size(), '0') + digits;
}

/// Commit n of main, which began with commit 1.
Commit main_commit(int n) {
  Commit commit;
  commit.id = id_of(n);
  if (n > 1) commit.parents = {id_of(n - 1)};
  commit.place = n;
  for (int i = n - 1; i > 0 && commit.line.size() < Commit::longest_line; --i)
    commit.line.push_back(id_of(i));
  commit.committed_utc_ms = 1'700'000'000'000 + n * 1'000'000;
  return commit;
}

/// Commit n of a branch that left main behind commit `fork`.
Commit branch_commit(int n, int fork, char branch = 'b') {
  Commit commit = main_commit(n);
  commit.id = id_of(n, branch);
  for (int i = n - 1; i > fork; --i) commit.line[static_cast<std::size_t>(n - 1 - i)] = id_of(i, branch);
  commit.parents = {commit.line.front()};
  return commit;
}

HistoryPoint point(std::optional<Commit> commit, double value, int run = 0) {
  static int runs = 0;
  HistoryPoint point;
  point.run = "run-" + std::to_string(run == 0 ? ++runs : run);
  point.started_utc_ms = 1'800'000'000'000 + runs * 1000;
  if (commit) point.commit = std::make_shared<const Commit>(*commit);
  point.value = value;
  return point;
}

/// 1 % noise around `value`, the same for the same n.
double noisy(double value, int n) {
  return value * (1 + 0.01 * static_cast<double>(assay_seed_normal(17, static_cast<std::uint64_t>(n))));
}

/// 60 commits of main, `percent` slower from commit `at` on.
std::vector<HistoryPoint> with_step(int at, double percent, int count = 60) {
  std::vector<HistoryPoint> points;
  for (int n = 1; n <= count; ++n)
    points.push_back(point(main_commit(n), noisy(n >= at ? 1e6 * (1 + percent / 100) : 1e6, n)));
  return points;
}

std::vector<std::string> order(const std::vector<HistoryPoint>& points, const HistoryRules& rules = {}) {
  std::vector<std::string> ids;
  const Series series = make_series(key, "ns", Better::lower, points, rules);
  for (const HistoryPoint& p : series.points) ids.push_back(p.commit ? p.commit->id : p.run);
  return ids;
}

void set_environment(std::vector<HistoryPoint>& points, int from, const Facts& facts) {
  const auto shared = std::make_shared<const Facts>(facts);
  for (std::size_t i = static_cast<std::size_t>(from) - 1; i < points.size(); ++i)
    points[i].environment = shared;
}

}  // namespace

TEST_CASE("a slowdown is found with its size, its direction and the commits it lies between", "[history]") {
  const Series series = make_series(key, "ns", Better::lower, with_step(31, 10));
  REQUIRE(series.changes.size() == 1);
  const Change& change = series.changes[0];
  CHECK(change.index == 30);
  CHECK(change.commit == id_of(31));
  CHECK(change.first <= 29);
  CHECK(change.last >= 30);
  CHECK(change.before == Approx(1e6).epsilon(0.01));
  CHECK(change.after == Approx(1.1e6).epsilon(0.01));
  CHECK(change.ratio.value() == Approx(1 / 1.1).epsilon(0.01));
  CHECK(change.regression);
  CHECK_FALSE(change.recovered);
  CHECK(change.cause.empty());
  CHECK(change.id.size() == 10);
  CHECK(series.points[10].level.value() == change.before);
  CHECK(series.points[40].level.value() == change.after);
}

TEST_CASE("more is better where the metric says so, and a metric without a direction has no regression") {
  const Series up = make_series(key, "rows/s", Better::higher, with_step(31, 10));
  REQUIRE(up.changes.size() == 1);
  CHECK_FALSE(up.changes[0].regression);
  CHECK(up.changes[0].ratio.value() == Approx(1.1).epsilon(0.01));
  CHECK(make_series(key, "rows/s", Better::higher, with_step(31, -10)).changes.at(0).regression);
  CHECK_FALSE(make_series(key, "x", Better::neither, with_step(31, 10)).changes.at(0).regression);
}

TEST_CASE("points stand by topology, whatever clocks said, and those of one commit by time") {
  std::vector<HistoryPoint> points;
  for (const int n : {3, 1, 2}) {
    Commit commit = main_commit(n);
    commit.committed_utc_ms = -n;  // rebased: the last one is the oldest
    points.push_back(point(commit, 1));
  }
  points.push_back(point(main_commit(2), 1, 1));
  points.back().started_utc_ms = 5;
  CHECK(order(points) == std::vector<std::string>{id_of(1), id_of(2), id_of(2), id_of(3)});
  CHECK(make_series(key, "ns", Better::lower, points).points[1].run == "run-1");
}

TEST_CASE("commits of another branch are left out and counted, and --line takes theirs") {
  std::vector<HistoryPoint> points;
  for (int n = 1; n <= 10; ++n) points.push_back(point(main_commit(n), 1));
  for (int n = 8; n <= 9; ++n) points.push_back(point(branch_commit(n, 7), 2));
  const Series series = make_series(key, "ns", Better::lower, points);
  CHECK(series.points.size() == 10);
  CHECK(series.off_line == 2);
  CHECK(series.line == id_of(10));
  HistoryRules rules;
  rules.line = id_of(9, 'b').substr(0, 40);
  const Series branch = make_series(key, "ns", Better::lower, points, rules);
  CHECK(branch.points.size() == 9);
  CHECK(branch.points.back().commit->id == id_of(9, 'b'));
  CHECK(branch.off_line == 3);
}

TEST_CASE("a branch is told from main also where commits between were not measured") {
  std::vector<HistoryPoint> points;
  for (int n = 1; n <= 60; n += 10) points.push_back(point(main_commit(n), 1));
  points.push_back(point(branch_commit(55, 33), 2));
  points.push_back(point(branch_commit(40, 33), 2));
  const Series series = make_series(key, "ns", Better::lower, points);
  CHECK(series.points.size() == 6);
  CHECK(series.off_line == 2);
}

TEST_CASE("shallow clones stand by their parents, then by commit time") {
  std::vector<HistoryPoint> points;
  const auto shallow = [](int n) {
    Commit commit = main_commit(n);
    commit.place.reset();
    commit.line.clear();
    return commit;
  };
  SECTION("a place that one run tells is everybody's") {
    for (const int n : {4, 2, 3}) points.push_back(point(shallow(n), 1));
    points.push_back(point(main_commit(1), 1));
    CHECK(order(points) == std::vector<std::string>{id_of(1), id_of(2), id_of(3), id_of(4)});
    CHECK(make_series(key, "ns", Better::lower, points).unplaced == 0);
  }
  SECTION("without any place") {
    for (const int n : {9, 5, 2, 3}) points.push_back(point(shallow(n), 1));
    Commit rebased = shallow(6);  // its parent is 5, and its clock was slow
    rebased.committed_utc_ms = 0;
    points.push_back(point(rebased, 1));
    CHECK(order(points) == std::vector<std::string>{id_of(2), id_of(3), id_of(5), id_of(6), id_of(9)});
    CHECK(make_series(key, "ns", Better::lower, points).unplaced == 5);
  }
}

TEST_CASE("runs without a commit stand by their time") {
  std::vector<HistoryPoint> points{point(std::nullopt, 1, 901), point(std::nullopt, 1, 902),
                                   point(std::nullopt, 1, 903)};
  points[0].started_utc_ms = 30, points[1].started_utc_ms = 10, points[2].started_utc_ms = 20;
  CHECK(order(points) == std::vector<std::string>{"run-902", "run-903", "run-901"});
}

TEST_CASE("changed trees are no commits: they are left out unless asked for") {
  auto points = with_step(31, 10);
  Commit changed = main_commit(20);
  changed.changed = true;
  points.push_back(point(changed, 5e6));
  Series series = make_series(key, "ns", Better::lower, points);
  CHECK(series.changed == 1);
  CHECK(series.points.size() == 60);
  HistoryRules rules;
  rules.changed_trees = true;
  series = make_series(key, "ns", Better::lower, points, rules);
  CHECK(series.changed == 0);
  CHECK(series.points.size() == 61);
}

TEST_CASE("a change that comes with another kernel is the environment's") {
  auto points = with_step(31, 10);
  set_environment(points, 1, {{"kernel", "6.1"}, {"libc", "2.36"}});
  SECTION("at the same place") {
    set_environment(points, 31, {{"kernel", "6.9"}, {"libc", "2.36"}});
    const Series series = make_series(key, "ns", Better::lower, points);
    REQUIRE(series.changes.size() == 1);
    CHECK(series.changes[0].cause == "environment");
    REQUIRE(series.changes[0].marks.size() == 1);
    CHECK(series.changes[0].marks[0].key == "kernel");
    CHECK(series.changes[0].marks[0].before == "6.1");
    CHECK(series.changes[0].marks[0].after == "6.9");
    REQUIRE(series.marks.size() == 1);
    CHECK(series.marks[0].index == 30);
    CHECK(triage(series, series.changes[0], {}, 0).state == "environment");
  }
  SECTION("ten commits later it is not") {
    set_environment(points, 41, {{"kernel", "6.9"}});
    const Series series = make_series(key, "ns", Better::lower, points);
    REQUIRE(series.changes.size() == 1);
    CHECK(series.changes[0].cause.empty());
    CHECK(series.marks.size() == 1);
  }
  SECTION("nor where two kinds of runners take turns") {
    for (std::size_t i = 0; i < points.size(); i += 2)
      points[i].environment = std::make_shared<const Facts>(Facts{{"kernel", "6.9"}});
    CHECK(make_series(key, "ns", Better::lower, points).changes.at(0).cause.empty());
  }
  SECTION("nor where the kernel was not known before") {
    for (std::size_t i = 0; i < 30; ++i) points[i].environment.reset();
    CHECK(make_series(key, "ns", Better::lower, points).changes.at(0).cause.empty());
  }
}

TEST_CASE(
    "a change that comes with another machine of the class is not the code's, unless each run has another "
    "one") {
  auto points = with_step(31, 10);
  for (std::size_t i = 0; i < points.size(); ++i) points[i].host = i < 30 ? "old" : "new";
  const Series moved = make_series(key, "ns", Better::lower, points);
  REQUIRE(moved.changes.size() == 1);
  CHECK(moved.changes[0].cause == "environment");
  REQUIRE(moved.changes[0].marks.size() == 1);
  CHECK(moved.changes[0].marks[0].key == "host");
  for (std::size_t i = 30; i < points.size(); ++i) points[i].host = pseudonym("old");  // copies of exports
  CHECK(make_series(key, "ns", Better::lower, points).changes.at(0).cause.empty());
  for (std::size_t i = 0; i < points.size(); ++i) points[i].host = "runner-" + std::to_string(i);
  CHECK(make_series(key, "ns", Better::lower, points).changes.at(0).cause.empty());
}

TEST_CASE("a change while one commit stood is the host's, and between commits it is put at one") {
  std::vector<HistoryPoint> points;
  for (int n = 1; n <= 40; ++n) points.push_back(point(main_commit(7), noisy(n > 20 ? 1.2e6 : 1e6, n)));
  const Series same = make_series(key, "ns", Better::lower, points);
  REQUIRE(same.changes.size() == 1);
  CHECK(same.changes[0].cause == "host");
  CHECK(triage(same, same.changes[0], {}, 0).state == "environment");

  points.clear();
  for (int n = 1; n <= 40;
       ++n)  // four runs a commit, slower from commit 6 on: a small step is placed roughly
    points.push_back(point(main_commit(1 + (n - 1) / 4), noisy(n > 20 ? 1.025e6 : 1e6, n)));
  const Series series = make_series(key, "ns", Better::lower, points);
  REQUIRE(series.changes.size() == 1);
  CHECK(series.changes[0].index % 4 == 0);
  CHECK(series.changes[0].first < series.changes[0].index);
  CHECK(series.changes[0].last >= series.changes[0].index);
}

TEST_CASE("another definition begins anew: the step to it is none") {
  auto points = with_step(31, 100);
  const auto one = std::make_shared<const Facts>(Facts{{"v", "1"}});
  const auto two = std::make_shared<const Facts>(Facts{{"v", "2"}});
  for (std::size_t i = 0; i < points.size(); ++i) points[i].definition = i < 30 ? one : two;
  const Series series = make_series(key, "ns", Better::lower, points);
  CHECK(series.changes.empty());
  REQUIRE(series.marks.size() == 1);
  CHECK(series.marks[0].definition);
  CHECK(series.marks[0].index == 30);

  auto earlier = with_step(11, 100);
  for (std::size_t i = 0; i < earlier.size(); ++i) earlier[i].definition = i < 30 ? one : two;
  const Series ended = make_series(key, "ns", Better::lower, earlier);
  REQUIRE(ended.changes.size() == 1);
  CHECK(ended.changes[0].ended);
  CHECK(triage(ended, ended.changes[0], {}, 0).state == "ended");
}

TEST_CASE("every step of an exact count is told, at once, and small ones are not") {
  SeriesKey exact = key;
  exact.metric = "callgrind.instructions";
  std::vector<HistoryPoint> points;
  for (int n = 1; n <= 6; ++n) points.push_back(point(main_commit(n), n == 6 ? 1002 : 1000));
  const Series series = make_series(exact, "count", Better::lower, points);
  REQUIRE(series.changes.size() == 1);
  CHECK(series.changes[0].index == 5);
  CHECK(series.changes[0].ratio.value() == Approx(1000.0 / 1002));
  points.back().value = 1000.5;
  CHECK(make_series(exact, "count", Better::lower, points).changes.empty());
}

TEST_CASE("a level that comes back has recovered") {
  auto points = with_step(21, 10);
  for (std::size_t i = 40; i < points.size(); ++i) points[i].value = noisy(1e6, static_cast<int>(i));
  const Series series = make_series(key, "ns", Better::lower, points);
  REQUIRE(series.changes.size() == 2);
  CHECK(series.changes[0].recovered);
  CHECK_FALSE(series.changes[1].regression);
  CHECK(triage(series, series.changes[0], {}, 0).state == "recovered");
}

TEST_CASE("ids are the same wherever the series stands, and others for other series and commits") {
  const Series series = make_series(key, "ns", Better::lower, with_step(31, 10));
  const Series longer = make_series(key, "ns", Better::lower, with_step(31, 10, 200));
  REQUIRE(longer.changes.size() == 1);
  CHECK(longer.changes[0].id == series.changes[0].id);
  SeriesKey other = key;
  other.host_class_id = "000000000000";
  CHECK(make_series(other, "ns", Better::lower, with_step(31, 10)).changes.at(0).id != series.changes[0].id);
  CHECK(make_series(key, "ns", Better::lower, with_step(33, 10)).changes.at(0).id != series.changes[0].id);
}

TEST_CASE("what is told follows the rules: how sure, how many runs, how large a step of counts") {
  const auto changes = [](const std::vector<HistoryPoint>& points, const HistoryRules& rules,
                          const SeriesKey& of = key) {
    return make_series(of, "ns", Better::lower, points, rules).changes.size();
  };
  HistoryRules sure, long_levels, lenient;
  sure.strong = 1e-60;
  CHECK(changes(with_step(55, 3), {}) == 1);
  CHECK(changes(with_step(55, 3), sure) == 0);
  long_levels.shortest = 8;  // the new level has six
  CHECK(changes(with_step(55, 30), {}) == 1);
  CHECK(changes(with_step(55, 30), long_levels) == 0);
  CHECK(changes(with_step(31, 30), long_levels) == 1);
  SeriesKey exact = key;
  exact.metric = "callgrind.instructions";
  std::vector<HistoryPoint> counts;
  for (int n = 1; n <= 10; ++n) counts.push_back(point(main_commit(n), n < 6 ? 1e6 : 1.004e6));
  lenient.smallest_exact = 0.005;
  CHECK(changes(counts, {}, exact) == 1);
  CHECK(changes(counts, lenient, exact) == 0);
}

TEST_CASE("the newest points keep their changes and marks") {
  auto points = with_step(31, 10);
  set_environment(points, 1, {{"kernel", "6.1"}});
  set_environment(points, 51, {{"kernel", "6.9"}});
  HistoryRules rules;
  rules.last = 40;
  const Series series = make_series(key, "ns", Better::lower, points, rules);
  REQUIRE(series.points.size() == 40);
  REQUIRE(series.changes.size() == 1);
  CHECK(series.points[series.changes[0].index].commit->id == id_of(31));
  CHECK(series.points[series.marks.at(0).index].commit->id == id_of(51));
  rules.last = 10;
  const Series few = make_series(key, "ns", Better::lower, points, rules);
  CHECK(few.points.size() == 10);
  CHECK(few.changes.empty());
  CHECK(few.marks.empty());
}

TEST_CASE("values without a number are no points, and zeros need no logarithm") {
  auto points = with_step(31, 10);
  points[3].value = std::nan("");
  CHECK(make_series(key, "ns", Better::lower, points).points.size() == 59);
  std::vector<HistoryPoint> zeros;
  for (int n = 1; n <= 40; ++n) zeros.push_back(point(main_commit(n), n <= 20 ? 0 : 5));
  const Series series = make_series(key, "count", Better::lower, zeros);
  REQUIRE(series.changes.size() == 1);
  CHECK_FALSE(series.changes[0].ratio);
  CHECK(series.changes[0].regression);
  CHECK(make_series(key, "ns", Better::lower, {}).points.empty());
}

TEST_CASE("the latest event decides, until it runs out") {
  const Series series = make_series(key, "ns", Better::lower, with_step(31, 10));
  const Change& change = series.changes.at(0);
  const auto event = [&](const char* id, std::int64_t at, const char* kind) {
    return TriageEvent{id, change.id, to_string(key), change.commit, "",
                       at, kind,      "why",          std::nullopt,  "Ada"};
  };
  std::vector<TriageEvent> events;
  CHECK(triage(series, change, events, 100).state == "open");
  events.push_back(event("1", 10, "acknowledged"));
  events.back().until_utc_ms = 50;
  CHECK(triage(series, change, events, 49).state == "acknowledged");
  CHECK(triage(series, change, events, 50).state == "open");
  CHECK(triage(series, change, events, 50).event->id == "1");
  events.push_back(event("2", 20, "ignored"));
  events.push_back(event("0", 5, "reopened"));  // merged from elsewhere, later
  CHECK(triage(series, change, events, 100).state == "ignored");
  events.push_back(event("3", 30, "reopened"));
  CHECK(triage(series, change, events, 100).state == "open");

  events = {event("1", 10, "ignored")};
  events[0].regression = "another";
  events[0].commit = "no commit";
  CHECK(triage(series, change, events, 100).state == "open");
  events[0].commit = change.commit;  // seen from there before more commits were measured
  CHECK(triage(series, change, events, 100).state == "ignored");
  events[0].series = "another";
  CHECK(triage(series, change, events, 100).state == "open");
}
