// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <vector>

#include "tests/unit/workloads/roof_rig.h"
#include "workloads/dataframe/filter_sum/filter_sum.h"
#include "workloads/dataframe/groupby/device.h"
#include "workloads/dataframe/groupby/groupby.h"
#include "workloads/support/seeded.h"

namespace assay {
Workload workload_dataframe_filter_sum();
Workload workload_dataframe_groupby_q1();
Workload workload_dataframe_groupby_q4();
Workload workload_dataframe_groupby_q5();
}  // namespace assay

using assay::Value;

namespace {

std::vector<assay::Workload> all() {
  return {assay::workload_dataframe_filter_sum(), assay::workload_dataframe_groupby_q1(),
          assay::workload_dataframe_groupby_q4(), assay::workload_dataframe_groupby_q5()};
}

assay::Params rows(std::int64_t count) { return {{"rows", Value{count}}}; }

}  // namespace

TEST_CASE("every dataframe query gives the reference's digests for every size and thread count") {
  for (const auto& workload : all()) {
    if (!rig::present(workload, "simd")) continue;
    for (const std::int64_t count : {1, 7, 63, 64, 1000, 4097, 100003, 900001}) {
      assay::cpu::Pool alone(rig::cpus(1));
      const auto expected = rig::make(workload, "reference", rows(count), alone);
      const std::string digests = rig::digests(*expected);
      for (const int threads : {1, 2, 3}) {
        INFO(workload.definition.name << " rows=" << count << " threads=" << threads);
        assay::cpu::Pool pool(rig::cpus(threads));
        const auto actual = rig::make(workload, "simd", rows(count), pool);
        REQUIRE(actual->input_digest() == expected->input_digest());
        REQUIRE(rig::digests(*actual) == digests);
        REQUIRE(rig::digests(*actual) == digests);  // a second call starts from a cold table again
      }
    }
  }
}

TEST_CASE("filter_sum's reference is the sum that the seeded streams define") {
  assay::cpu::Pool pool(rig::cpus(1));
  const auto instance =
      rig::make(assay::workload_dataframe_filter_sum(), "reference", rows(5000), pool, {}, 11);
  instance->call();
  const assay::Stream v1(11, "v1"), v2(11, "v2"), v3(11, "v3");
  std::int64_t sum = 0;
  std::int64_t qualified = 0;
  for (std::size_t i = 0; i < 5000; ++i) {
    if (1 + v1.below(i, 5) >= 3 || 1 + v2.below(i, 15) >= 8) continue;
    sum += v3.below(i, 100000000);
    ++qualified;
  }
  REQUIRE(instance->output().at(0).view<std::int64_t>()[0] == sum);
  REQUIRE(static_cast<double>(qualified) / 5000 == Approx(2.0 / 5 * 7 / 15).margin(0.02));
}

TEST_CASE("groupby_q5's reference is the table that the seeded streams define, in the order of the key") {
  assay::cpu::Pool pool(rig::cpus(1));
  const auto instance =
      rig::make(assay::workload_dataframe_groupby_q5(), "reference", rows(5000), pool, {}, 3);
  instance->call();
  const assay::Stream id6(3, "id6"), v1(3, "v1"), v2(3, "v2"), v3(3, "v3");
  struct Row {
    std::int64_t v1 = 0, v2 = 0, v3 = 0;
  };
  std::map<std::int64_t, Row> table;
  for (std::size_t i = 0; i < 5000; ++i) {
    Row& row = table[1 + id6.below(i, 50)];
    row.v1 += 1 + v1.below(i, 5);
    row.v2 += 1 + v2.below(i, 15);
    row.v3 += v3.below(i, 100000000);
  }
  const auto output = instance->output();
  REQUIRE(output.size() == 4);
  REQUIRE(output[0].elements() == static_cast<std::int64_t>(table.size()));
  std::size_t at = 0;
  for (const auto& [key, row] : table) {
    REQUIRE(output[0].view<std::int64_t>()[at] == key);
    REQUIRE(output[1].view<std::int64_t>()[at] == row.v1);
    REQUIRE(output[2].view<std::int64_t>()[at] == row.v2);
    REQUIRE(output[3].view<std::int64_t>()[at] == row.v3);
    ++at;
  }
}

TEST_CASE("groupby_q4's reference has the mean of every group that the seeded streams define") {
  assay::cpu::Pool pool(rig::cpus(1));
  const auto instance =
      rig::make(assay::workload_dataframe_groupby_q4(), "reference", rows(5000), pool, {}, 3);
  instance->call();
  const assay::Stream id4(3, "id4"), v1(3, "v1"), v2(3, "v2"), v3(3, "v3");
  struct Row {
    double rows = 0, v1 = 0, v2 = 0, v3 = 0;
  };
  std::map<std::int64_t, Row> table;
  for (std::size_t i = 0; i < 5000; ++i) {
    Row& row = table[1 + id4.below(i, 100)];
    row.rows += 1;
    row.v1 += 1 + v1.below(i, 5);
    row.v2 += 1 + v2.below(i, 15);
    row.v3 += v3.below(i, 100000000);
  }
  const auto output = instance->output();
  REQUIRE(output.size() == 4);
  REQUIRE(output[0].elements() == static_cast<std::int64_t>(table.size()));
  std::size_t at = 0;
  for (const auto& [key, row] : table) {
    REQUIRE(output[0].view<std::int64_t>()[at] == key);
    REQUIRE(output[1].view<double>()[at] == row.v1 / row.rows);
    REQUIRE(output[2].view<double>()[at] == row.v2 / row.rows);
    REQUIRE(output[3].view<double>()[at] == row.v3 / row.rows);
    ++at;
  }
}

TEST_CASE("what a GPU leaves of a group-by becomes the result table, and a spoilt count none") {
  using assay::groupby::DeviceResult;
  using assay::groupby::Query;
  const DeviceResult q4{Query::q4, 3};
  std::vector<std::int64_t> words{7, 9, -1, 10, -3, -1, 20, 5, -1, 1000001, 0, -1, 4, 2, -1, 2};
  REQUIRE(q4.words() == words.size());
  const auto table = q4.tensors(words);
  REQUIRE(table.size() == 4);
  const auto means = [&](std::size_t column) {
    const auto view = table[column].view<double>();
    return std::vector<double>(view.begin(), view.end());
  };
  REQUIRE(table[0].view<std::int64_t>()[1] == 9);
  REQUIRE(means(1) == std::vector<double>{2.5, -1.5});
  REQUIRE(means(2) == std::vector<double>{5, 2.5});
  REQUIRE(means(3) == std::vector<double>{250000.25, 0});
  for (const std::int64_t spoilt : {std::int64_t{4}, std::int64_t{-1}, std::int64_t{0xA5A5A5A5}}) {
    words.back() = spoilt;
    REQUIRE(q4.tensors(words)[0].elements() == 0);
  }
  const DeviceResult q1{Query::q1, 2}, q5{Query::q5, 2};
  REQUIRE(q1.tensors(std::vector<std::int64_t>{1, 2, 30, 40, 2})[1].view<std::int64_t>()[1] == 40);
  REQUIRE(q5.tensors(std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 1})[3].view<std::int64_t>()[0] == 7);
}

TEST_CASE("one element changed changes the digest of every dataframe query") {
  // Another seed changes all; here a single qualifying row's v3 changes by one millionth, through a kernel
  // that lies.
  assay::cpu::Pool pool(rig::cpus(1));
  const auto workload = assay::workload_dataframe_filter_sum();
  const auto right = rig::make(workload, "reference", rows(1000), pool);
  assay::Preparation preparation;
  preparation.params = assay::resolve(workload.definition, rows(1000));
  preparation.pool = &pool;
  const auto wrong = assay::filter_sum::make_instance(
      preparation,
      [](const std::int32_t* v1, const std::int32_t* v2, const std::int64_t* v3, std::size_t count,
         std::int32_t a, std::int32_t b) {
        std::int64_t sum = 0;
        bool first = true;
        for (std::size_t i = 0; i < count; ++i) {
          if (v1[i] >= a || v2[i] >= b) continue;
          sum += v3[i] + (first ? 1 : 0);
          first = false;
        }
        return sum;
      },
      "wrong");
  REQUIRE(rig::digests(*wrong) != rig::digests(*right));
  for (const auto& query : all()) {
    const auto one = rig::make(query, "reference", rows(1000), pool, {}, 1);
    const auto two = rig::make(query, "reference", rows(1000), pool, {}, 2);
    REQUIRE(rig::digests(*one) != rig::digests(*two));
    REQUIRE(one->input_digest() != two->input_digest());
  }
}

TEST_CASE("dataframe queries say what one call does, and xs fits 8 KiB") {
  assay::cpu::Pool pool(rig::cpus(1));
  const std::map<std::string, double> bytes{{"dataframe.filter_sum", 16},
                                            {"dataframe.groupby_q1", 8},
                                            {"dataframe.groupby_q4", 20},
                                            {"dataframe.groupby_q5", 20}};
  for (const auto& workload : all()) {
    auto instance = rig::make(workload, "reference", rows(1000), pool);
    const auto work = instance->work();
    instance->call();
    double result_bytes = 0;  // of a group-by it is a column for each output
    for (const auto& column : instance->output()) result_bytes += static_cast<double>(column.bytes.size());
    if (workload.definition.name == "dataframe.filter_sum") result_bytes = 0;
    REQUIRE(work.minimum_bytes == 1000 * bytes.at(workload.definition.name) + result_bytes);
    REQUIRE(work.units == 1000);
    for (const char* name : {"reference", "simd"}) {
      if (!rig::present(workload, name)) continue;
      INFO(workload.definition.name << "/" << name);
      CHECK(rig::make(workload, name, rig::preset(workload, "xs"), pool)->resident_bytes() <= 8192);
    }
    REQUIRE_THROWS_AS(rig::make(workload, "reference", rows(-1), pool), assay::Error);
    REQUIRE_THROWS_AS(rig::make(workload, "reference", rows(std::int64_t{1} << 31), pool), assay::Error);
  }
}

TEST_CASE("dataframe queries elide nothing: eight times the rows take several times as long", "[timing]") {
  assay::cpu::Pool pool(rig::cpus(1));
  for (const auto& workload : all()) {
    for (const char* name : {"reference", "simd"}) {
      if (!rig::present(workload, name)) continue;
      const auto small = rig::make(workload, name, rows(50000), pool);
      const auto large = rig::make(workload, name, rows(400000), pool);
      const double ratio = rig::time_ratio(*large, *small, 2);
      INFO(workload.definition.name << "/" << name << " ratio " << ratio);
      CHECK(ratio > 2);
    }
  }
}
