// SPDX-License-Identifier: Apache-2.0
#include "tests/hw/gpu/judge.h"

#include <catch2/catch.hpp>

using namespace assay::hw;
using Catch::Matchers::Contains;

namespace {

Json device(const std::string& here) {
  return Json::array({{{"device", "cpu"}, {"here", "yes"}}, {{"device", "cuda:0"}, {"here", here}}});
}

Json result(const std::string& key, double wall_ns, double device_ns, double bytes, double operations) {
  const auto slash = key.find('/');
  Json params = Json::object();
  const auto begin = key.find('?');
  const auto end = key.find('@');
  for (std::size_t at = begin; at != std::string::npos && at < end;) {
    const auto next = std::min(key.find('&', at + 1), end);
    const std::string item = key.substr(at + 1, next - at - 1);
    params[item.substr(0, item.find('='))] = item.substr(item.find('=') + 1);
    at = next;
  }
  return {{"case", key},
          {"workload", key.substr(0, slash)},
          {"implementation", key.substr(slash + 1, std::min(begin, end) - slash - 1)},
          {"device", "cuda:0"},
          {"params", params},
          {"status", "ok"},
          {"reason", ""},
          {"verified", true},
          {"metrics",
           {{{"id", "time.wall.p50"}, {"value", wall_ns}},
            {{"id", "time.device.p50"}, {"value", device_ns}},
            {{"id", "throughput.bytes"}, {"value", bytes / wall_ns * 1e9}},
            {{"id", "throughput.operations"}, {"value", operations / wall_ns * 1e9}}}}};
}

Report judged(const Json& results) {
  Report report;
  report.devices = device("yes");
  judge(report, results);
  return report;
}

}  // namespace

TEST_CASE("a machine without a GPU is no machine on which anything passed") {
  CHECK(why_no_gpu(device("yes")).empty());
  CHECK(why_no_gpu(device("no: there is no NVIDIA driver here; install it")) ==
        "cuda:0: there is no NVIDIA driver here; install it");
  CHECK_FALSE(why_no_gpu(Json::array()).empty());
  Json devices = device("no: no driver");
  devices.push_back({{"device", "vulkan:0"}, {"here", "yes"}, {"fidelity", "software"}});
  CHECK_THAT(why_no_gpu(devices), Contains("vulkan:0: software"));
  devices.push_back({{"device", "vulkan:1"}, {"here", "yes"}, {"fidelity", "hardware"}});
  CHECK(why_no_gpu(devices).empty());  // AMD's or Intel's
}

TEST_CASE("a CPU that stands in for a GPU is left out of the suite, and verifies nothing") {
  Json devices = device("no: no driver");
  devices.push_back({{"device", "vulkan:0"}, {"here", "yes"}, {"fidelity", "hardware"}});
  devices.push_back({{"device", "vulkan:1"}, {"here", "yes"}, {"fidelity", "software"}});
  const std::string text =
      "name = \"x\"\n[run]\nlaunches = 3\n[[case]]\nselect = \"a/cuda@cuda:*\"\n[[case]]\n"
      "select = \"a/vulkan?kind=copy&n=1|2@vulkan:*\"\n";
  const std::string changed = suite_on_hardware(text, devices);
  CHECK_THAT(changed, Contains("launches = 3") && Contains("a/cuda@cuda:*") &&
                          Contains("a/vulkan?kind=copy&n=1|2@vulkan:0") && !Contains("vulkan:1") &&
                          !Contains("vulkan:*"));
  devices.erase(2);
  CHECK_THAT(suite_on_hardware(text, devices), Contains("a/cuda@cuda:*") && !Contains("a/vulkan"));
  CHECK_THROWS_AS(suite_on_hardware("= [", devices), std::runtime_error);

  Report report;
  report.devices = device("no: no driver");
  report.devices.push_back({{"device", "vulkan:0"}, {"here", "yes"}, {"fidelity", "hardware"}});
  report.devices.push_back({{"device", "vulkan:1"}, {"here", "yes"}, {"fidelity", "software"}});
  Json soft = result("roof.mem/vulkan@vulkan:1", 2e3, 1e3, 1e6, 0);
  soft["device"] = "vulkan:1";
  judge(report, Json::array({soft}));
  CHECK(report.rows.at(0).outcome == "left out");
  CHECK(report.rows.at(1).case_key == "vulkan:1");
  CHECK_THAT(text_of(report), Contains("left out") && Contains("software:") && Contains("0 cases verified"));
  REQUIRE(report.failures.size() == 1);
  CHECK_THAT(report.failures[0], Contains("vulkan:0: nothing was measured"));
}

TEST_CASE("the result file does not say which board it was") {
  Report report;
  report.devices = device("yes");
  report.devices[1]["fingerprint"] = "model=H100 uuid=GPU-123 x=1";
  report.peers = Json::object();
  CHECK(json_of(report).at("devices")[1].at("fingerprint") == "model=H100 uuid=hidden x=1");
}

TEST_CASE("bandwidth is by the device's clock and held against the largest copy on the same device") {
  const Report report =
      judged({result("roof.mem/cuda?bytes=16777216&kind=copy@cuda:0", 5e3, 2e3, 16e6, 0),
              result("roof.mem/cuda?bytes=536870912&kind=copy@cuda:0", 220e3, 200e3, 536e6, 0),
              result("llm.gemv/cuda?cols=14336@cuda:0", 110e3, 100e3, 235e6, 117e6),
              result("roof.fma/cuda?blocks=2&rounds=2@cuda:0", 1.01e6, 1e6, 1e3, 50e9),
              result("roof.fma/cuda?blocks=2&rounds=1@cuda:0", 0.51e6, 0.5e6, 1e3, 25e9)});
  CHECK(report.failures.empty());
  CHECK(report.rows[1].of_copy == Approx(1.0));
  CHECK(report.rows[2].of_copy == Approx(2.35 / 2.68));
  CHECK(report.rows[2].target == Approx(0.8));
  CHECK(report.rows[0].of_copy == 0);  // what a cache holds is not bound by memory
}

TEST_CASE(
    "our kernel stands beside the fastest of NVIDIA's libraries at the same task, and beside no other") {
  Json other = result("llm.gemm/cublas?dtype=f16@cuda:1", 12e3, 1e3, 1e6, 1e9);
  other["device"] = "cuda:1";
  const Report report = judged({result("llm.gemm/cuda?dtype=f16@cuda:0", 32e3, 30e3, 1e6, 1e9),
                                result("llm.gemm/cublas?dtype=f16@cuda:0", 22e3, 20e3, 1e6, 1e9),
                                result("llm.gemm/cublaslt?dtype=f16@cuda:0", 17e3, 15e3, 1e6, 1e9),
                                result("llm.gemm/cublaslt@cuda:0", 4e3, 3e3, 1e6, 1e9),
                                result("llm.gemv/cublas?dtype=f16@cuda:0", 4e3, 3e3, 1e6, 1e9), other});
  CHECK(report.rows[0].library == "cublaslt");
  CHECK(report.rows[0].library_ns == Approx(15e3));
  CHECK(report.rows[1].library.empty());  // libraries are not ours
  CHECK_THAT(text_of(report), Contains("cublaslt 15.00 us") && Contains("2.000"));
  CHECK(json_of(report).at("rows")[0].at("library") == "cublaslt");
  CHECK_FALSE(json_of(report).at("rows")[1].contains("library"));
}

TEST_CASE(
    "Vulkan's kernel on memory stands beside CUDA's on the same board; a missed goal is told, and fails "
    "nothing") {
  const auto vulkan = [](const std::string& key, double ns, double bytes) {
    Json one = result(key, ns + 20e3, ns, bytes, 0);
    one["device"] = "vulkan:0";
    return one;
  };
  const Json results = Json::array({result("roof.mem/cuda?kind=copy@cuda:0", 120e3, 100e3, 268e6, 0),
                                    result("llm.gemv/cuda@cuda:0", 120e3, 100e3, 235e6, 0),
                                    result("llm.gemm/cuda@cuda:0", 120e3, 100e3, 235e6, 0),
                                    result("roof.fma/cuda?rounds=2@cuda:0", 1.01e6, 1e6, 1e3, 50e9),
                                    vulkan("roof.mem/vulkan?kind=copy@vulkan:0", 125e3, 268e6),
                                    vulkan("llm.gemv/vulkan@vulkan:0", 135e3, 235e6),
                                    vulkan("llm.gemv/vulkan?rows=16@vulkan:0", 135e3, 235e6),
                                    vulkan("llm.gemm/vulkan@vulkan:0", 400e3, 235e6),
                                    result("roof.fma/cuda?rounds=1@cuda:0", 0.51e6, 0.5e6, 1e3, 25e9)});
  Report report;
  report.devices = device("yes");
  report.devices[1]["fingerprint"] = "model=H100 uuid=GPU-1 x=1";
  report.devices.push_back(
      {{"device", "vulkan:0"}, {"here", "yes"}, {"fingerprint", "model=H100 uuid=GPU-1"}});
  Report other = report;
  other.devices[2]["fingerprint"] = "model=radeon uuid=2";
  judge(report, results);
  CHECK(report.failures.empty());
  CHECK(report.rows[4].cuda_ns == Approx(100e3));
  CHECK(report.rows[5].cuda_ns == Approx(100e3));
  CHECK(report.rows[6].cuda_ns == 0);  // another task
  CHECK(report.rows[7].cuda_ns == 0);  // not bound by memory
  CHECK_THAT(text_of(report),
             Contains("1.250") && Contains("1.350") && Contains("above the goal of 1.3 times CUDA's time"));
  report.rows[5].device_ns = 129e3;
  CHECK_THAT(text_of(report), !Contains("above the goal"));
  CHECK(json_of(report).at("rows")[4].at("cuda_ns") == Approx(100e3));
  judge(other, results);
  CHECK(other.rows[4].cuda_ns == 0);  // another board
}

TEST_CASE("a wrong result, a lost case and a device without results are failures, an absent case is a row") {
  Json wrong = result("roof.mem/cuda?kind=fill@cuda:0", 1e3, 1e3, 1e6, 0);
  wrong["verified"] = false;
  wrong["status"] = "invalid";
  Json lost = result("llm.gemv/cuda@cuda:0", 1e3, 1e3, 1e6, 0);
  lost["status"] = "failed";
  Json absent = result("llm.gemv/cublas@cuda:0", 1e3, 1e3, 1e6, 0);
  absent["status"] = "unavailable";
  absent["reason"] = "no cuBLAS";
  const Report report = judged({wrong, lost, absent});
  CHECK(report.failures.size() == 3);
  CHECK(report.rows[2].outcome == "absent");
  CHECK_THAT(text_of(report), Contains("no cuBLAS") && Contains("nothing was measured"));
}

TEST_CASE("what the machine cannot run at all is a row, too, as the plan of the run says it") {
  Report report = judged(Json::array());
  const Json plan = {{"refused", {{{"case", "llm.gemv/cublas@cuda:0"}, {"reason", "no libcublas"}}}}};
  add_refused(report, plan);
  REQUIRE(report.rows.size() == 1);
  CHECK(report.rows[0].outcome == "absent");
  CHECK(report.rows[0].device == "cuda:0");
  CHECK_THAT(text_of(report), Contains("no libcublas") && Contains("1 absent"));
}

TEST_CASE("twice the work is sought among all: the longest arithmetic may have no half") {
  const auto f32 = [](int rounds, double ns) {
    return result("roof.fma/cuda?rounds=" + std::to_string(rounds) + "@cuda:0", 1.01 * ns, ns, 1e3, 1e9);
  };
  const Json f64 = result("roof.fma/cuda?dtype=f64&rounds=4096@cuda:0", 40.4e6, 40e6, 1e3, 1e9);  // 1 in 64
  CHECK(judged({f32(2048, 1e6), f32(4096, 2e6), f64}).failures.empty());
  CHECK(judged({f32(2048, 1e6), f32(4096, 2e6), f64}).checks.size() == 2);
  CHECK(judged({f32(2048, 1e6), f32(4096, 1.2e6), f64}).failures.size() == 1);
  const Report alone = judged({f32(4096, 2e6), f64});
  REQUIRE(alone.failures.size() == 1);
  CHECK_THAT(alone.failures[0], Contains("clock is not checked"));
}

TEST_CASE("one board is one GPU, by whatever it is driven") {
  const auto row = [](const std::string& name, const std::string& uuid) {
    return Json{{"device", name}, {"here", "yes"}, {"fingerprint", "model=x uuid=" + uuid}};
  };
  CHECK(gpus(Json::array({row("cuda:0", "GPU-1"), row("vulkan:0", "GPU-1")})) == 1);
  CHECK(gpus(Json::array({row("cuda:0", "GPU-1"), row("cuda:1", "GPU-2"), row("vulkan:0", "GPU-1")})) == 2);
  CHECK(gpus(device("no: none")) == 1);
}

TEST_CASE("a clock that contradicts the host's, or work that does not take its time, fails") {
  const auto once = result("roof.fma/cuda?blocks=2&rounds=1@cuda:0", 0.51e6, 0.5e6, 1e3, 25e9);
  CHECK(judged({once, result("roof.fma/cuda?blocks=2&rounds=2@cuda:0", 1.01e6, 1e6, 1e3, 50e9)})
            .failures.empty());
  CHECK(judged({once, result("roof.fma/cuda?blocks=2&rounds=2@cuda:0", 2.00e6, 1e6, 1e3, 50e9)})
            .failures.size() == 1);
  CHECK(judged({once, result("roof.fma/cuda?blocks=2&rounds=2@cuda:0", 0.66e6, 0.65e6, 1e3, 50e9)})
            .failures.size() == 1);
}

TEST_CASE(
    "twice the work takes twice the cycles, where the clock is known; else any clock that is kept will do") {
  const auto fma = [](int rounds, double ns, double clock_hz) {
    Json one = result("roof.fma/cuda?blocks=2&rounds=" + std::to_string(rounds) + "@cuda:0", 1.01 * ns, ns,
                      1e3, 25e9);
    if (clock_hz > 0) one["metrics"].push_back({{"id", "device.clock.p50"}, {"value", clock_hz}});
    return one;
  };
  // A small GPU at its limit of power: 2.0 GHz first, 1.7 GHz a second later.
  const Report slower = judged({fma(1, 0.5e6, 2.0e9), fma(2, 1.18e6, 1.7e9)});
  CHECK(slower.failures.empty());
  CHECK_THAT(slower.checks.at(1).name, Contains("cycles of twice the work"));
  CHECK(slower.checks.at(1).value == Approx(2.006));
  CHECK(judged({fma(1, 0.5e6, 2.0e9), fma(2, 1.18e6, 2.0e9)}).failures.size() == 1);
  CHECK(judged({fma(1, 0.5e6, 2.0e9), fma(2, 1.0e6, 1.7e9)}).failures.size() == 1);
  for (const double other_clock : {0.0, 1.7e9}) {  // one clock alone tells nothing
    CHECK(judged({fma(1, 0.5e6, 0), fma(2, 1.18e6, other_clock)}).failures.empty());
    CHECK(judged({fma(1, 0.5e6, 0), fma(2, 0.85e6, other_clock)}).failures.empty());
    CHECK(judged({fma(1, 0.5e6, 0), fma(2, 0.6e6, other_clock)}).failures.size() == 1);
    CHECK(judged({fma(1, 0.5e6, 0), fma(2, 1.5e6, other_clock)}).failures.size() == 1);
  }
}

TEST_CASE(
    "cuBLAS's row takes what a bare call takes within 2 %, where memory binds a call that is long enough") {
  const Json fma = result("roof.fma/cuda?rounds=2@cuda:0", 1.01e6, 1e6, 1e3, 50e9);
  const Json once = result("roof.fma/cuda?rounds=1@cuda:0", 0.51e6, 0.5e6, 1e3, 25e9);
  const auto held = [&](const std::string& key, double ns, double bare_ns) {
    Report report;
    report.devices = device("yes");
    report.bare = {{key, bare_ns}};
    judge(report, Json::array({fma, once, result(key, ns + 5e3, ns, 235e6, 117e6)}));
    return report;
  };
  const std::string gemv = "llm.gemv/cublas?cols=14336@cuda:0";
  const Report good = held(gemv, 101e3, 100e3);
  CHECK(good.failures.empty());
  CHECK(good.rows.at(2).bare_ns == Approx(100e3));
  CHECK(good.checks.at(0).name == gemv + ": its time over a bare call's");
  CHECK_THAT(text_of(good), Contains("over bare") && Contains("1.010"));
  CHECK(json_of(good).at("rows")[2].at("bare_ns") == Approx(100e3));
  CHECK(good.notes.empty());
  for (const double ns : {103e3, 97e3}) {
    CHECK(held(gemv, ns, 100e3).failures.empty());  // the goal is missed, which is a note
    CHECK_THAT(held(gemv, ns, 100e3).notes.at(0), Contains("more than 2 %"));
  }
  CHECK(held(gemv, 106e3, 100e3).failures.size() == 1);
  CHECK(held(gemv, 94e3, 100e3).failures.size() == 1);
  CHECK(held(gemv, 22e3, 20e3).failures.empty());                        // brief
  CHECK(held("llm.gemm/cublas@cuda:0", 110e3, 100e3).failures.empty());  // the clock may have moved

  Report absent;
  absent.devices = device("yes");
  absent.bare = {{"absent", "libcublas.so.13: no such file"}};
  judge(absent, Json::array({fma, once, result(gemv, 105e3, 100e3, 235e6, 117e6)}));
  CHECK(absent.failures.empty());
  CHECK_THAT(absent.notes.at(0), Contains("no bare cuBLAS: libcublas.so.13"));
}

namespace {

/// What is said of a kernel that took so long by events, with `kernel_time` by CUPTI: null where it has none.
Report counted(double device_ns, const Json& kernel_time, const std::string& state = "ok",
               const std::string& workload = "roof.mem") {
  Json one = result(workload + "/cuda@cuda:0", 1.02 * device_ns, device_ns, 8, 1e9);
  one["metrics"].push_back({{"id", "cupti.kernel_time"},
                            {"value", kernel_time},
                            {"unit", "ns"},
                            {"state", state},
                            {"reason", "why"}});
  Report report;
  report.devices = device("yes");
  judge_counts(report, Json::array({one}));
  return report;
}

}  // namespace

TEST_CASE("kernels' time by CUPTI is that by events within 2 %, of a kernel that is long enough") {
  const Report good = counted(1e6, 1.01e6);
  CHECK(good.failures.empty());
  REQUIRE(good.checks.size() == 1);
  CHECK(good.checks[0].passed);
  CHECK_THAT(good.notes.at(0), Contains("cupti.kernel_time 1010000.0 ns"));
  CHECK(counted(1e6, 1.05e6).failures.size() == 1);
  const Report arithmetic = counted(1e6, 1.05e6, "ok", "roof.fma");  // whose clock may have moved
  CHECK(arithmetic.checks.empty());
  CHECK(arithmetic.failures.size() == 1);  // but no copy was timed
  const Report brief = counted(10e3, 10e3);
  CHECK(brief.checks.empty());
  REQUIRE(brief.failures.size() == 1);
  CHECK_THAT(brief.failures[0], Contains("cuda:0") && Contains("no kernel that is long enough"));
}

TEST_CASE("counts that the machine refuses are notes, and those that were lost are failures") {
  for (const std::string state : {"denied", "unsupported"}) {
    const Report refused = counted(1e6, nullptr, state);
    CHECK(refused.failures.empty());
    CHECK_THAT(refused.notes.at(0), Contains(state + ": why"));
  }
  const Report lost = counted(1e6, nullptr, "not_counted");
  REQUIRE(lost.failures.size() == 2);  // the metric, and the device whose time was not compared
  CHECK_THAT(lost.failures[0], Contains("cupti.kernel_time not_counted: why"));

  Report silent;
  silent.devices = device("yes");
  Json failed = result("roof.mem/cuda@cuda:0", 1e6, 1e6, 8, 1e9);
  failed["reason"] = "out of memory";
  judge_counts(silent, Json::array({failed}));
  CHECK_THAT(silent.failures.at(0), Contains("counted nothing: out of memory"));
  CHECK(silent.notes.empty());

  Report nothing;
  nothing.devices = device("yes");
  judge_counts(nothing, Json::array());
  CHECK(nothing.failures.size() == 1);
}

TEST_CASE("CUPTI is here, or it is said why not; the long copy fits the smallest device") {
  const auto cupti = [](const std::string& here) {
    return Json::array(
        {{{"collector", "nvml"}, {"here", "no: x"}}, {{"collector", "cupti"}, {"here", here}}});
  };
  CHECK(why_no_cupti(cupti("yes"), device("yes")).empty());
  CHECK(why_no_cupti(cupti("no: no driver"), device("yes")) == "no driver");
  CHECK_FALSE(why_no_cupti(Json::array(), device("yes")).empty());
  CHECK(why_no_cupti(cupti("yes"), device("no: no driver")) == "no CUDA device is here");
  Json devices = device("yes");
  CHECK(long_copy_bytes(devices) == std::int64_t{1} << 31);
  devices[1]["fingerprint"] = "memory.bus_bits=384 memory.bytes=4294967296 model=x";
  CHECK(long_copy_bytes(devices) == std::int64_t{1} << 30);
}
