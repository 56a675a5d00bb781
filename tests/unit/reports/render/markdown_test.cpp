// SPDX-License-Identifier: Apache-2.0
#include "reports/render/markdown.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "reports/document/gate.h"

using namespace assay;
using namespace assay::reports;
using Catch::Matchers::Contains;

namespace {

GateFinding finding(const std::string& key, GateState state, Outcome outcome, double ratio) {
  GateFinding one;
  one.key = key;
  one.state = state;
  one.verdict.metric = "time.wall.p50";
  one.verdict.outcome = outcome;
  one.verdict.ratio = ratio;
  one.verdict.ci_low = ratio - 0.01;
  one.verdict.ci_high = ratio + 0.01;
  one.verdict.reason = "12 pairs";
  one.base = 5180;
  one.candidate = 5460;
  one.unit = "ns";
  return one;
}

}  // namespace

TEST_CASE("a gate in Markdown shows what changed, and folds the rest") {
  GateReport report;
  report.findings = {finding("a.slow/x@cpu", GateState::fail, Outcome::slower, 0.9),
                     finding("a.open/x@cpu", GateState::undecided, Outcome::undecided, 0.99),
                     finding("a.fast/x@cpu", GateState::pass, Outcome::faster, 1.2),
                     finding("a.same/x@cpu", GateState::pass, Outcome::same, 1)};
  const std::string text = to_markdown(gate_document(report, {"rev:main", "01234567-89", "0.1.0", ""}));
  CHECK_THAT(text, Contains("## Performance gate FAILED&#58; 1 fail, 1 undecided, 2 pass"));
  const auto folded = text.find("<details>");
  REQUIRE(folded != std::string::npos);
  CHECK(text.find("slow") < folded);
  CHECK(text.find("fast") < folded);
  CHECK(text.find("open/x") > folded);
  CHECK(text.find("same/x") > folded);
  CHECK_THAT(text, Contains("-10.0 % &#91;-11.0 %, -9.0 %&#93;"));
  CHECK_THAT(text, Contains("| 5.18 µs | 5.46 µs |"));
}

TEST_CASE("no text of a document becomes markup, a mention, a link or HTML") {
  Document document;
  const std::string hostile =
      "<script>alert(1)</script> @everyone [x](http://evil) ![i](y) | `code` *b* _i_ $(m) #1\n# head\n- x";
  Table table;
  table.title = hostile;
  table.columns = {{hostile}, {"n", true}};
  table.rows = {{{hostile}, {Name{hostile}, Tone::bad}}};
  chart::BarChart bars;
  bars.title = hostile;
  bars.rows.push_back({hostile, 1, 0.5, 2, chart::Role::good, chart::Shape::circle, hostile, ""});
  document.title = hostile;
  document.about = hostile;
  document.answer = hostile;
  document.sentences = {hostile};
  document.figures = {{hostile, {hostile}, hostile}};
  document.caveats = {{hostile, hostile, hostile}};
  document.sections = {{hostile, {{Paragraph{hostile}}, {List{{hostile}}}, {table}}},
                       {hostile, {{Folded{hostile, {{Paragraph{hostile}}}}}}}};
  const std::string text = to_markdown(document);
  for (const char* bad :
       {"<script", "@everyone", "](http", "![", "`", "\n# head", "\n- x", "alert(1)", "http:"})
    CHECK_THAT(text, !Contains(bad));
  // A table's row has as many bars as columns say.
  const auto row = text.find("| &#60;script", text.find("| --- | ---: |\n"));
  REQUIRE(row != std::string::npos);
  const std::string line = text.substr(row, text.find('\n', row) - row);
  CHECK(std::count(line.begin(), line.end(), '|') == 3);
}

TEST_CASE("a sentence that begins like a list is none") {
  Document document;
  document.sections = {{"", {{Paragraph{"- x"}}, {Paragraph{"1. x"}}}}};
  CHECK(to_markdown(document) == "&#45; x\n\n&#49;. x\n\n");
}

TEST_CASE("code and pictures are indented, so that no text ends them") {
  Document document;
  document.sections = {{"", {{Code{{"assay gate", "```\n# head\r# head", "assay show"}}}}}};
  CHECK(to_markdown(document) == "    assay gate\n    ``` # head # head\n    assay show\n\n");
  chart::BarChart bars;
  bars.title = "# title";
  bars.axis.scale = chart::Scale::log;
  bars.rows.resize(1);
  bars.rows[0].name = "`one`";
  bars.rows[0].value = 2;
  document.sections = {{"", {{Picture{bars}}}}};
  const std::string text = to_markdown(document);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK((line.empty() || line.starts_with("    ")));
  CHECK_THAT(text, Contains("`one`"));
}
