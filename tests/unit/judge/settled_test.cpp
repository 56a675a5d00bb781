// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/settled.h"

#include <catch2/catch.hpp>

using namespace assay;
using Catch::Matchers::Contains;

namespace {

constexpr const char* key = "a.b/c?n=2@cpu";
constexpr const char* metric = "time.wall.p50";
constexpr Day today{2026, 11, 27};
constexpr std::int64_t day_ms = 86'400'000;

std::int64_t ms_of(Day day) {
  std::int64_t ms = 1'700'000'000'000 / day_ms * day_ms;
  while (day_of(ms) < day) ms += day_ms;
  return ms;
}

TriageEvent event_of(const std::string& kind, const std::string& regression) {
  TriageEvent event;
  event.id = kind + regression;
  event.regression = regression;
  event.commit = "c0ffee00c0ffee00";
  event.kind = kind;
  event.at_utc_ms = ms_of({2026, 11, 20});
  event.reason = "worth it";
  event.person = "Ada";
  return event;
}

std::vector<Settled> one_settled(double ratio, double improved = 1) {
  return {{key, metric, improved, {{ratio, event_of("acknowledged", "r1")}}}};
}

Verdict slower(double ratio, double half_width = 0.005) {
  Verdict verdict;
  verdict.metric = metric;
  verdict.rule = "paired";
  verdict.outcome = Outcome::slower;
  verdict.ratio = ratio;
  verdict.ci_low = ratio - half_width;
  verdict.ci_high = ratio + half_width;
  return verdict;
}

Allowance allowed(const std::vector<Settled>& settled, const Verdict& verdict, const std::string& of = key) {
  return allowance_of(settled, parse_case(of), verdict, 0.0075, today);
}

Change change_at(std::size_t index, double ratio, const std::string& id) {
  Change change;
  change.id = id;
  change.index = index;
  change.first = index - 1;
  change.last = index;
  change.commit = "commit " + std::to_string(index);
  change.ratio = ratio;
  change.regression = ratio < 1;
  return change;
}

Series series_of(std::vector<Change> changes) {
  Series series;
  series.key = {key, metric, "s", "h", "cpu"};
  series.points.resize(20);
  series.changes = std::move(changes);
  return series;
}

const auto everywhere = [](const std::string&) { return true; };

}  // namespace

TEST_CASE("a slowdown of the size that was acknowledged passes, and says who, when and why") {
  const Allowance allowance = allowed(one_settled(0.9), slower(0.898));
  CHECK(allowance.covers);
  CHECK(allowance.why ==
        "acknowledged by Ada on 2026-11-20: worth it (regression r1, ratio 0.9 at commit c0ffee00c0ff)");
}

TEST_CASE("a further slowdown is not covered, and says what was") {
  const Allowance allowance = allowed(one_settled(0.9), slower(0.85));
  CHECK_FALSE(allowance.covers);
  CHECK_THAT(allowance.why, Contains("worse than the ratio of 0.9 that was acknowledged by Ada"));
}

TEST_CASE("what may be chance is no further slowdown, and neither is less than the smallest effect") {
  CHECK(allowed(one_settled(0.9), slower(0.88, 0.03)).covers);    // the interval holds 0.9
  CHECK(allowed(one_settled(0.9), slower(0.895, 0.001)).covers);  // 0.6 %
  CHECK_FALSE(allowed(one_settled(0.9), slower(0.89, 0.001)).covers);
}

TEST_CASE("an exact count has no interval: beyond its effect it is worse") {
  Verdict verdict = slower(0.888);
  verdict.ci_low = verdict.ci_high = std::nullopt;
  CHECK_FALSE(allowed(one_settled(0.9), verdict).covers);
  verdict.ratio = 0.9;
  CHECK(allowed(one_settled(0.9), verdict).covers);
}

TEST_CASE("another case, metric or rule is not covered, another definition version is") {
  CHECK(allowed(one_settled(0.9), slower(0.9), "a.b/c?n=3@cpu").why.empty());
  CHECK(allowed(one_settled(0.9), slower(0.9), "a.b/c@cpu").why.empty());
  CHECK(allowed(one_settled(0.9), slower(0.9), "a.b/c?n=2&v=2@cpu").covers);
  Verdict other = slower(0.9);
  other.metric = "callgrind.instructions";
  CHECK(allowed(one_settled(0.9), other).why.empty());
  Verdict tail = slower(0.9);
  tail.rule = "tail";
  CHECK(allowed(one_settled(0.9), tail).why.empty());
}

TEST_CASE("a decision holds to the end of its last day, and says when it has run out") {
  auto settled = one_settled(0.9);
  settled[0].decisions[0].event.until_utc_ms = ms_of(today) + day_ms;
  CHECK_THAT(allowed(settled, slower(0.9)).why, Contains("until 2026-11-27"));
  CHECK(allowed(settled, slower(0.9)).covers);
  settled[0].decisions[0].event.until_utc_ms = ms_of(today);
  CHECK_FALSE(allowed(settled, slower(0.9)).covers);
  CHECK_THAT(allowed(settled, slower(0.9)).why, Contains("no longer acknowledged by Ada"));
}

TEST_CASE("two that were settled multiply, and one that was not is no part of it") {
  const std::vector<TriageEvent> both{event_of("acknowledged", "r1"), event_of("ignored", "r2")};
  const Series series = series_of({change_at(5, 0.9, "r1"), change_at(10, 0.8, "r2")});
  CHECK(allowed(find_settled({series}, both, everywhere), slower(0.72)).covers);
  CHECK_FALSE(allowed(find_settled({series}, {both[0]}, everywhere), slower(0.72)).covers);
}

TEST_CASE("a fix and a new slowdown of the same size do not hide each other") {
  const std::vector<TriageEvent> events{event_of("acknowledged", "r1")};
  const Series series =
      series_of({change_at(5, 0.8, "r1"), change_at(10, 1.25, "fix"), change_at(15, 0.8, "r3")});
  const auto settled = find_settled({series}, events, everywhere);
  REQUIRE(settled.size() == 1);
  CHECK(settled[0].improved == 1.25);
  CHECK_FALSE(allowed(settled, slower(0.8)).covers);
}

TEST_CASE("only what lies between the two sides counts") {
  const std::vector<TriageEvent> events{event_of("acknowledged", "r1")};
  const Series series = series_of({change_at(5, 0.8, "r1")});
  CHECK(find_settled({series}, events, [](const std::string& commit) {
          return commit == "commit 5";
        }).size() == 1);
  CHECK(find_settled({series}, events, [](const std::string&) { return false; }).empty());
}

TEST_CASE("what was reopened, lies with the environment or is of an earlier definition covers nothing") {
  TriageEvent reopened = event_of("reopened", "r1");
  reopened.at_utc_ms += 1;
  CHECK(find_settled({series_of({change_at(5, 0.8, "r1")})}, {event_of("acknowledged", "r1"), reopened},
                     everywhere)
            .empty());
  Change environment = change_at(5, 0.8, "r1");
  environment.cause = "environment";
  CHECK(find_settled({series_of({environment})}, {event_of("ignored", "r1")}, everywhere).empty());
  Change ended = change_at(5, 0.8, "r1");
  ended.ended = true;
  CHECK(find_settled({series_of({ended})}, {event_of("ignored", "r1")}, everywhere).empty());
}
