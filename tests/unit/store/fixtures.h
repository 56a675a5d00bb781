// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

#include "harness/core/run.h"

/// Runs and launches made from a seed, for tests of what reads and writes them.
namespace assay::test {

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A UUID that says its number.
inline std::string uuid(unsigned number, const char* first = "11112222") {
  std::string digits = std::to_string(number);
  return std::string(first) + "-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

inline Run make_run(unsigned number = 1, int cases = 2, const char* first = "11112222") {
  Run run;
  run.id = uuid(number, first);
  run.started_utc_ms = 1'700'000'000'000 + number * 1000;
  run.assay_version = "0.1.0";
  run.command = "assay run llm.gemv";
  run.host.name = "secret-host";
  run.host.host_class = {{"cpu.model", "Test CPU"}, {"cpu.cores", "8"}};
  run.host.environment = {{"kernel", "6.1"}, {"governor", "performance"}};
  run.labels = {{"branch", "main"}};
  run.settings.launches = 3;
  run.settings.cpus = {0, 1};
  run.settings.more = {{"limit_s", "2"}};
  run.probes = {
      {"collector", "perf", Probe::absent("perf_event_paranoid is 4", "sysctl kernel.perf_event_paranoid=1")},
      {"device", "cpu", Probe::present()}};
  for (int i = 0; i < cases; ++i) {
    PlannedCase planned;
    planned.ordinal = i;
    planned.value.workload = "llm.gemv";
    planned.value.implementation = i % 2 == 0 ? "simd" : "reference";
    planned.value.params = {{"rows", std::int64_t{1024} << (i / 2)}};
    planned.params = {{"rows", std::int64_t{1024} << (i / 2)}, {"dtype", "q4_0"}, {"scale", 0.5}};
    planned.worker = "native";
    planned.launches = 3;
    planned.inputs = {{"image", "/cache/abc.npy"}};
    run.plan.push_back(planned);
  }
  return run;
}

/// Log-normal durations around `median_ns`, as a quiet host has them, with gaps of some tens of ns.
inline Samples make_samples(std::uint64_t seed, std::size_t count, double median_ns = 50'000,
                            double sigma = 0.05) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> duration(std::log(median_ns), sigma);
  std::uniform_int_distribution<std::int64_t> gap(30, 60);
  Samples samples;
  std::int64_t now = 1000;
  for (std::size_t i = 0; i < count; ++i) {
    now += gap(random);
    samples.start_ns.push_back(now);
    now += static_cast<std::int64_t>(duration(random));
    samples.end_ns.push_back(now);
  }
  return samples;
}

inline Launch make_launch(unsigned number, std::int64_t ordinal = 0, int index = 0, std::size_t samples = 120,
                          double median_ns = 50'000) {
  Launch launch;
  launch.id = uuid(number, "aaaabbbb");
  launch.case_ordinal = ordinal;
  launch.index = index;
  launch.started_utc_ms = 1'700'000'001'000 + number;
  launch.subject = {"assay", "0.1.0", "abc123", "GNU 12.2.0 -O3", "00ff"};
  launch.device.name = "cpu";
  launch.device.fingerprint = {{"cpu.model", "Test CPU"}};
  launch.verified = true;
  launch.output_digest = "crc32:01234567";
  launch.work = {2.0 * 1024 * 1024, 1024.0 * 1024 * 4, 1024};
  launch.unit_of_work = "rows";
  launch.accuracy = "float";
  launch.resident_bytes = 4'194'304;
  launch.input_digest = "crc32:89abcdef";
  launch.threads = 2;
  launch.placement = {0, 1};
  launch.isa = "avx2";
  launch.machine_code = "c0de";
  launch.peak_rss_bytes = 12'345'678;
  launch.samples = make_samples(number, samples, median_ns);
  launch.samples.warmup = samples / 10;
  launch.readings = {
      {"perf.cycles", 1e6, "count", ReadingState::scaled, 0.5, "", Better::lower},
      {"perf.misses", std::nullopt, "count", ReadingState::denied, 0, "perf_event_paranoid is 4"}};
  launch.spans = {{"prepare", 0, 5'000'000}, {"measure", 5'000'000, 90'000'000}};
  launch.log = std::string("bytes \0 and \xff", 14);
  return launch;
}

}  // namespace assay::test
