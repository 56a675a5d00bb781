// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <random>

#include "harness/core/error.h"
#include "harness/exchange/gate_document.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

GateDocument example() {
  GateDocument document;
  document.assay_version = "0.1.0";
  document.policy =
      parse_policy("effect = \"1%\"\ntail = true\nexact = [\"callgrind.instructions\"]\n", "gate.toml");
  GateEvidence& evidence = document.evidence;
  evidence.against = "rev:main";
  evidence.run = "11111111-2222-3333-4444-555555555555";
  evidence.today = {2026, 11, 27};
  evidence.skipped = {{"vision.resize/simd@cpu", "no camera"}};
  TriageEvent event;
  event.regression = "1a2b3c4d5e";
  event.kind = "acknowledged";
  event.reason = "worth <it>";
  event.at_utc_ms = 1'764'201'600'000;
  event.until_utc_ms = 32'503'680'000'000;
  evidence.settled = {{"a.b/x?n=0@cpu", "callgrind.instructions", 1.0 / 0.97, {{0.9 * 0.97, event}}}};
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(0, 0.01);
  for (const double effect : {0.0, 0.2, -0.2}) {
    CaseEvidence one;
    one.key = "a.b/x?n=" + std::to_string(evidence.cases.size()) + "@cpu";
    one.params = {
        {"n", static_cast<std::int64_t>(evidence.cases.size())}, {"name", std::string("<&\">")}, {"x", 0.1}};
    one.base = one.candidate = SideEvidence{Status::ok, "", true, {}};
    MetricValue metric;
    metric.id = "time.wall.p50";
    metric.unit = "ns";
    metric.value = 100.0 / 3;
    one.base->metrics = {metric};
    one.candidate->verified.reset();
    PairedCase pairs;
    pairs.key = one.key;
    pairs.tail.emplace();
    pairs.tail->threshold_ns = 123.25;
    pairs.tail->reference_pairs = 6;
    for (int i = 0; i < 30; ++i) {
      pairs.pairs.push_back(
          {100 * std::exp(noise(random)), 100 * std::exp(effect + noise(random)), 300.5, std::nullopt});
      pairs.tail->pairs.push_back({1, 100, 2, 100});
    }
    one.first = pairs;
    if (effect > 0) one.second = pairs;
    Verdict exact;
    exact.metric = "callgrind.instructions";
    exact.rule = "exact";
    exact.outcome = Outcome::slower;
    exact.ratio = 0.9;
    one.others = {exact};
    evidence.cases.push_back(std::move(one));
  }
  CaseEvidence gone;
  gone.key = "a.c/x@cpu";
  gone.base = SideEvidence{Status::failed, "it crashed", std::nullopt, {}};
  Verdict missing;
  missing.rule = "presence";
  missing.outcome = Outcome::missing;
  gone.others = {missing};
  gone.same_machine_code = true;
  evidence.cases.push_back(std::move(gone));
  CaseEvidence sessions;
  sessions.key = "a.d/x@cpu";
  sessions.base = sessions.candidate = SideEvidence{};
  Verdict time;
  time.metric = "time.wall.p50";
  time.rule = "session";
  time.ratio = 2.0 / 3;
  time.ci_low = 0.6;
  time.ci_high = 0.7;
  sessions.others = {time};
  sessions.calibration.emplace();
  sessions.calibration->run = evidence.run;
  sessions.calibration->at_utc_ms = 1'795'737'600'000;
  sessions.calibration->sessions = 5;
  sessions.calibration->session_spread = 0.01 / 3;
  sessions.again = time;
  sessions.again->ratio = 0.65;
  evidence.cases.push_back(std::move(sessions));
  return document;
}

std::string written(const GateDocument& document) {
  return to_gate_json(document, decide(document.evidence, document.policy));
}

std::string refusal(const std::string& text) {
  try {
    read_gate_json(text, "gate.json");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("a gate's answer that is read and judged again is the same to the last byte") {
  const std::string first = written(example());
  CHECK_THAT(first, Contains("\"state\": \"fail\""));
  CHECK_THAT(first, Contains("\"state\": \"acknowledged\""));
  const GateDocument back = read_gate_json(first, "gate.json");
  CHECK(written(back) == first);
  CHECK(back.evidence.cases[1].first->pairs[3].candidate ==
        example().evidence.cases[1].first->pairs[3].candidate);
  CHECK(back.policy.effect == 0.01);
  CHECK(std::any_of(back.evidence.cases.begin(), back.evidence.cases.end(),
                    [](const CaseEvidence& of) { return of.key == "a.c/x@cpu" && of.same_machine_code; }));
  CHECK_FALSE(back.evidence.cases.back().same_machine_code);
  CHECK(back.evidence.cases.back().calibration == example().evidence.cases.back().calibration);
  CHECK_THAT(first, Contains("so it was once more: 0.65x"));
  CHECK_THAT(first, Contains("beyond what two sessions of this host may differ by"));
}

TEST_CASE("another policy may be tried on the same evidence") {
  GateDocument document = read_gate_json(written(example()), "gate.json");
  const auto strict = decide(document.evidence, document.policy);
  document.policy = parse_policy("effect = \"90%\"", "lax.toml");
  const auto lax = decide(document.evidence, document.policy);
  CHECK(strict.count(GateState::fail) > 0);
  CHECK(lax.count(GateState::fail) == 0);
}

TEST_CASE("an answer that was cut, edited or written by another judge is refused") {
  const std::string text = written(example());
  for (std::size_t cut = 1; cut < text.size() - 2; cut += 97)
    CHECK_THAT(refusal(text.substr(0, cut)), Contains("gate.json: "));
  const auto with = [&](const std::string& old, const std::string& put) {
    std::string edited = text;
    const auto at = edited.find(old);
    REQUIRE(at != std::string::npos);
    return edited.replace(at, old.size(), put);
  };
  CHECK_THAT(refusal(with("\"judge\": ", "\"judge\": 9")), Contains("this assay has version"));
  CHECK_THAT(refusal(with("\"today\": \"2026-11-27\"", "\"today\": \"soon\"")), Contains("is no date"));
  CHECK_THAT(refusal(with("\"schema_version\": 1", "\"schema_version\": 2")),
             Contains("not a document of this version"));
  CHECK_THAT(refusal("[1]"), Contains("not a document of this version"));
  CHECK_THAT(refusal("{\"schema_version\": 1}"), Contains("not the answer of a gate"));
  CHECK_THAT(refusal(with("\"effect = ", "\"efect = ")), Contains("is not a key"));
}

TEST_CASE(
    "JUnit: fail is a failure, broken an error, undecided and skipped are skipped, and no text breaks the "
    "XML") {
  GateDocument document = example();
  document.evidence.skipped = {{"a.<b>&\"/x@cpu", "line\nend \x01"}};
  const std::string xml = to_junit(decide(document.evidence, document.policy), "gate <1>");
  CHECK_THAT(xml, Contains("<failure message=\"slower (ratio "));
  CHECK_THAT(xml, Contains("a.&lt;b&gt;&amp;&quot;/x@cpu case"));
  CHECK_THAT(xml, Contains("line&#10;end ?"));
  CHECK_THAT(xml, Contains("name=\"gate &lt;1&gt;\""));
  GateReport dead;
  dead.dead = {"nothing was judged"};
  CHECK_THAT(to_junit(dead, "gate"), Contains("errors=\"1\"") && Contains("type=\"dead gate\""));
}
