// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/profile_view.h"
#include "harness/cli/run_sentences.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/core/component.h"
#include "harness/core/error.h"

namespace assay {
const ComponentTable& program_components() {
  static const ComponentTable none;
  return none;
}
}  // namespace assay

using namespace assay;
using namespace assay::cli;

TEST_CASE("times, rates and sizes are shown in three digits and the unit that people read") {
  CHECK(duration(812) == "812 ns");
  CHECK(duration(4.2149e6) == "4.21 ms");
  CHECK(duration(999.7) == "1.00 us");
  CHECK(rate(37.54e9, "bytes") == "37.5 GB/s");
  CHECK(rate(37.54e9, "byte") == "37.5 GB/s");
  CHECK(rate(1.24e6, "rows") == "1.24 Mrows/s");
  CHECK(rate(35.32, "tokens") == "35.3 tokens/s");
  CHECK(rate(2.2e11, "operations") == "220 GOP/s");
  CHECK(bytes(1536) == "1.50 KiB");
  CHECK(percent(0.7219) == "72.2 %");
  CHECK(clock_time(190) == "03:10");
  CHECK(clock_time(3765) == "1:02:45");
  CHECK(half_width(100, 99.0, 102.0) == "±2.0%");
  CHECK(half_width(100, std::nullopt, 102.0).empty());
  CHECK(half_width(100, 1.0, 200.0) == "±100.0%");
  CHECK(half_width(100, 90.0, 1555.0) == "to 15.6x");
  CHECK(frequency(3.2514e9) == "3.25 GHz");
  CHECK(frequency(999.6e6) == "1.00 GHz");
  CHECK(frequency(12.5) == "12.5 Hz");
  CHECK(how_many(1, "launch") == "1 launch");
  CHECK(how_many(6, "launch") == "6 launches");
  CHECK(how_many(0, "sample") == "0 samples");
}

TEST_CASE("two sides of a difference are named by what they differ in, else by their runs") {
  const auto side = [](const std::string& implementation, const std::string& dtype, const std::string& run) {
    ResultRow row;
    row.run = run;
    row.value.workload = "llm.gemv";
    row.value.implementation = implementation;
    row.value.device = "cpu";
    row.params = {{"dtype", dtype}, {"rows", std::int64_t{4096}}};
    return row;
  };
  const auto names = [&](const ResultRow& a, const ResultRow& b) {
    const auto both = side_names(a, b);
    return both.first + " | " + both.second;
  };
  CHECK(names(side("simd", "f32", "1"), side("openblas", "f32", "1")) == "simd | openblas");
  CHECK(names(side("simd", "f32", "1"), side("openblas", "q8_0", "1")) ==
        "simd dtype=f32 | openblas dtype=q8_0");
  CHECK(names(side("simd", "f32", "11111111-2"), side("simd", "f32", "22222222-3")) ==
        "run 11111111 | run 22222222");
  CHECK(names(side("simd", "f32", "1"), side("simd", "f32", "1")) == "base | other");
  auto another = side("simd", "f32", "1");
  another.value.workload = "tinyml.kws";
  CHECK(names(another, side("simd", "q8_0", "1")) == "tinyml.kws/simd | llm.gemv/simd");
  CHECK(names(side("simd", std::string(50, 'x'), "1"), side("simd", "f32", "1")) == "base | other");
  CHECK(names(side("a\x1b[31m", "f32", "1"), side("b", "f32", "1")).find('\x1b') == std::string::npos);
}

TEST_CASE("a narrow terminal loses the least important columns and says which") {
  Table table({{"case", false, 9}, {"median", true, 8}, {"memory", true, 1}});
  table.add({"llm.gemv/simd@cpu", "4.21 ms", "10 GB/s"});
  CHECK(table.text(0).find("memory") != std::string::npos);
  const std::string narrow = table.text(28);
  CHECK(narrow.find("10 GB/s") == std::string::npos);
  CHECK(narrow.find("not shown: memory") != std::string::npos);
}

TEST_CASE(
    "a terminal may be as narrow as it likes: what matters most stays, and every other column is named") {
  Table table({{"case", false, always}, {"median", true, always}, {"p99", true, 3}, {"memory", true, 1}});
  table.add({"vision.letterbox_f32/simd?threads=1@cpu", "4.21 ms", "5 ms", "10 GB/s"});
  for (const std::size_t width : {1U, 20U, 40U, 48U}) {
    const std::string text = table.text(width);
    CHECK(text.find("vision.letterbox_f32/simd?threads=1@cpu  4.21 ms\n") != std::string::npos);
    CHECK(text.find("not shown: p99, memory") != std::string::npos);
  }
}

TEST_CASE("a table never passes control characters on") {
  Table table({{"case", false, 9}});
  table.add({"evil\x1b[2J\x07\xff"});
  const std::string text = table.text(0);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("evil\\x1b[2J\\x07\\xff") != std::string::npos);
}

TEST_CASE("where several exit codes apply, the order of the design decides") {
  CHECK(worse(7, 6) == 6);
  CHECK(worse(1, 7) == 7);
  CHECK(worse(0, 1) == 1);
  CHECK(worse(3, 4) == 4);
  CHECK(worse(5, 2) == 2);
}

TEST_CASE("a worker's command line is split as a shell would") {
  using V = std::vector<std::string>;
  CHECK(split_command("python3 'my worker.py' --x=\"a b\" c\\ d") ==
        V{"python3", "my worker.py", "--x=a b", "c d"});
  CHECK(split_command("a ''") == V{"a", ""});
  CHECK_THROWS_AS(split_command("a 'b"), Error);
  CHECK_THROWS_AS(split_command("  "), Error);
}

TEST_CASE("only arrays that no cache holds say what memory can do") {
  const auto roof = [](const char* workload, Params params, const char* unit, double value) {
    ResultRow row;
    row.value.workload = workload;
    row.value.device = "cpu";
    row.params = std::move(params);
    row.threads = 2;
    MetricValue metric;
    metric.id = std::string("throughput.") + unit;
    metric.value = value;
    row.metrics.push_back(metric);
    return row;
  };
  const auto memory = [&](std::int64_t bytes, double value) {
    return roof("roof.mem", {{"kind", std::string("load")}, {"bytes", bytes}}, "bytes", value);
  };
  const auto fma = roof("roof.fma", {{"dtype", std::string("f32")}}, "operations", 4e11);
  const std::int64_t cache = std::int64_t{32} << 20;
  CHECK(
      limits_sentence({memory(std::int64_t{256} << 20, 4e10), memory(6144, 2e11), fma}, cache) ==
      "This machine reads 40.0 GB/s and computes 400 GOP/s (f32, fused multiply-adds): work with fewer than "
      "10.0 operations a byte is limited by memory here.");
  auto transfer = memory(std::int64_t{1} << 30, 9e11);
  transfer.value.device = "cuda:0";
  auto wider = roof("roof.fma", {{"dtype", std::string("f32")}}, "operations", 6e13);
  wider.value.device = "cuda:0";
  CHECK(limits_sentence({memory(std::int64_t{256} << 20, 4e10), fma, transfer, wider}, cache) ==
        limits_sentence({memory(std::int64_t{256} << 20, 4e10), fma}, cache));
  const std::string small = limits_sentence({memory(6144, 2e11), fma}, cache);
  CHECK(small.find("6.00 KiB say nothing of memory") != std::string::npos);
  CHECK(small.find("roof.mem/*?bytes=134217728") != std::string::npos);
  CHECK(small.find("limited by memory") == std::string::npos);
  CHECK(limits_sentence({memory(std::int64_t{256} << 20, 4e10)}, std::int64_t{300} << 20)
            .find("limited by memory") == std::string::npos);
  CHECK(limits_sentence({memory(1 << 28, 4e10)}, 0).find("not known") != std::string::npos);
  ResultRow foreign;
  CHECK(limits_sentence({foreign}, cache).empty());
  foreign.work.operations = 1;
  CHECK(limits_sentence({foreign}, cache).find("was not measured in this run") != std::string::npos);
  const auto wide = roof("roof.fma", {{"dtype", std::string("f64")}}, "operations", 2e11);
  CHECK(limits_sentence({wide, fma}, cache) == "This machine computes 400 GOP/s (f32, fused multiply-adds).");
}
