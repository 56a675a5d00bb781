// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/facts.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using Catch::Matchers::Contains;

TEST_CASE("without a driver the reason is the driver, and the remedy names the version that is needed") {
  const Probe probe = cuda::probe_of(35, "CUDA driver version is insufficient for CUDA runtime version", 0,
                                     {.driver = 0, .runtime = 13000});
  CHECK_FALSE(probe.available);
  CHECK(probe.reason == "there is no NVIDIA driver here");
  CHECK_THAT(probe.remedy, Contains("version 580 or later") && Contains("--gpus all"));
  CHECK_THAT(cuda::probe_of(35, "", 0, {.driver = 0, .runtime = 12080}).remedy, Contains("version 525"));
}

TEST_CASE("an old driver is told apart from none") {
  const Probe probe = cuda::probe_of(35, "", 0, {.driver = 12020, .runtime = 13000});
  CHECK(probe.reason == "the NVIDIA driver is for CUDA 12.2, this build needs 13.0");
  CHECK_FALSE(probe.remedy.empty());
}

TEST_CASE("a driver without a GPU, or with all of them hidden, is absent with that reason") {
  for (const int error : {0, 100}) {
    const Probe probe = cuda::probe_of(error, "no CUDA-capable device is detected", 0, {13000, 13000});
    CHECK_FALSE(probe.available);
    CHECK_THAT(probe.remedy, Contains("CUDA_VISIBLE_DEVICES"));
  }
  CHECK_THAT(cuda::probe_of(999, "unknown error", 0, {13000, 13000}).reason, Contains("unknown error"));
  CHECK(cuda::probe_of(0, "no error", 2, {13000, 13000}).available);
}

TEST_CASE("a device has its UUID and what it is in its fingerprint") {
  cuda::Facts facts;
  facts.name = "NVIDIA H100 80GB HBM3";
  for (int i = 0; i < 16; ++i) facts.uuid[i] = static_cast<unsigned char>(0x11 * i);
  facts.major = 9;
  facts.multiprocessors = 132;
  facts.memory_bytes = 85'520'809'984;
  facts.l2_bytes = 52'428'800;
  facts.sm_clock_khz = 1'980'000;
  facts.pci = "0000:3b:00.0";
  facts.ecc = true;
  const Device device = cuda::describe(1, facts, {.driver = 13010, .runtime = 13000});
  CHECK(device.name == "cuda:1");
  CHECK(device.fidelity == "hardware");
  const auto& print = device.fingerprint;
  CHECK(print.at("uuid") == "GPU-00112233-4455-6677-8899-aabbccddeeff");
  CHECK(print.at("model") == "NVIDIA H100 80GB HBM3");
  CHECK(print.at("compute_capability") == "9.0");
  CHECK(print.at("memory.bytes") == "85520809984");
  CHECK(print.at("clock.sm_max_mhz") == "1980");
  CHECK(print.at("cuda.driver") == "13.1");
  CHECK(print.at("cuda.driver_floor") == "580");
  CHECK(print.at("ecc") == "on");
}

TEST_CASE("a slice of a board is named by its own UUID and profile") {
  cuda::Facts facts;
  facts.name = "NVIDIA H100 80GB HBM3 MIG 1g.10gb";
  const auto print = cuda::describe(0, facts, {.driver = 13010, .runtime = 13000}).fingerprint;
  CHECK(print.at("mig") == "1g.10gb");
  CHECK(print.at("uuid") == "MIG-00000000-0000-0000-0000-000000000000");
  facts.name = "NVIDIA H100 80GB HBM3";
  CHECK_FALSE(cuda::describe(0, facts, {.driver = 13010, .runtime = 13000}).fingerprint.contains("mig"));
}

TEST_CASE("a GPU older than all code of the build is absent, and the remedy names what to build") {
  cuda::Facts facts;
  facts.name = "Tesla T4";
  facts.major = 7;
  facts.minor = 5;
  const Probe probe = cuda::probe_of(facts, 80);
  CHECK_FALSE(probe.available);
  CHECK(probe.reason == "Tesla T4 has the compute capability 7.5, this build has code for 8.0 and later");
  CHECK_THAT(probe.remedy, Contains("CMAKE_CUDA_ARCHITECTURES=75"));
  CHECK(cuda::probe_of(facts, 75).available);
  facts.major = 12;
  facts.minor = 0;
  CHECK(cuda::probe_of(facts, 80).available);
}

TEST_CASE("names of CUDA devices are cuda:N and nothing else") {
  CHECK(cuda::index_of("cuda:0") == 0);
  CHECK(cuda::index_of("cuda:12") == 12);
  for (const char* wrong : {"cpu", "cuda", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999", "vulkan:0"}) {
    CHECK_THROWS_AS(cuda::index_of(wrong), Error);
  }
}
