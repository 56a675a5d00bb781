// SPDX-License-Identifier: Apache-2.0
#include "reports/document/run.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "reports/document/comparison.h"
#include "reports/document/history.h"
#include "reports/document/private.h"
#include "reports/document/words.h"
#include "tests/support/sample_report.h"

using namespace assay;
using namespace assay::reports;
using Catch::Matchers::Contains;

namespace {

MetricValue metric(const std::string& id, double value, const std::string& unit) {
  MetricValue one;
  one.id = id;
  one.value = value;
  one.unit = unit;
  one.ci_low = value * 0.9;
  one.ci_high = value * 1.1;
  one.n = 6;
  return one;
}

ResultRow row(const std::string& key, double ns) {
  ResultRow one;
  one.case_key = key;
  one.value = parse_case(key);
  one.verified = true;
  one.launches = 6;
  one.unit_of_work = "tokens";
  one.metrics = {metric("time.wall.p50", ns, "ns"), metric("throughput.tokens", 1e9 / ns, "tokens/s")};
  one.launch_medians_ns = {ns, ns * 1.01, ns * 1.02, ns * 1.03, ns * 1.04, ns * 1.1};
  return one;
}

Run run_of(const std::string& id) {
  Run run;
  run.id = id;
  run.state = "complete";
  run.started_utc_ms = 1'795'000'000'000;
  run.ended_utc_ms = run.started_utc_ms + 83'000;
  run.assay_version = "0.1.0";
  run.command = "assay run 'llm.*'";
  run.host.name = "build-7";
  run.host.host_class = {{"cpu.model", "A CPU"}, {"cpu.cores", "2"}};
  run.host.environment = {{"kernel", "6.1"}};
  return run;
}

std::string titles(const Document& document) {
  std::string text;
  for (const auto& section : document.sections) text += section.title + "|";
  return text;
}

template <class T>
std::size_t count(const std::vector<Block>& blocks) {
  std::size_t number = 0;
  for (const auto& block : blocks) number += std::holds_alternative<T>(block.form) ? 1 : 0;
  return number;
}

Pair pair_of(const std::string& key, Outcome outcome, double ratio) {
  Pair pair;
  pair.key = key;
  pair.base = row(key, 1000);
  pair.candidate = row(key, 1000 / ratio);
  Verdict verdict;
  verdict.metric = "time.wall.p50";
  verdict.rule = "unpaired";
  verdict.outcome = outcome;
  verdict.ratio = ratio;
  verdict.ci_low = ratio * 0.99;
  verdict.ci_high = ratio * 1.01;
  verdict.reason = "because";
  pair.verdicts = {verdict};
  return pair;
}

}  // namespace

TEST_CASE("a run's report answers first, has a picture and a table for each family, and folds the rest") {
  RunFacts facts;
  facts.run = run_of("0123456789abcdef");
  facts.contended = {{{"llm.gemv/simd@cpu", ""}, 2}};
  facts.times = {{"llm.gemv/simd@cpu", {{"launch 1", {1, 2, 3}}, {"launch 2", {2, 3, 4}}}}};
  const Document document =
      run_document(facts, {row("llm.gemv/simd@cpu", 1000), row("roof.mem/simd@cpu", 5000)});
  CHECK(document.title == "2 cases on A CPU");
  CHECK(document.answer == "All 2 cases were measured, and every result was verified.");
  CHECK(document.tone == Tone::good);
  CHECK_THAT(document.about, Contains("Run 01234567"));
  CHECK(titles(document) == "llm|roof|Where launches differ most|Everything that was measured|");
  CHECK(count<Picture>(document.sections[0].blocks) == 1);
  CHECK(count<Table>(document.sections[0].blocks) == 1);
  CHECK(count<Folded>(document.sections[3].blocks) == 1);
  CHECK(cell_text(document.figures[0].cell) == "2 of 2");
  CHECK(document.figures[1].note == "2 contended");
  CHECK(cell_text(document.figures.back().cell) == "1 min 23 s");
  CHECK(document.caveats.empty());
}

TEST_CASE("emulated boards have counts, sizes and the chip that they fit into, and no picture of times") {
  ResultRow board = row("tinyml.kws/dsp@qemu:mps2-an386", 0);
  board.launches = 0;
  board.launch_medians_ns.clear();
  board.metrics = {metric("time.wall.p50", 0, "ns"),
                   metric("qemu.instructions", 4'050'000, "count"),
                   metric("qemu.instructions_per_mac", 1.52, "count"),
                   metric("size.flash", 32'700, "byte"),
                   metric("size.ram", 16'385, "byte"),
                   metric("size.stack", 900, "byte")};
  board.metrics[0].value.reset();
  board.metrics[1].n = 1;
  RunFacts facts;
  facts.run = run_of("01");
  const Document boards = run_document(facts, {board});
  const auto& blocks = boards.sections[0].blocks;
  REQUIRE(count<Picture>(blocks) == 1);
  const auto& chart = std::get<chart::BarChart>(std::get<Picture>(blocks[0].form));
  CHECK(chart.title == "Instructions of a call, tinyml");
  CHECK(chart.rows[0].value == 4'050'000);
  const auto& table = std::get<Table>(blocks[1].form);
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    text += table.columns[i].title + "=" + cell_text({table.rows[0][i].value, Tone::plain}) + "|";
  CHECK(text ==
        "case=tinyml.kws/dsp@qemu:mps2-an386|instructions=4,050,000|per MAC=1.52|flash=31.9 KiB|RAM=16 KiB|"
        "stack=900 B|fits in (flash/RAM)=32/32 KiB|launches=1|verified=ok|");
  for (const auto& figure : boards.figures) CHECK(figure.label != "noise");

  const Document both = run_document(facts, {board, row("tinyml.kws/simd@cpu", 1000)});
  CHECK(count<Picture>(both.sections[0].blocks) == 2);
  CHECK(both.figures.size() == boards.figures.size() + 2);
}

TEST_CASE("a case without a valid result is the answer, and its figures are absent and not zero") {
  ResultRow bad = row("llm.gemv/simd@cpu", 1000);
  bad.status = Status::invalid;
  bad.reason = "its result is wrong";
  bad.verified = false;
  bad.metrics[0].value.reset();
  bad.metrics[0].reason = "no valid launch";
  RunFacts facts;
  facts.run = run_of("01");
  const Document document = run_document(facts, {bad, row("llm.decode/simd@cpu", 2000)});
  CHECK(document.answer == "1 of 2 cases has no valid result.");
  CHECK(document.tone == Tone::bad);
  CHECK(document.sections[0].title == "Without a valid result");
  const auto& table = std::get<Table>(document.sections[1].blocks[1].form);
  CHECK(std::get<Absent>(table.rows[0][1].value).reason == "no valid launch");
  CHECK(document.caveats.at(0).code == "invalid");
}

TEST_CASE("a run without cases, of values that are no numbers, and of an unknown time is a report") {
  RunFacts facts;
  CHECK(run_document(facts, {}).answer == "Nothing was measured. The run is not complete (running).");
  facts.run.started_utc_ms = -5;
  ResultRow odd = row("a.b/c@cpu", 1);
  odd.metrics[0].value = std::nan("");
  odd.metrics[0].ci_low = INFINITY;
  odd.launch_medians_ns = {0, std::nan(""), -1};
  const Document document = run_document(facts, {odd});
  CHECK_THAT(document.about, Contains("at an unknown time"));
  CHECK(std::holds_alternative<Absent>(cell_of(&odd.metrics[0]).value));
}

TEST_CASE("what is not verified, not hardware or doubtful is said once for all cases that it is true of") {
  std::vector<ResultRow> rows{row("a.x/own@cpu", 1), row("a.y/own@cpu", 1), row("a.z/simd@vulkan:0", 1)};
  rows[0].verified.reset();
  rows[1].verified.reset();
  rows[2].notes = {{"software_device", "a CPU stands in"}, {"isa", "takes another path"}};
  const auto caveats = caveats_of(rows);
  REQUIRE(caveats.size() == 3);
  CHECK_THAT(caveats[0].text, Contains("2 cases, first a.x/own@cpu: the result was not compared"));
  CHECK(caveats[1].code == "software_device");
  CHECK(caveats[2].text == "a.z/simd@vulkan:0: takes another path");
}

TEST_CASE("the worst cases are those whose launches differ most, and three launches tell of many") {
  std::vector<ResultRow> rows{row("a.calm/x@cpu", 100), row("a.wild/x@cpu", 100), row("a.failed/x@cpu", 100)};
  rows[1].launch_medians_ns[0] = 10;
  rows[2].launch_medians_ns[0] = 1;
  rows[2].status = Status::failed;
  const auto worst = worst_cases(rows, 1);
  REQUIRE(worst.size() == 1);
  CHECK(worst[0]->case_key == "a.wild/x@cpu");
  std::vector<LaunchTimes> launches;
  for (const double ns : {5.0, 1.0, 4.0, 2.0, 3.0})
    launches.push_back({std::to_string(ns).substr(0, 1), {ns}});
  const auto told = telling_launches(launches);
  REQUIRE(told.size() == 3);
  CHECK(told[0].name == "fastest (1)");
  CHECK(told[1].name == "middle (3)");
  CHECK(told[2].name == "slowest (5)");
}

TEST_CASE("a comparison opens with what changed, the slower ones first, and folds what did not") {
  Comparison comparison;
  comparison.base = "aaaa";
  comparison.candidates = {"bbbb"};
  comparison.pairs = {pair_of("a.fast/x@cpu", Outcome::faster, 2), pair_of("a.same/x@cpu", Outcome::same, 1),
                      pair_of("a.slow/x@cpu", Outcome::slower, 0.9),
                      pair_of("a.slower/x@cpu", Outcome::slower, 0.5)};
  ComparisonFacts facts;
  facts.base = run_of("aaaaaaaa-0");
  facts.candidate = run_of("bbbbbbbb-0");
  facts.candidate->host.environment["kernel"] = "6.9";
  facts.command = "assay report compare aaaaaaaa bbbbbbbb";
  const Document document = comparison_document(comparison, facts);
  CHECK(document.answer == "2 cases are slower, 1 faster, of 4.");
  CHECK(document.tone == Tone::bad);
  CHECK_THAT(document.sentences.at(0),
             Contains("a.slower/x@cpu is slower: 0.500x [0.495, 0.505], 1.00 µs -> 2.00 µs"));
  const auto& chart = std::get<chart::BarChart>(std::get<Picture>(document.sections[0].blocks[0].form));
  REQUIRE(chart.rows.size() == 3);
  CHECK(chart.rows[0].name == "a.slower/x@cpu");
  CHECK(chart.rows[2].role == chart::Role::good);
  CHECK(std::get<Folded>(document.sections[1].blocks[0].form).summary == "1 case: same");
  const auto& differs = std::get<Table>(document.environment.at(0).form);
  REQUIRE(differs.rows.size() == 1);
  CHECK(cell_text(differs.rows[0][0]) == "environment kernel");
  CHECK(cell_text(differs.rows[0][2]) == "6.9");
}

TEST_CASE("two runs that have nothing in common say so") {
  ComparisonFacts facts;
  facts.candidate = Run{};
  const Document document = comparison_document({}, facts);
  CHECK(document.answer == "There is nothing to compare.");
  CHECK(document.figures.empty());
}

TEST_CASE("a history's report names the open regression, and draws each series") {
  SeriesFacts one;
  one.series.key = {"a.x/y@cpu", "time.wall.p50", "assay", "0123456789ab", "cpu"};
  one.series.unit = "ns";
  one.series.points.resize(2);
  one.series.points[0].value = 1000;
  one.series.points[1].value = 4000;
  Change change;
  change.id = "b1333ec6b2";
  change.index = 1;
  change.before = 1000;
  change.after = 4000;
  change.ratio = 0.25;
  change.regression = true;
  one.series.changes = {change};
  one.changes = {{"worse", "at 36d3e363", "", "open", ""}};
  one.places = one.times = one.authors = one.notes = {"one", "two"};
  const Document document = history_document({{one}, {}, "assay report history", "0.1.0"});
  CHECK(document.answer == "1 regression is open, in 1 series.");
  CHECK(document.tone == Tone::bad);
  CHECK_THAT(document.sentences.at(0), Contains("a.x/y@cpu time.wall.p50, 0.250x: 1 µs -> 4 µs at 36d3e363"));
  CHECK(titles(document) == "What got worse|a.x/y@cpu time.wall.p50|");
  one.changes[0].state = "acknowledged";
  CHECK(history_document({{one}, {}, "", ""}).tone == Tone::good);
  CHECK(history_document({}).answer == "There is nothing to show: no stored result matches.");
}

TEST_CASE("every text of a document can be changed, those of pictures and folded parts too") {
  Document document = one_of_everything("secret");
  std::size_t texts = 0;
  change_texts(document, [&](const std::string& text) {
    texts += text == "secret" ? 1 : 0;
    return text == "secret" ? "hidden" : text;
  });
  CHECK(texts > 50);
  std::size_t left = 0;
  change_texts(document, [&](const std::string& text) {
    left += text == "secret" ? 1 : 0;
    return text;
  });
  CHECK(left == 0);
}

TEST_CASE("units are written as people read them") {
  CHECK(number_text({5180, "ns"}) == "5.18 µs");
  CHECK(number_text({248.52, "ns", 248.3, 248.6}) == "248.5 ns");  // as its interval: 249 would lie outside
  CHECK(number_text({0.317, "ratio"}) == "31.7 %");
  CHECK(number_text({1234567, "count"}) == "1,234,567");
  CHECK(number_text({-1234, "count"}) == "-1,234");
  CHECK(number_text({0.9444, "x"}) == "0.944x");
  CHECK(number_text({0.9, "change"}) == "-10.0 %");
  CHECK(number_text({21.7e9, "bytes/s"}) == "21.7 GB/s");
  CHECK(number_text({1454, "tokens/s"}) == "1.45 k tokens/s");
  CHECK(interval_text({5180, "ns", 5000, 5400}) == "[5.00, 5.40]");
  CHECK(interval_text({0.9, "change", 0.89, 0.91}) == "[-11.0 %, -9.0 %]");
  CHECK(interval_text({1, "x", std::nullopt, 2}).empty());
}
