// SPDX-License-Identifier: Apache-2.0
#include "reports/render/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "reports/render/csv.h"
#include "reports/render/html.h"
#include "reports/render/markdown.h"
#include "tests/support/sample_report.h"

using namespace assay;
using namespace assay::reports;
using Catch::Matchers::Contains;

namespace {

const std::string awkward[] = {"plain",
                               "",
                               "<b>\"&'</b>\n\r\t",
                               "\xff\xfe not UTF-8 \xc3",
                               std::string("nul\0byte", 8),
                               "\xe2\x80\xae turned",
                               std::string(10'000, 'x')};

std::string error_of(const std::string& text) {
  try {
    from_json(text, "r.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string with(const std::string& field) {
  return R"({"schema": "assay.report", "schema_version": 1, )" + field + "}";
}

}  // namespace

TEST_CASE("a report's JSON reads back as what was written, to the last byte") {
  for (const auto& text : awkward) {
    const std::string json = to_json(one_of_everything(text));
    CHECK(to_json(from_json(json, "r.json")) == json);
  }
}

TEST_CASE("every form made of a report's JSON is the one made of the report") {
  for (const auto& text : {awkward[0], awkward[2], awkward[6]}) {
    const Document document = one_of_everything(text);
    const Document read = from_json(to_json(document), "r.json");
    CHECK(to_html(read) == to_html(document));
    CHECK(to_markdown(read) == to_markdown(document));
    CHECK(to_csv(read) == to_csv(document));
  }
}

TEST_CASE("a number reads back to the last bit, and what is none is null") {
  Document document;
  const double values[] = {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789012345680.0};
  Table table{"t", {{"n", true}}, {}};
  for (const double value : values) table.rows.push_back({{Number{value, "ns"}}});
  document.sections = {{"s", {{table}}}};
  const Document read = from_json(to_json(document), "r.json");
  const auto& rows = std::get<Table>(read.sections.at(0).blocks.at(0).form).rows;
  for (std::size_t i = 0; i < std::size(values); ++i)
    CHECK(std::get<Number>(rows[i][0].value).value == values[i]);
  CHECK_THAT(to_json(one_of_everything("x")), !Contains("nan") && !Contains("NaN"));
  CHECK(nlohmann::json::parse(to_json(one_of_everything("x"))).at("schema_version") == 1);
}

TEST_CASE("an empty report is one, in every form") {
  const Document read = from_json(to_json(Document{}), "r.json");
  CHECK(read.sections.empty());
  CHECK_THAT(to_html(read), Contains("</html>"));
  CHECK(to_markdown(read).empty());
  CHECK(to_csv(read) == "table,key,column,value,unit,low,high,text\r\nanswer,,,,,,,\r\n");
}

TEST_CASE("what is no report is refused with the place that is wrong") {
  CHECK_THAT(error_of(""), Contains("no JSON at byte"));
  CHECK_THAT(error_of("{\"schema\": \"assay.report\","), Contains("no JSON at byte"));
  CHECK_THAT(error_of("[]"), Contains("\"schema\""));
  CHECK_THAT(error_of(with(R"("sections": 1e999)")), Contains("out of range"));
  CHECK_THAT(error_of("{\"schema_version\": 1}"), Contains("\"schema\""));
  CHECK_THAT(error_of(R"({"schema": "assay.report"})"), Contains("schema_version"));
  CHECK_THAT(error_of(R"({"schema": "assay.report", "schema_version": 2})"), Contains("version 2"));
  CHECK_THAT(error_of(R"({"schema": "assay.report", "schema_version": 99999999999999999999})"),
             Contains("schema_version"));
  CHECK_THAT(error_of(with(R"("title": 7)")), Contains("r.json.title: a text is expected"));
  CHECK_THAT(error_of(with(R"("tone": "loud")")), Contains("'loud'"));
  CHECK_THAT(error_of(with(R"("sections": {})")), Contains("a list is expected"));
  CHECK_THAT(error_of(with(R"("environment": [{"type": "spell"}])")),
             Contains("environment[0]: there is no type 'spell'"));
  CHECK_THAT(error_of(with(R"("environment": [{}])")), Contains("\"type\" is missing"));
  CHECK_THAT(
      error_of(with(R"("environment": [{"type": "table", "columns": [], "rows": [[{"type": "text"}]]}])")),
      Contains(".rows[0]: a row has as many cells"));
  CHECK_THAT(error_of(with(R"("figures": [{"cell": {"type": "number", "value": null}}])")),
             Contains("is to be a number"));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += R"({"type": "folded", "blocks": [)";
  for (int i = 0; i < 1000; ++i) deep += "]}";
  CHECK_THAT(error_of(with("\"environment\": [" + deep + "]")), Contains("nested too deeply"));
}

TEST_CASE("fields that are not known are passed over") {
  CHECK(from_json(with(R"("title": "t", "colour": {"deep": [1]})"), "r.json").title == "t");
}
