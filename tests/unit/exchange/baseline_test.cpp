// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/exchange/baseline_document.h"
#include "harness/judge/comparison.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

Baseline example() {
  Baseline baseline;
  baseline.name = "main";
  baseline.run = "11111111-2222-3333-4444-555555555555";
  baseline.measured = {2026, 11, 27};
  baseline.assay_version = "0.1.0";
  baseline.host_class = {{"cpu.model", "Z80"}, {"cpu.cores", "2"}};
  for (const char* key : {"b.b/x?n=3@cpu", "a.a/x@cpu"}) {
    ResultRow row;
    row.case_key = key;
    row.value = parse_case(key);
    row.params = {{"n", std::int64_t{3}}};
    row.verified = true;
    row.unit_of_work = "rows";
    row.threads = 1;
    row.machine_code = "c0de";
    row.device_model = "H100";
    row.device_board = "board-1";
    row.launch_medians_ns = {123456.789, 0.000123456789, 100};
    MetricValue exact;
    exact.id = "callgrind.instructions";
    exact.value = 649860;
    exact.unit = "count";
    exact.better = Better::lower;
    exact.tool = "callgrind-3.19.0";
    row.metrics = {exact};
    baseline.rows.push_back(row);
  }
  return baseline;
}

std::string refusal(const std::string& text) {
  try {
    read_baseline_json(text, "main.json");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("a baseline goes there and back, is in order, and holds no more digits than say something") {
  const std::string text = to_baseline_json(example());
  const Baseline back = read_baseline_json(text, "main.json");
  CHECK(to_baseline_json(back) == text);
  REQUIRE(back.rows.size() == 2);
  CHECK(back.rows[0].machine_code == "c0de");
  CHECK(back.rows[0].device_model == "H100");
  CHECK(back.rows[0].device_board == "board-1");
  CHECK(back.rows[0].case_key == "a.a/x@cpu");
  CHECK(back.rows[0].launch_medians_ns == std::vector<double>{123460, 0.00012346, 100});
  CHECK(find_metric(back.rows[0], "time.wall.p50")->value == 100);
  CHECK(find_metric(back.rows[0], "callgrind.instructions")->tool == "callgrind-3.19.0");
  Host host;
  host.host_class = back.host_class;
  CHECK(back.rows[0].host_class_id == host.class_id());
}

TEST_CASE("what is read from a baseline is compared as any result") {
  const Baseline back = read_baseline_json(to_baseline_json(example()), "main.json");
  ResultRow slower = back.rows[0];
  slower.run = "other";
  for (auto& metric : slower.metrics) {
    if (metric.id == "callgrind.instructions") metric.value = 700000;
  }
  const auto verdicts = judge_pair(back.rows[0], slower, "run", "main");
  const auto exact =
      std::find_if(verdicts.begin(), verdicts.end(), [](const auto& v) { return v.rule == "exact"; });
  REQUIRE(exact != verdicts.end());
  CHECK(exact->outcome == Outcome::slower);
  slower.host_class_id = "another";
  CHECK(judge_pair(back.rows[0], slower, "run", "main").at(0).outcome == Outcome::incomparable);
}

TEST_CASE("a baseline that was cut or edited is refused with the place") {
  const std::string text = to_baseline_json(example());
  for (std::size_t cut = 1; cut < text.size() - 2; cut += 53)
    CHECK_THAT(refusal(text.substr(0, cut)), Contains("main.json: "));
  const auto with = [&](const std::string& old, const std::string& put) {
    std::string edited = text;
    return edited.replace(edited.find(old), old.size(), put);
  };
  CHECK_THAT(refusal(with("123460.0", "-1")), Contains("is not above 0"));
  CHECK_THAT(refusal(with("callgrind.instructions", "time.wall.p50")),
             Contains("does not repeat to the digit"));
  CHECK_THAT(refusal(with("a.a/x@cpu", "nonsense")), Contains("main.json: "));
  CHECK_THAT(refusal(with("\"schema_version\": 1", "\"schema_version\": 7")),
             Contains("not a document of this version"));
}
