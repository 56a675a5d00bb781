// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/gate.h"

#include <catch2/catch.hpp>

#include "harness/judge/gate_evidence.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

const Day today{2026, 11, 27};

Verdict verdict(Outcome outcome, double ratio = 1, const std::string& rule = "paired") {
  Verdict v;
  v.metric = rule == "exact" ? "callgrind.instructions" : rule == "tail" ? "time.wall.p99" : "time.wall.p50";
  v.rule = rule;
  v.outcome = outcome;
  v.ratio = ratio;
  v.reason = "as measured";
  return v;
}

Pair pair(const std::string& key, std::vector<Verdict> verdicts) {
  ResultRow row;
  row.case_key = key;
  row.value = parse_case(key);
  row.status = Status::ok;
  Pair both;
  both.key = key;
  both.base = row;
  both.candidate = row;
  both.verdicts = std::move(verdicts);
  return both;
}

GateReport report(std::vector<Pair> pairs, const std::string& policy = "") {
  Comparison comparison;
  comparison.pairs = std::move(pairs);
  return decide(comparison, {}, parse_policy(policy, "gate.toml"), today);
}

}  // namespace

TEST_CASE("a gate passes what is faster or the same, and fails what is slower, the worst first") {
  const auto fine = report(
      {pair("a.a/x@cpu", {verdict(Outcome::same)}), pair("a.b/x@cpu", {verdict(Outcome::faster, 1.2)})});
  CHECK(fine.passed());
  CHECK(fine.count(GateState::pass) == 2);
  const auto bad =
      report({pair("a.a/x@cpu", {verdict(Outcome::slower, 0.9)}), pair("a.b/x@cpu", {verdict(Outcome::same)}),
              pair("a.c/x@cpu", {verdict(Outcome::slower, 0.5)})});
  CHECK_FALSE(bad.passed());
  REQUIRE(bad.findings.size() == 3);
  CHECK(bad.findings[0].key == "a.c/x@cpu");
  CHECK(bad.findings[1].key == "a.a/x@cpu");
  CHECK(bad.findings[2].state == GateState::pass);
}

TEST_CASE("undecided passes unless the policy says otherwise, but for a blamed clock or layout") {
  const auto mostly = [](const std::string& policy, const std::string& cause = "") {
    Verdict open = verdict(Outcome::undecided);
    open.cause = cause;
    return report({pair("a.a/x@cpu", {open}), pair("a.b/x@cpu", {verdict(Outcome::same)}),
                   pair("a.c/x@cpu", {verdict(Outcome::same)})},
                  policy);
  };
  CHECK(mostly("").passed());
  CHECK(mostly("").count(GateState::undecided) == 1);
  CHECK_FALSE(mostly("undecided = \"fail\"").passed());
  CHECK(mostly("undecided = \"fail\"", "layout").passed());
  CHECK(mostly("undecided = \"fail\"", "clock").passed());
  CHECK(mostly("max_undecided = 0.4").dead.empty());
  CHECK_THAT(mostly("max_undecided = 0.3").dead.at(0), Contains("33.333 % of the verdicts are undecided"));
  CHECK(mostly("max_undecided = 0.3", "clock").dead.empty());
}

TEST_CASE("a gate that judged nothing is dead, and so is one without a required case") {
  CHECK(report({}).dead == std::vector<std::string>{"nothing was judged"});
  Pair lost = pair("a.a/x@cpu", {verdict(Outcome::incomparable, 1, "status")});
  lost.candidate->status = Status::failed;
  lost.verdicts[0].reason = "the new side failed";
  const auto dead = report({lost});
  CHECK(dead.dead.size() == 1);
  CHECK(dead.no_result);
  CHECK(dead.count(GateState::broken) == 1);
  const auto fine = pair("a.b/x@cpu", {verdict(Outcome::same)});
  CHECK_THAT(report({lost, fine}, "required = [\"a.a\"]").dead.at(0),
             Contains("required case a.a/x@cpu has no verdict: the new side failed"));
  CHECK_THAT(report({fine}, "required = [\"b.*\"]").dead.at(0), Contains("required 'b.*' matches no case"));
  CHECK(report({fine}, "required = [\"a.*\"]").dead.empty());
}

TEST_CASE("a wrong result is told apart from a lost one") {
  Pair wrong = pair("a.a/x@cpu", {verdict(Outcome::incomparable, 1, "status")});
  wrong.candidate->status = Status::invalid;
  wrong.candidate->verified = false;
  const auto seen = report({wrong, pair("a.b/x@cpu", {verdict(Outcome::same)})});
  CHECK(seen.wrong_result);
  CHECK_FALSE(seen.no_result);
  CHECK_FALSE(seen.passed());
}

TEST_CASE("an acknowledged regression passes until its day, and down to its size") {
  const auto slower = [](const std::string& waiver) {
    return report({pair("a.a/x@cpu", {verdict(Outcome::slower, 0.8)})},
                  "[[acknowledge]]\nselect = \"a.a\"\nreason = \"wanted\"\n" + waiver);
  };
  CHECK(slower("until = \"never\"").count(GateState::acknowledged) == 1);
  CHECK(slower("until = \"never\"").passed());
  CHECK(slower("until = 2026-11-27").passed());
  const auto expired = slower("until = 2026-11-26");
  CHECK_FALSE(expired.passed());
  CHECK_THAT(expired.findings[0].why, Contains("its acknowledgement held until 2026-11-26 (wanted)"));
  CHECK(slower("until = \"never\"\nworst = 0.75").passed());
  CHECK_FALSE(slower("until = \"never\"\nworst = 0.85").passed());
  CHECK_THAT(report({pair("a.b/x@cpu", {verdict(Outcome::same)})},
                    "[[acknowledge]]\nselect = \"a.a\"\nreason = \"x\"\nuntil = \"never\"")
                 .warnings.at(0),
             Contains("acknowledge 'a.a' matches no case"));
}

TEST_CASE("exact counts are judged where the policy names them, and small changes pass") {
  const auto counted = [](double ratio, const std::string& policy) {
    return report({pair("a.a/x@cpu", {verdict(Outcome::same), verdict(Outcome::slower, ratio, "exact")})},
                  policy);
  };
  CHECK(counted(0.5, "").findings.size() == 1);
  CHECK(counted(0.9997, "exact = [\"callgrind.instructions\"]").passed());
  CHECK_FALSE(counted(1 / 1.001, "exact = [\"callgrind.instructions\"]").passed());
  CHECK_FALSE(counted(0.998, "exact = [\"callgrind.instructions\"]").passed());
  CHECK(counted(0.998, "exact = [\"callgrind.instructions\"]\nexact_effect = \"1%\"").passed());
  const auto rule = [](const char* metric) {
    return std::string("exact = [\"callgrind.instructions\"]\n[[rule]]\nselect = \"a.a\"\nmetric = \"") +
           metric + "\"\nexact_effect = \"1%\"";
  };
  CHECK(counted(0.998, rule("callgrind.instructions")).passed());
  CHECK_FALSE(counted(0.998, rule("callgrind.D1mr")).passed());
}

TEST_CASE("what has no tail, no launch or no counts is not judged, and a gate of nothing else is dead") {
  const std::string tails = "median = false\ntail = true\nrequired = [\"a.a\"]";
  Verdict none = verdict(Outcome::undecided, 1, "tail");
  none.cause = cause_no_tail;
  const auto only = report({pair("a.a/x@cpu", {verdict(Outcome::same), none})}, tails);
  CHECK_FALSE(only.passed());
  CHECK(only.dead.size() == 2);  // nothing was judged; the required case has no verdict
  // Measured without: not said to be looked at.
  CHECK(report({pair("a.a/x@cpu", {verdict(Outcome::same)})}, "tail = true").count(GateState::broken) == 1);
  Pair unlaunched = pair("a.a/x@cpu", {verdict(Outcome::undecided)});
  unlaunched.candidate->status = Status::skipped;
  CHECK_FALSE(
      report({unlaunched, pair("a.b/x@cpu", {verdict(Outcome::same)})}, "required = [\"a.a\"]").dead.empty());
}

TEST_CASE("times that another host class refuses break nothing where counts decide") {
  Verdict refused = verdict(Outcome::incomparable, 1, "host");
  const std::string exact = "exact = [\"callgrind.instructions\"]";
  Verdict counted = verdict(Outcome::same, 1, "exact");
  CHECK(report({pair("a.a/x@cpu", {refused, counted})}, exact).passed());
  CHECK_FALSE(report({pair("a.a/x@cpu", {refused})}, "").passed());
}

TEST_CASE("what the policy skips is listed, and a skip that is over is said") {
  Comparison comparison;
  comparison.pairs = {pair("a.a/x@cpu", {verdict(Outcome::same)})};
  const auto policy =
      parse_policy("[[skip]]\nselect = \"b.*\"\nreason = \"x\"\nuntil = 2026-11-01", "gate.toml");
  const auto seen = decide(comparison, {{"c.c/x@cpu", "no camera"}}, policy, today);
  CHECK(seen.count(GateState::skipped) == 1);
  CHECK(seen.passed());
  CHECK_THAT(seen.warnings.at(0), Contains("skip 'b.*' held until 2026-11-01"));
}

TEST_CASE("evidence is judged with its second session: an alarm that is not seen again is no alarm") {
  GateEvidence evidence;
  evidence.run = "r";
  evidence.today = today;
  CaseEvidence one;
  one.key = "a.a/x@cpu";
  one.base = one.candidate = SideEvidence{};
  PairedCase slow;
  slow.key = one.key;
  for (int i = 0; i < 24; ++i) slow.pairs.push_back({100 + 0.01 * i, 150 + 0.02 * i, {}, {}});
  one.first = slow;
  evidence.cases = {one};
  Policy policy;
  // An alarm that nobody looked at again stands.
  CHECK(decide(evidence, policy).count(GateState::fail) == 1);
  evidence.cases[0].not_again = "the budget is spent";
  const auto kept = decide(evidence, policy);
  REQUIRE(kept.count(GateState::fail) == 1);
  CHECK_THAT(kept.findings[0].verdict.reason, Contains("not measured again: the budget is spent"));
  evidence.cases[0].not_again.clear();
  evidence.cases[0].second = slow;
  CHECK(decide(evidence, policy).count(GateState::fail) == 1);
  for (auto& pair : evidence.cases[0].second->pairs) pair.candidate = pair.base;
  CHECK(decide(evidence, policy).count(GateState::fail) == 0);
  policy.rerun = false;
  CHECK(decide(evidence, policy).count(GateState::fail) == 1);
}

TEST_CASE("what is broken never passes, and a side that lost its launches or was wrong is broken") {
  GateEvidence evidence;
  evidence.today = today;
  for (const char* key : {"a.a/x@cpu", "a.b/x@cpu"}) {
    CaseEvidence one;
    one.key = key;
    one.base = one.candidate = SideEvidence{};
    one.first.emplace();
    one.first->key = key;
    for (int i = 0; i < 24; ++i) one.first->pairs.push_back({100 + 0.01 * i, 100 + 0.01 * i, {}, {}});
    evidence.cases.push_back(one);
  }
  const Policy policy;
  CHECK(decide(evidence, policy).passed());
  GateEvidence lost = evidence;
  lost.cases[0].lost = 2;
  lost.cases[0].lost_reason = "failed: signal 11";
  CHECK(decide(lost, policy).passed());
  CHECK_THAT(decide(lost, policy).findings[0].verdict.reason,
             Contains("2 launches were lost, the last: failed: signal 11"));
  lost.cases[0].lost = 20;
  CHECK_FALSE(decide(lost, policy).passed());
  CHECK(decide(lost, policy).count(GateState::broken) == 1);
  GateEvidence wrong = evidence;
  wrong.cases[1].candidate->status = Status::invalid;
  wrong.cases[1].candidate->verified = false;
  wrong.cases[1].candidate->reason = "element 3 differs";
  const auto seen = decide(wrong, policy);
  CHECK(seen.wrong_result);
  CHECK_THAT(seen.findings[0].verdict.reason, Contains("the new side is invalid: element 3 differs"));
  CHECK_THAT(decide(wrong, parse_policy("required = [\"a.b\"]", "gate.toml")).dead.at(0),
             Contains("required case a.b/x@cpu"));
  GateEvidence failed = evidence;
  failed.cases[0].first->failure = "the new side failed in 3 launches";
  CHECK(decide(failed, policy).count(GateState::broken) == 1);
  CHECK_FALSE(decide(failed, policy).passed());
  GateEvidence stopped = evidence;
  stopped.failure = "it was interrupted";
  CHECK(decide(stopped, policy).dead == std::vector<std::string>{"it was interrupted"});
}

TEST_CASE("an exact metric of the policy that was not counted is broken, and required asks what is judged") {
  const auto uncounted =
      report({pair("a.a/x@cpu", {verdict(Outcome::same)})}, "exact = [\"callgrind.instrutions\"]");
  CHECK(uncounted.count(GateState::broken) == 1);
  CHECK_FALSE(uncounted.passed());
  CHECK_THAT(report({pair("a.a/x@cpu", {verdict(Outcome::same)})},
                    "median = false\nexact = [\"callgrind.instructions\"]\nrequired = [\"a.a\"]")
                 .dead.at(0),
             Contains("nothing was judged") || Contains("required case"));
}

TEST_CASE(
    "a case that is gone fails where the policy says so, and one that neither side can run is left out") {
  Pair gone = pair("a.a/x@cpu", {verdict(Outcome::missing, 1, "presence")});
  gone.verdicts[0].metric.clear();
  gone.candidate.reset();
  const auto fine = pair("a.b/x@cpu", {verdict(Outcome::same)});
  CHECK(report({gone, fine}).passed());
  CHECK_FALSE(report({gone, fine}, "missing = \"fail\"").passed());
  Pair absent = pair("a.c/x@cpu", {verdict(Outcome::incomparable, 1, "status")});
  absent.verdicts[0].metric.clear();
  absent.base->status = absent.candidate->status = Status::unavailable;
  CHECK(report({absent, fine}).passed());
  CHECK(report({absent, fine}).count(GateState::skipped) == 1);
  absent.base->status = Status::ok;
  CHECK_FALSE(report({absent, fine}).passed());
}

TEST_CASE("the second session is held to the policy's effect, whatever stood in a file") {
  GateEvidence evidence;
  evidence.today = today;
  CaseEvidence one;
  one.key = "a.a/x@cpu";
  one.base = one.candidate = SideEvidence{};
  one.first.emplace();
  one.second.emplace();  // with the default effect of 0.75 %
  for (int i = 0; i < 60; ++i) {
    one.first->pairs.push_back({100 + 0.001 * i, 105 + 0.002 * i, {}, {}});
    one.second->pairs.push_back({100 + 0.001 * i, 101.5 + 0.0015 * i, {}, {}});
  }
  evidence.cases = {one};
  CHECK(decide(evidence, parse_policy("effect = \"1%\"", "gate.toml")).count(GateState::fail) == 1);
  CHECK(decide(evidence, parse_policy("effect = \"2%\"", "gate.toml")).count(GateState::fail) == 0);
}

TEST_CASE("a case that the budget did not reach is undecided, and no broken one") {
  GateEvidence evidence;
  evidence.today = today;
  CaseEvidence one;
  one.key = "a.a/x@cpu";
  one.base = one.candidate = SideEvidence{};
  one.base->status = one.candidate->status = Status::skipped;
  one.first.emplace();
  evidence.cases = {one};
  const auto seen = decide(evidence, parse_policy("max_undecided = 1", "gate.toml"));
  CHECK(seen.count(GateState::undecided) == 1);
  CHECK(seen.count(GateState::broken) == 0);
}

TEST_CASE("another policy may skip cases of old evidence") {
  GateEvidence evidence;
  evidence.today = today;
  CaseEvidence one;
  one.key = "a.a/x@cpu";
  one.base = one.candidate = SideEvidence{};
  one.first.emplace();
  for (int i = 0; i < 24; ++i) one.first->pairs.push_back({100 + 0.01 * i, 150 + 0.01 * i, {}, {}});
  evidence.cases = {one};
  CHECK(decide(evidence, Policy{}).count(GateState::fail) == 1);
  const auto seen =
      decide(evidence,
             parse_policy("[[skip]]\nselect = \"a.*\"\nreason = \"flaky\"\nuntil = \"never\"", "gate.toml"));
  CHECK(seen.count(GateState::fail) == 0);
  CHECK(seen.count(GateState::skipped) == 1);
  CHECK(seen.dead == std::vector<std::string>{"nothing was judged"});
}
