// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <vector>

#include "harness/core/tensor.h"
#include "tests/unit/workloads/roof_rig.h"
#include "workloads/support/seeded.h"

namespace assay {
Workload workload_dataframe_filter_sum();
Workload workload_dataframe_groupby_q1();
Workload workload_dataframe_groupby_q4();
Workload workload_dataframe_groupby_q5();
}  // namespace assay

namespace {

using Inputs = std::map<std::string, std::string>;

/// Columns as .npy files in a folder that goes away with it.
class Files {
 public:
  Files()
      : folder_(std::filesystem::temp_directory_path() / ("assay_dataframe_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Files() { std::filesystem::remove_all(folder_); }

  template <typename T>
  std::string column(const std::string& name, const std::vector<T>& values) {
    const std::string path = folder_ / (name + ".npy");
    assay::write_npy(path, assay::Tensor::from<T>(name, {static_cast<std::int64_t>(values.size())}, values));
    return path;
  }

 private:
  std::filesystem::path folder_;
};

std::vector<std::int64_t> integers(const assay::Tensor& tensor) {
  const auto view = tensor.view<std::int64_t>();
  return {view.begin(), view.end()};
}

/// Digests of simd for 1 to 3 threads must equal the reference's; returns the reference's output.
std::vector<assay::Tensor> agree(const assay::Workload& workload, const Inputs& inputs) {
  assay::cpu::Pool alone(rig::cpus(1));
  const auto expected = rig::make(workload, "reference", {}, alone, inputs);
  const std::string digests = rig::digests(*expected);
  for (const int threads : {1, 2, 3}) {
    if (!rig::present(workload, "simd")) break;
    assay::cpu::Pool pool(rig::cpus(threads));
    const auto actual = rig::make(workload, "simd", {}, pool, inputs);
    INFO("threads=" << threads);
    REQUIRE(rig::digests(*actual) == digests);
  }
  return expected->output();
}

}  // namespace

TEST_CASE("a real key and a real measure are grouped, and the other columns stay seeded at their length") {
  Files files;
  const Inputs inputs{{"key", files.column<std::int32_t>("key", {2, 0, 2, 2, 5})},
                      {"v1", files.column<std::int64_t>("v1", {100, 2000, 7, -8, 30})}};
  const auto q1 = agree(assay::workload_dataframe_groupby_q1(), inputs);
  REQUIRE(integers(q1[0]) == std::vector<std::int64_t>{0, 2, 5});
  REQUIRE(integers(q1[1]) == std::vector<std::int64_t>{2000, 99, 30});
  const auto q5 = agree(assay::workload_dataframe_groupby_q5(), inputs);
  REQUIRE(integers(q5[1]) == std::vector<std::int64_t>{2000, 99, 30});
  const auto q4 = agree(assay::workload_dataframe_groupby_q4(), inputs);
  REQUIRE(integers(q4[0]) == std::vector<std::int64_t>{0, 2, 5});
  REQUIRE(q4[1].view<double>()[1] == 33);
  const assay::Stream v2(1, "v2");
  REQUIRE(integers(q5[2]).at(0) == 1 + v2.below(1, 15));
}

TEST_CASE("sparse keys take the hash path, with the extremes of 64 bits among them") {
  Files files;
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto highest = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> key{highest, lowest, 0, lowest + 1, highest, -5};
  const assay::Stream stream(1, "keys");
  for (std::size_t i = 0; i < 50000; ++i) {
    key.push_back(static_cast<std::int64_t>(stream.below(i, 3000)) * 1234567891011);
  }
  const Inputs inputs{{"key", files.column("key", key)}};
  const auto q1 = agree(assay::workload_dataframe_groupby_q1(), inputs);
  const auto keys = integers(q1[0]);
  REQUIRE(keys.front() == lowest);
  REQUIRE(keys.back() == highest);
  REQUIRE(std::is_sorted(keys.begin(), keys.end()));
  agree(assay::workload_dataframe_groupby_q4(), inputs);
  agree(assay::workload_dataframe_groupby_q5(), inputs);
}

TEST_CASE("values whose sums leave 32 bits, negative values and zeros are summed exactly") {
  Files files;
  std::vector<std::int32_t> key, v1, v2;
  std::vector<double> v3;
  const assay::Stream stream(1, "values");
  for (std::size_t i = 0; i < 5001; ++i) {
    key.push_back(static_cast<std::int32_t>(stream.below(i, 2000)));
    v1.push_back(static_cast<std::int32_t>(stream.u32(i)));
    v2.push_back(-static_cast<std::int32_t>(stream.below(i, 5)));
    v3.push_back(static_cast<double>(stream.normal(i)) * 1e3);
  }
  const auto keys = files.column("key", key);
  for (const auto& query : {assay::workload_dataframe_groupby_q4(), assay::workload_dataframe_groupby_q5()}) {
    agree(query, {{"key", keys}, {"v1", files.column("v1", v1)}, {"v3", files.column("v3", v3)}});
    agree(query, {{"key", keys}, {"v2", files.column("v2", v2)}});
  }
  agree(assay::workload_dataframe_groupby_q1(), {{"key", keys}, {"v1", files.column("v1b", v1)}});
  const std::vector<std::int32_t> zeros(key.size(), 0);
  const auto present =
      agree(assay::workload_dataframe_groupby_q5(),
            {{"key", keys}, {"v1", files.column("z", zeros)}, {"v2", files.column("z", zeros)}});
  REQUIRE(present[0].elements() > 1500);  // a group of zeros is still a group
  const std::string none = files.column("z", zeros);
  const auto means = agree(assay::workload_dataframe_groupby_q4(),
                           {{"key", keys}, {"v1", none}, {"v2", none}, {"v3", none}});
  REQUIRE(means[0].elements() == present[0].elements());
}

TEST_CASE("a missing measure contributes nothing, a missing key is refused") {
  Files files;
  const double nan = std::nan("");
  const Inputs filter{{"v1", files.column<double>("v1", {1, nan, 2, 1})},
                      {"v2", files.column<double>("v2", {1, 1, nan, 1})},
                      {"v3", files.column<double>("v3", {1.5, 10, 100, nan})}};
  const auto sum = agree(assay::workload_dataframe_filter_sum(), filter);
  REQUIRE(integers(sum[0]) == std::vector<std::int64_t>{1500000});
  assay::cpu::Pool pool(rig::cpus(1));
  REQUIRE_THROWS_WITH(rig::make(assay::workload_dataframe_groupby_q1(), "reference", {}, pool,
                                {{"key", files.column<double>("key", {1, nan})}}),
                      Catch::Contains("'key'") && Catch::Contains("row 2 of those kept"));
}

TEST_CASE("columns that cannot be meant are refused with the column, the row and a way out") {
  Files files;
  assay::cpu::Pool pool(rig::cpus(1));
  const auto refuse = [&](const Inputs& inputs, const std::string& text) {
    try {
      rig::make(assay::workload_dataframe_groupby_q5(), "reference", {}, pool, inputs);
      FAIL("accepted: " << text);
    } catch (const assay::Error& error) {
      CHECK(error.code == assay::ErrorCode::bad_input);
      CHECK_THAT(error.what(), Catch::Contains(text));
      CHECK_FALSE(error.remedy.empty());
    }
  };
  const std::vector<std::int32_t> three{1, 2, 3};
  refuse({{"v1", files.column<double>("a", {1, 2.5})}}, "2.5 is not a whole number");
  refuse({{"v1", files.column<std::int64_t>("b", {1, 1LL << 40})}}, "does not fit 32 bits");
  refuse({{"v3", files.column<double>("c", {1, std::numeric_limits<double>::infinity()})}},
         "row 2 of those kept");
  refuse({{"v3", files.column<double>("d", {9e12, 9e12})}}, "leaves 64 bits");
  refuse({{"key", files.column("e", three)}, {"v1", files.column<std::int32_t>("f", {1, 2})}},
         "rows, another has");
}
