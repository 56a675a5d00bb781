// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/comparison.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/core/privacy.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

MetricValue metric(const std::string& id, double value, const std::string& unit,
                   Better better = Better::lower) {
  MetricValue result;
  result.id = id;
  result.value = value;
  result.unit = unit;
  result.better = better;
  result.n = 6;
  return result;
}

/// A valid result whose launches' medians spread by 1 %.
ResultRow row(const std::string& case_key, double ns, const std::string& run = "old") {
  ResultRow result;
  result.run = run;
  result.case_key = case_key;
  result.value = parse_case(case_key);
  result.params = result.value.params;
  result.subject.name = "assay";
  result.accuracy = "exact";
  result.input_digest = "crc32:1";
  result.output_digest = "crc32:2";
  result.host_class_id = "abc";
  result.isa = "avx2";
  result.verified = true;
  for (int i = 0; i < 8; ++i) result.launch_medians_ns.push_back(ns * (1 + 0.01 * (i - 3.5) / 4));
  result.metrics = {metric("time.wall.p50", ns, "ns"),
                    metric("throughput.rows", 1e9 / ns, "rows/s", Better::higher),
                    metric("callgrind.instructions", 1000, "count")};
  return result;
}

const Verdict& verdict_of(const Pair& pair, const std::string& id) {
  for (const Verdict& verdict : pair.verdicts) {
    if (verdict.metric == id) return verdict;
  }
  FAIL("no verdict for " << id);
  return pair.verdicts.front();
}

/// The single pair of comparing two rows as runs.
Pair compared(const ResultRow& base, const ResultRow& candidate) {
  const Comparison comparison = compare_runs({base}, {candidate});
  REQUIRE(comparison.pairs.size() == 1);
  return comparison.pairs.front();
}

}  // namespace

TEST_CASE("time between two separate runs is undecided, with its ratio: above 1 the new side is better") {
  const Pair pair = compared(row("a.b/c@cpu", 200), row("a.b/c@cpu", 100, "new"));
  const Verdict& time = verdict_of(pair, "time.wall.p50");
  CHECK(time.outcome == Outcome::undecided);
  CHECK(time.rule == "session");  // judge_sessions() answers
  CHECK_THAT(verdict_of(pair, "throughput.rows").reason, Contains("not paired"));
  CHECK(time.ratio.value() == Approx(2));
  CHECK(time.ci_low.value() < 2);
  CHECK(time.ci_high.value() > 2);
  CHECK(verdict_of(pair, "throughput.rows").ratio.value() == Approx(2));
  CHECK(pair.headline()->metric == "time.wall.p50");
  CHECK(compared(row("a.b/c@cpu", 100), row("a.b/c@cpu", 200, "new")).headline()->ratio.value() ==
        Approx(0.5));
}

TEST_CASE("exact metrics are decided to the digit") {
  const ResultRow base = row("a.b/c@cpu", 100);
  ResultRow candidate = row("a.b/c@cpu", 100, "new");
  const auto instructions = [&] { return verdict_of(compared(base, candidate), "callgrind.instructions"); };
  CHECK(instructions().outcome == Outcome::same);
  candidate.metrics[2].value = 1001;
  CHECK(instructions().outcome == Outcome::slower);
  CHECK(instructions().ratio.value() == Approx(1000.0 / 1001));
  CHECK(instructions().reason == "+1 count");
  candidate.metrics[2].value = 999;
  CHECK(instructions().outcome == Outcome::faster);
}

TEST_CASE("an exact metric that differs between launches is undecided where the ranges overlap") {
  ResultRow base = row("a.b/c@cpu", 100);
  ResultRow candidate = row("a.b/c@cpu", 100, "new");
  base.metrics[2].ci_low = 990;
  base.metrics[2].ci_high = 1010;
  candidate.metrics[2].value = 1005;
  CHECK(verdict_of(compared(base, candidate), "callgrind.instructions").outcome == Outcome::undecided);
  candidate.metrics[2].value = 1011;
  CHECK(verdict_of(compared(base, candidate), "callgrind.instructions").outcome == Outcome::slower);
}

TEST_CASE("exact counts compare by the tool and the ISA path of their own lane") {
  ResultRow base = row("a.b/c@cpu", 200);
  ResultRow candidate = row("a.b/c@cpu", 200, "new");
  MetricValue& old = base.metrics.back();
  MetricValue& now = candidate.metrics.back();
  const auto judged = [&] { return verdict_of(compared(base, candidate), "callgrind.instructions"); };
  old.isa = now.isa = "avx2";
  candidate.isa = "avx3";  // the timing lane alone took another path
  CHECK(judged().outcome == Outcome::same);
  CHECK(verdict_of(compared(base, candidate), "time.wall.p50").cause == "isa");
  now.isa = "sse4";
  candidate.isa = base.isa;  // the tool's lane alone did
  CHECK(judged().outcome == Outcome::incomparable);
  CHECK(judged().cause == "isa");
  now.isa = "avx2";
  old.tool = "callgrind-3.19.0";
  CHECK(judged().outcome == Outcome::same);  // one side does not say
  now.tool = "callgrind-3.22.0";
  CHECK(judged().outcome == Outcome::incomparable);
  CHECK(judged().cause == "tool");
  CHECK_THAT(judged().reason, Contains("'callgrind-3.19.0' and 'callgrind-3.22.0'"));
}

TEST_CASE("on another ISA path time is judged and exact metrics are not") {
  ResultRow candidate = row("a.b/c@cpu", 100, "new");
  candidate.isa = "avx3";
  const Pair pair = compared(row("a.b/c@cpu", 100), candidate);
  CHECK(verdict_of(pair, "callgrind.instructions").outcome == Outcome::incomparable);
  CHECK(verdict_of(pair, "time.wall.p50").outcome == Outcome::undecided);
  CHECK(verdict_of(pair, "time.wall.p50").cause == "isa");
}

TEST_CASE("what makes two results incomparable is named") {
  const ResultRow base = row("a.b/c@cpu", 100);
  const auto rule_with = [&](const auto& change) {
    ResultRow candidate = row("a.b/c@cpu", 100, "new");
    change(candidate);
    const Pair pair = compared(base, candidate);
    const bool counts_go_on = !pair.verdicts.empty() && pair.verdicts[0].rule == "host";
    REQUIRE(pair.verdicts.size() == (counts_go_on ? 2 : 1));
    CHECK(pair.verdicts[0].outcome == Outcome::incomparable);
    CHECK(pair.verdicts[0].metric.empty());
    CHECK_FALSE(pair.verdicts[0].reason.empty());
    return pair.verdicts[0].rule;
  };
  CHECK(rule_with([](ResultRow& r) { r.value.params["v"] = std::int64_t{2}; }) == "definition");
  CHECK(rule_with([](ResultRow& r) { r.host_class_id = "def"; }) == "host");
  CHECK(rule_with([](ResultRow& r) { r.input_digest = "crc32:9"; }) == "input");
  CHECK(rule_with([](ResultRow& r) { r.output_digest = "crc32:9"; }) == "result");
  CHECK(rule_with([](ResultRow& r) { r.device_fidelity = "functional"; }) == "fidelity");
  CHECK(rule_with([](ResultRow& r) { r.status = Status::invalid; }) == "status");
}

TEST_CASE("another model of a device does not compare, another board of one is told") {
  ResultRow base = row("a.b/c@cuda:0", 100);
  ResultRow candidate = row("a.b/c@cuda:0", 100, "new");
  base.device_model = "H100";
  base.device_board = "board-00000001";
  candidate.device_board = "board-00000002";
  const auto told = [&] { return verdict_of(compared(base, candidate), "time.wall.p50").reason; };
  CHECK(told().find("two boards of one model: 'board-00000001' and 'board-00000002'") != std::string::npos);
  candidate.device_board = base.device_board;
  CHECK(told().find("board") == std::string::npos);
  candidate.device_model = "H200";
  const Pair pair = compared(base, candidate);
  REQUIRE(pair.verdicts.size() == 1);
  CHECK(pair.headline()->rule == "device");
  CHECK(pair.headline()->outcome == Outcome::incomparable);
  CHECK(pair.headline()->reason == "another device: 'H100' and 'H200'");
}

TEST_CASE("across devices a software device's times are held against no real one's") {
  ResultRow gpu = row("a.b/c@vulkan:0", 100);
  ResultRow software = row("a.b/c@vulkan:1", 300);
  software.device_fidelity = "software";
  const auto judged = [&] {
    const Comparison comparison = compare_across({gpu, software}, "device");
    REQUIRE(comparison.pairs.size() == 1);
    return verdict_of(comparison.pairs[0], "time.wall.p50");
  };
  CHECK(judged().outcome == Outcome::incomparable);
  CHECK(judged().cause == "fidelity");
  gpu.device_fidelity = "software";
  CHECK(judged().outcome != Outcome::incomparable);
}

TEST_CASE("on another host class exact counts alone are judged, where all else is the same") {
  const ResultRow base = row("a.b/c@cpu", 100);
  ResultRow candidate = row("a.b/c@cpu", 100, "new");
  candidate.host_class_id = "def";
  const Pair pair = compared(base, candidate);
  CHECK(pair.headline()->rule == "host");
  CHECK(verdict_of(pair, "callgrind.instructions").outcome == Outcome::same);
  CHECK(std::none_of(pair.verdicts.begin(), pair.verdicts.end(),
                     [](const Verdict& verdict) { return verdict.metric == "time.wall.p50"; }));
  candidate.input_digest = "crc32:9";
  CHECK(compared(base, candidate).verdicts.size() == 1);
}

TEST_CASE("cases of one side only are new or missing") {
  const Comparison comparison = compare_runs({row("a.b/c@cpu", 1), row("a.b/old@cpu", 1)},
                                             {row("a.b/c@cpu", 1, "new"), row("a.b/fresh@cpu", 1, "new")});
  REQUIRE(comparison.pairs.size() == 3);
  CHECK(comparison.pairs[1].headline()->outcome == Outcome::new_);
  CHECK_FALSE(comparison.pairs[1].base);
  CHECK(comparison.pairs[2].headline()->outcome == Outcome::missing);
  ResultRow skipped = row("a.b/c@cpu", 1, "new");
  skipped.status = Status::skipped;
  CHECK(compared(row("a.b/c@cpu", 1), skipped).headline()->outcome == Outcome::missing);
}

TEST_CASE("subjects of one run are paired by name with those of the other") {
  ResultRow ours = row("a.b/c@cpu", 100);
  ResultRow theirs = row("a.b/c@cpu", 300);
  theirs.subject.name = "polars";
  ResultRow ours_new = row("a.b/c@cpu", 50, "new");
  ours_new.subject.version = "2";
  const Comparison comparison = compare_runs({theirs, ours}, {ours_new});
  REQUIRE(comparison.pairs.size() == 2);
  CHECK(comparison.pairs[0].headline()->outcome == Outcome::missing);
  CHECK(comparison.pairs[1].headline()->ratio.value() == Approx(2));
}

TEST_CASE("implementations of one run are compared with the reference and decided by the interval") {
  const std::vector<ResultRow> rows{row("a.b/reference?n=8@cpu", 200), row("a.b/simd?n=8@cpu", 100),
                                    row("a.b/other?n=8@cpu", 201), row("a.b/twin?n=8@cpu", 230)};
  const Comparison comparison = compare_across(rows, "implementation");
  CHECK(comparison.base == "reference");
  CHECK(comparison.candidates == std::vector<std::string>{"other", "simd", "twin"});
  REQUIRE(comparison.pairs.size() == 3);
  CHECK(comparison.pairs[0].key == "a.b/*?n=8@cpu");
  CHECK(comparison.pairs[0].value == "other");
  CHECK(comparison.pairs[1].value == "simd");
  CHECK(comparison.pairs[0].headline()->outcome != Outcome::faster);
  CHECK(comparison.pairs[0].headline()->outcome != Outcome::slower);
  CHECK(comparison.pairs[1].headline()->outcome == Outcome::faster);
  CHECK(comparison.pairs[2].headline()->outcome == Outcome::slower);
}

TEST_CASE("a parameter's values are compared in numeric order, and inputs may differ") {
  std::vector<ResultRow> rows{row("a.b/c?threads=16@cpu", 50), row("a.b/c?threads=2@cpu", 100)};
  rows[0].input_digest = "crc32:other";
  const Comparison comparison = compare_across(rows, "threads");
  CHECK(comparison.base == "2");
  REQUIRE(comparison.pairs.size() == 1);
  CHECK(comparison.pairs[0].headline()->ratio.value() == Approx(2));
  CHECK(comparison.pairs[0].headline()->outcome == Outcome::faster);
}

TEST_CASE("across a parameter that changes the work of a call, throughput is compared and not time") {
  std::vector<ResultRow> rows{row("a.b/c?n=8@cpu", 100), row("a.b/c?n=32@cpu", 200)};
  for (auto& one : rows) {
    one.unit_of_work = "rows";
    one.work.units = one.value.params.at("n") == Value{std::int64_t{8}} ? 8 : 32;
    one.metrics[1].value = one.work.units * 1e9 / *one.metrics[0].value;
  }
  const Comparison comparison = compare_across(rows, "n");
  REQUIRE(comparison.pairs.size() == 1);
  const Pair& pair = comparison.pairs[0];
  CHECK(pair.headline()->metric == "throughput.rows");
  CHECK(pair.headline()->ratio.value() == Approx(2));
  CHECK(pair.headline()->ci_low.value() > 1.9);
  CHECK(pair.headline()->outcome == Outcome::faster);
  CHECK_THAT(pair.headline()->reason, Contains("8 and 32 rows"));
  for (const char* of_a_call : {"time.wall.p50", "callgrind.instructions"}) {
    CHECK(verdict_of(pair, of_a_call).outcome == Outcome::incomparable);
    CHECK(verdict_of(pair, of_a_call).cause == "work");
    CHECK_FALSE(verdict_of(pair, of_a_call).ratio);
  }
  rows[1].work.units = 8;  // as threads, which leave the work as it is
  CHECK(compare_across(rows, "n").pairs[0].headline()->metric == "time.wall.p50");
  // Between two runs the work cannot differ, and a changed definition has its own rule.
  CHECK(compared(rows[0], rows[0]).headline()->metric == "time.wall.p50");
}

TEST_CASE("between subjects of one run that execute the same machine code nothing is slower") {
  ResultRow ours = row("a.a/x@cpu", 100);
  ResultRow theirs = row("a.a/x@cpu", 150);
  theirs.subject.name = "theirs";
  const auto judged = [&] {
    return verdict_of(compare_across({ours, theirs}, "subject", "assay").pairs.at(0), "time.wall.p50");
  };
  CHECK(judged().outcome == Outcome::slower);
  ours.machine_code = theirs.machine_code = "c0de";
  CHECK(judged().outcome == Outcome::undecided);
  CHECK(judged().cause == cause_layout);
  theirs.machine_code = "another";
  CHECK(judged().outcome == Outcome::slower);
  CHECK(judged().cause.empty());
}

TEST_CASE("a case without the base is new where the base was asked for, and left out where it was not") {
  const std::vector<ResultRow> rows{row("a.b/reference@cpu", 200), row("a.b/simd@cpu", 100),
                                    row("x.y/simd@cpu", 100)};
  CHECK(compare_across(rows, "implementation").pairs.size() == 1);
  const Comparison asked = compare_across(rows, "implementation", "reference");
  REQUIRE(asked.pairs.size() == 2);
  CHECK(asked.pairs[1].headline()->outcome == Outcome::new_);
}

TEST_CASE("an axis or a base that no result has is an error that names what there is") {
  const std::vector<ResultRow> rows{row("a.b/simd@cpu", 1), row("a.b/other@cpu", 1)};
  CHECK_THROWS_AS(compare_across(rows, "colour"), Error);
  try {
    compare_across(rows, "implementation", "cuda");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK_THAT(error.remedy, Contains("other, simd"));
  }
}

TEST_CASE("what is left out because it has no base is named") {
  const std::vector<ResultRow> rows{row("a.b/reference@cpu", 200), row("a.b/simd@cpu", 100),
                                    row("x.y/simd@cpu", 100), row("x.y/other@cpu", 100)};
  CHECK(compare_across(rows, "implementation").without_base == std::vector<std::string>{"x.y/*@cpu"});
  CHECK(compare_across(rows, "implementation", "simd").without_base.empty());
}

TEST_CASE("exact counts of other threads or other work of a call do not compare, and times tell it") {
  const auto judged = [](const auto& change) {
    ResultRow base = row("a.b/c@cpu", 100);
    base.threads = 1;
    base.work = {50, 800, 10};
    base.unit_of_work = "rows";
    ResultRow candidate = base;
    candidate.run = "new";
    change(candidate);
    const Pair pair = compared(base, candidate);
    return std::pair(verdict_of(pair, "callgrind.instructions"), verdict_of(pair, "time.wall.p50"));
  };
  const auto [same, plain] = judged([](ResultRow&) {});
  CHECK(same.outcome == Outcome::same);
  CHECK(plain.rule == "session");
  CHECK(plain.reason.empty());

  const auto [count, time] = judged([](ResultRow& r) { r.threads = 2; });
  CHECK(count.outcome == Outcome::incomparable);
  CHECK(count.cause == "threads");
  CHECK_THAT(count.reason, Contains("from 1 to 2"));
  CHECK(time.cause == "threads");
  CHECK_THAT(time.reason, Contains("from 1 to 2"));

  // The counting lane's own threads decide, where they are known.
  ResultRow old = row("a.b/c@cpu", 100);
  ResultRow now = row("a.b/c@cpu", 100, "new");
  old.threads = old.metrics.back().threads = 1;
  now.threads = 1;
  now.metrics.back().threads = 2;
  CHECK(verdict_of(compared(old, now), "callgrind.instructions").cause == "threads");
  now.threads = 2;
  now.metrics.back().threads = 1;
  CHECK(verdict_of(compared(old, now), "callgrind.instructions").outcome == Outcome::same);

  const auto [operations, slow] = judged([](ResultRow& r) { r.work.operations = 100; });
  CHECK(operations.outcome == Outcome::incomparable);
  CHECK(operations.cause == cause_work);
  CHECK_THAT(slow.reason, Contains("operations went from 50 to 100"));

  const auto [units, rate] = judged([](ResultRow& r) { r.work.units = 20; });
  CHECK(units.outcome == Outcome::incomparable);
  CHECK(rate.outcome == Outcome::incomparable);
  CHECK_THAT(rate.reason, Contains("10 and 20 rows"));
  CHECK(judged([](ResultRow& r) { r.unit_of_work = "frames"; }).first.cause == cause_work);
  CHECK(judged([](ResultRow& r) { r.work.operations *= 1 + 1e-12; }).first.outcome == Outcome::same);
}

TEST_CASE("across threads and across implementations other threads are what is compared") {
  ResultRow one = row("a.b/c?threads=1@cpu", 200);
  ResultRow two = row("a.b/c?threads=2@cpu", 100);
  one.threads = 1;
  two.threads = 2;
  const Comparison threads = compare_across({one, two}, "threads");
  CHECK(verdict_of(threads.pairs.at(0), "callgrind.instructions").outcome == Outcome::same);
  ResultRow other = row("a.b/d?threads=1@cpu", 100);
  other.threads = 2;
  const Comparison codes = compare_across({one, other}, "implementation");
  CHECK(verdict_of(codes.pairs.at(0), "callgrind.instructions").outcome == Outcome::same);
}

TEST_CASE("another host of the class is told beside a time, under whatever name it is exported") {
  const auto reason = [](const std::string& a, const std::string& b) {
    ResultRow base = row("a.b/c@cpu", 100);
    ResultRow candidate = row("a.b/c@cpu", 100, "new");
    base.host = a;
    candidate.host = b;
    return verdict_of(compared(base, candidate), "time.wall.p50").reason;
  };
  CHECK_THAT(reason("alpha", "beta"), Contains("'alpha' and 'beta'"));
  CHECK_THAT(reason("alpha", "alpha"), !Contains("alpha"));
  CHECK_THAT(reason("alpha", pseudonym("alpha")), !Contains("alpha"));
  CHECK_THAT(reason(pseudonym("alpha"), "alpha"), !Contains("alpha"));
}

TEST_CASE("a run beside itself says so, and cases without the parameter are named") {
  const ResultRow same = row("a.b/c@cpu", 100);
  CHECK_THAT(verdict_of(compared(same, same), "time.wall.p50").reason, Contains("the same run"));
  const std::vector<ResultRow> rows{row("a.b/c?threads=1@cpu", 100), row("a.b/c?threads=2@cpu", 60),
                                    row("a.b/c@cpu", 50)};
  CHECK(compare_across(rows, "threads").without_axis == std::vector<std::string>{"a.b/c@cpu"});
}
