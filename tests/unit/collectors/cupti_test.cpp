// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "collectors/cupti/groups.h"
#include "collectors/cupti/host.h"
#include "harness/core/collector.h"
#include "harness/core/error.h"

using namespace assay;
using namespace assay::cupti;

namespace assay {
std::unique_ptr<AroundCollector> around_collector_cupti();
}

namespace {

struct Folder {
  std::string path = "/tmp/assay-cupti-XXXXXX";
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
};

/// The real CUPTI of the toolkit, which describes chips without a GPU; none: not installed.
std::unique_ptr<Api> real() {
  for (const char* file : {"libcupti.so.13", "/usr/local/cuda/lib64/libcupti.so.13",
                           "/usr/local/cuda/extras/CUPTI/lib64/libcupti.so.13"}) {
    try {
      return std::make_unique<Api>(open_api(file));
    } catch (const Failure&) {
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE(
    "every metric of our groups is one of CUPTI's on each chip that we name, in the unit that we say, in few "
    "passes") {
  const auto api = real();
  if (!api) {
    WARN("skipped: libcupti.so.13 is not here");
    return;
  }
  const auto groups = gpu_groups();
  REQUIRE(groups.size() >= 5);
  for (const char* chip : {"GA100", "GH100", "AD102", "GB100"}) {
    for (const auto& group : groups) {
      INFO(chip << " " << group.name);
      cupti::Host host(*api, chip);
      std::vector<const char*> names;
      for (const auto& one : group.metrics) {
        INFO(one.counter << ": " << host.unit(one.counter));
        CHECK(host.has(one.counter));
        CHECK((one.scale == 0.01) ==
              (host.unit(one.counter) == "%" || one.counter.find("pct") != std::string::npos));
        names.push_back(one.counter.c_str());
      }
      names.push_back("gpu__time_duration.sum");
      const auto image = host.configure(names);
      CHECK(host.passes(image) >= 1);
      CHECK(host.passes(image) <= 12);  // a kernel is run so often
    }
    CHECK_FALSE(cupti::Host(*api, chip).has("no__such_metric.sum"));
  }
  CHECK_THROWS_AS(cupti::Host(*api, "NO_CHIP"), Failure);
}

TEST_CASE("a broken group of GPU metrics is refused with file and line") {
  const auto refusal = [](const std::string& text) {
    try {
      parse_gpu_group({"X.toml", text});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  using Catch::Contains;
  const std::string good =
      "doc = \"d\"\n[metric.\"cupti_range.a\"]\ncounter = \"c.sum\"\nunit = \"byte\"\nbetter = "
      "\"lower\"\ndoc = \"d\"\n";
  CHECK(refusal(good + "over = \"total\"\n") == "no error");
  CHECK_THAT(refusal("doc = \n"), Contains("X.toml:1: "));
  CHECK_THAT(refusal("doc = \"d\"\n"), Contains("there is no [metric"));
  CHECK_THAT(refusal(good), Contains("X.toml:2: 'over' is missing"));
  CHECK_THAT(refusal(good + "over = \"highest\"\n"), Contains("\"total\" or \"mean\""));
  CHECK_THAT(refusal(good + "over = \"total\"\nevent = 1\n"), Contains("X.toml:8: 'event' is no key"));
  CHECK_THAT(refusal("doc = \"d\"\n[metric.\"perf.a\"]\ncounter = \"c\"\n"), Contains("does not begin with"));
}

TEST_CASE("what a launch leaves is read as a call's, and what is not there has no value") {
  const Folder folder;
  const auto collector = around_collector_cupti();
  const auto regions = [&](const std::string& text) {
    std::ofstream(folder.path + "/regions") << text;
    return collector->read(folder.path, 1);
  };
  const auto counted = regions("9 900 9 9 9 9 9\n1 1000 0 0 0 0 3\n2 2200 1 64 500 0 6\n");
  REQUIRE(counted.size() == 7);
  CHECK(counted[0].value == 1);     // kernels: 2 - 1
  CHECK(counted[1].value == 1100);  // their time: of both calls of the last region
  CHECK(counted[3].value == 64);
  CHECK(counted[6].value == 3);
  CHECK_FALSE(regions("1 1000 0 0 0 0 3\n2 2200 1 64 500 0 6\n")[0].value);
  CHECK_FALSE(
      regions("9 900 9 9 9 9 9\n5 1000 0 0 0 0 3\n2 2200 1 64 500 0 6\n")[0].value);  // more calls did less
  CHECK_FALSE(regions("9 900 9 9 9 9 9\n1 1000 0 0 0 0 3\n2 2200 1 6")[0].value);     // cut off
  std::ofstream(folder.path + "/failure") << "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES cuptiProfilerInitialize\n";
  const auto refused = collector->read(folder.path, 1);
  CHECK(refused[0].state == ReadingState::denied);
  CHECK_THAT(refused[0].reason, Catch::Contains("NVreg_RestrictProfilingToAdminUsers=0"));
}
