// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/document.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using namespace assay;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

namespace {

MetricValue metric(const std::string& id, std::optional<double> value, const std::string& unit) {
  MetricValue result;
  result.id = id;
  result.value = value;
  result.unit = unit;
  result.better = Better::lower;
  if (!value) {
    result.state = ReadingState::not_counted;
    result.reason = "p99 needs 299 samples, from 3 launches";
  }
  return result;
}

Document make_document() {
  ResultRow good;
  good.run = "r1";
  good.host = "secret-host";
  good.value = parse_case("llm.gemv/simd?rows=1024@cpu");
  good.case_key = to_string(good.value);
  good.params = {{"rows", std::int64_t{1024}}, {"dtype", "q4_0"}};
  good.verified = true;
  good.samples = 100;
  good.batch = 2;
  good.threads = 1;
  good.unit_of_work = "rows";
  good.metrics = {metric("time.wall.p50", 1234.5, "ns"), metric("time.wall.p99", std::nullopt, "ns"),
                  metric("throughput.rows", 8e8, "rows/s"),
                  metric("throughput.bytes", std::nan(""), "byte/s")};
  ResultRow bad = good;
  bad.case_key = "llm.gemv/broken@cpu";
  bad.status = Status::failed;
  bad.reason = "the worker at /home/alice/work/w on secret-host crashed, \"badly\"";
  bad.verified.reset();
  bad.metrics.clear();
  Document document;
  document.command = "show";
  document.assay_version = "0.1.0";
  document.runs = {{"r1", "secret-host", {{"branch", "main"}}}};
  document.results = {good, bad};
  document.warnings = {{"lost_launch", "see /home/alice/log", "again"}};
  return document;
}

}  // namespace

TEST_CASE("the JSON document has the fields of the design page, and absent values are null") {
  const Json json = Json::parse(to_json(make_document()));
  CHECK(json["schema_version"] == 1);
  CHECK(json["command"] == "show");
  CHECK(json["runs"][0]["labels"]["branch"] == "main");
  const Json& good = json["results"][0];
  CHECK(good["case"] == "llm.gemv/simd?rows=1024@cpu");
  CHECK(good["workload"] == "llm.gemv");
  CHECK(good["params"]["rows"] == 1024);
  CHECK(good["verified"] == true);
  CHECK(good["metrics"][0]["value"] == 1234.5);
  CHECK(good["metrics"][1]["value"].is_null());
  CHECK(good["metrics"][1]["state"] == "not_counted");
  CHECK(good["metrics"][3]["value"].is_null());
  CHECK_FALSE(good.contains("verdicts"));
  CHECK(json["results"][1]["verified"].is_null());
  CHECK(json["results"][1]["status"] == "failed");
  CHECK(json["warnings"][0]["code"] == "lost_launch");
}

TEST_CASE("host names and home folders leave in no format unless asked") {
  Document document = make_document();
  for (const std::string& text : {to_json(document), to_csv(document), to_google_benchmark(document)}) {
    CHECK_THAT(text, !Contains("secret-host") && !Contains("alice"));
    CHECK_THAT(text, Contains(pseudonym("secret-host")));
  }
  document.identify = true;
  for (const std::string& text : {to_json(document), to_csv(document), to_google_benchmark(document)}) {
    CHECK_THAT(text, Contains("secret-host") && Contains("/home/alice"));
  }
}

TEST_CASE("paths are hidden without touching words that only look like them") {
  CHECK(hide_paths("/home/bob.x/a b /root/c /rooted /home/") == "~/a b ~/c /rooted /home/");
  CHECK(hide_paths("on box-1, not box-12", "box-1") == "on " + pseudonym("box-1") + ", not box-12");
  CHECK(pseudonym("a") != pseudonym("b"));
  CHECK(pseudonym("a") == pseudonym("a"));
}

TEST_CASE("verdicts stand at the candidate's row, and a lone base keeps its own") {
  Document document = make_document();
  document.command = "compare";
  Pair both;
  both.base = document.results[0];
  both.base->run = "r0";
  both.candidate = document.results[0];
  Verdict verdict;
  verdict.metric = "time.wall.p50";
  verdict.rule = "unpaired";
  verdict.ratio = std::numeric_limits<double>::infinity();
  both.verdicts = {verdict};
  Pair lone;
  lone.base = both.base;
  lone.base->case_key = "llm.gemv/gone@cpu";
  verdict.outcome = Outcome::missing;
  lone.verdicts = {verdict};
  document.pairs = {both, lone};
  const Json json = Json::parse(to_json(document));
  REQUIRE(json["results"].size() == 3);
  CHECK(json["results"][0]["verdicts"][0]["outcome"] == "undecided");
  CHECK(json["results"][0]["verdicts"][0]["ratio"].is_null());
  CHECK_FALSE(json["results"][1].contains("verdicts"));
  CHECK(json["results"][2]["run"] == "r0");
  CHECK(json["results"][2]["verdicts"][0]["outcome"] == "missing");
}

TEST_CASE("CSV has one line for each case and metric, quoted by RFC 4180") {
  Document document = make_document();
  document.results[1].reason = "a \"quote\", and\na line";
  const std::string csv = to_csv(document);
  CHECK(csv.starts_with("run,host,subject,case,"));
  CHECK_THAT(csv, Contains("time.wall.p50,1234.5,ns,lower,,,0,0,ok,,hardware\r\n"));
  CHECK_THAT(csv, Contains("\"p99 needs 299 samples, from 3 launches\",hardware\r\n"));
  CHECK_THAT(csv, Contains("failed,,,,,,,,,,,\"a \"\"quote\"\", and\na line\",hardware\r\n"));
}

TEST_CASE("no text of a CSV is a formula to a spreadsheet, and a number below zero stays one") {
  Document document = make_document();
  for (const std::string begin : {"=", "+", "-", "@", "\t", "\r", "\n"}) {
    document.results[0].subject.name = begin + "HYPERLINK(1)";
    document.results[0].metrics = {metric("mine.drift", -2.5, begin + "A1")};
    const std::string csv = to_csv(document);
    CHECK_THAT(csv, Contains(",\"'" + begin + "HYPERLINK(1)\","));
    CHECK_THAT(csv, Contains("mine.drift,-2.5,\"'" + begin + "A1\",lower"));
  }
}

TEST_CASE("Google Benchmark's JSON has its names, no NaN, and errors for cases without a result") {
  const Json json = Json::parse(to_google_benchmark(make_document()));
  const Json& good = json["benchmarks"][0];
  CHECK(good["name"] == "llm.gemv/simd?rows=1024@cpu");
  CHECK(good["real_time"] == 1234.5);
  CHECK(good["time_unit"] == "ns");
  CHECK(good["iterations"] == 200);
  CHECK(good["items_per_second"] == 8e8);
  CHECK_FALSE(good.contains("bytes_per_second"));
  CHECK(json["benchmarks"][1]["error_occurred"] == true);
  CHECK_FALSE(json["benchmarks"][1].contains("real_time"));
}
