// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/calibration.h"
#include "harness/core/run.h"

/// What the fixture databases hold. Written without distributions of the standard library, whose values
/// differ between its versions. Never changed: a new schema's fixture adds what is new.
namespace assay::test {

inline std::vector<Run> fixture_runs() {
  std::vector<Run> runs;
  for (int r = 0; r < 2; ++r) {
    Run run;
    run.id = std::string(r == 0 ? "0f1e2d3c" : "4b5a6978") + "-0000-4000-8000-000000000001";
    run.started_utc_ms = 1'760'000'000'000 + r * 86'400'000;
    run.assay_version = "0.1.0";
    run.command = "assay run --suite quick";
    run.host.name = "fixture";
    run.host.host_class = {{"cpu.model", "Fixture CPU"}, {"cpu.cores", "4"}};
    run.host.environment = {{"kernel", "6.1.0"}};
    run.labels = {{"branch", r == 0 ? "main" : "feature"}};
    run.settings.suite = "quick";
    run.probes = {{"collector", "perf", Probe::absent("denied", "sysctl kernel.perf_event_paranoid=1")}};
    const char* const cases[] = {"llm.gemv/reference?rows=1024@cpu", "llm.gemv/simd?rows=1024@cpu",
                                 "vision.gone/simd@cpu"};
    for (int c = 0; c < 3; ++c) {
      PlannedCase planned;
      planned.ordinal = c;
      planned.value = parse_case(cases[c]);
      planned.params = {{"rows", std::int64_t{1024}}, {"scale", 0.5}, {"dtype", "q4_0"}};
      planned.worker = "native";
      run.plan.push_back(planned);
    }
    runs.push_back(run);
  }
  return runs;
}

/// From schema 5 on: of every run.
inline Commit fixture_commit() {
  Commit commit;
  commit.id = std::string(40, 'a');
  commit.parents = {std::string(40, 'b'), std::string(40, 'c')};
  commit.author = "Ada";
  commit.subject = "A subject";
  commit.committed_utc_ms = 1'759'000'000'000;
  commit.place = 3;
  commit.line = {std::string(40, 'b'), std::string(40, 'd')};
  return commit;
}
inline TriageEvent fixture_event() {
  return {"0f1e2d3c-0000-4000-a000-000000000001",
          "0123456789",
          "llm.gemv/simd?rows=1024@cpu time.wall.p50 of assay on 0123456789ab cpu",
          std::string(40, 'a'),
          "llm.gemv/simd?rows=1024@cpu",
          1'760'000'000'000,
          "acknowledged",
          "worth it",
          1'770'000'000'000,
          "Ada"};
}

/// From schema 7 on: of every launch.
inline constexpr const char* fixture_machine_code = "c0de";

/// From schema 6 on.
inline Calibration fixture_calibration() {
  Calibration one;
  one.host_class_id = "0123456789ab";
  one.case_key = "llm.gemv/simd?rows=1024@cpu";
  one.run = "0f1e2d3c-0000-4000-8000-000000000001";
  one.at_utc_ms = 1'760'000'000'000;
  one.judge = 1;
  one.cases = 2;
  one.most_pairs = 60;
  one.sessions = one.comparisons = 3;
  one.pairs = 54;
  one.alarms = one.alarmed_sessions = 1;
  one.session_spread = 0.0125;
  return one;
}

inline std::vector<Launch> fixture_launches(const Run& run) {
  std::vector<Launch> launches;
  std::uint64_t state = run.id[0] == '0' ? 1 : 2;
  const auto next = [&](std::uint64_t range) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>((state >> 33) % range);
  };
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < 3; ++i) {
      Launch launch;
      launch.id = run.id.substr(0, 8) + "-0000-4000-9000-00000000000" + std::to_string(c * 3 + i);
      launch.case_ordinal = c;
      launch.index = i;
      launch.started_utc_ms = run.started_utc_ms + 1000 * (c * 3 + i);
      launch.subject = {"assay", "0.1.0", "abc", "GNU 12.2.0 -O3", ""};
      launch.device.name = "cpu";
      launch.verified = true;
      launch.output_digest = "crc32:00000001";
      launch.input_digest = "crc32:00000002";
      launch.accuracy = "exact";
      launch.unit_of_work = "rows";
      launch.work = {2e6, 4e6, 1024};
      launch.threads = 1;
      launch.placement = {0};
      launch.isa = "avx2";
      launch.peak_rss_bytes = 10'000'000;
      if (c == 2) {
        launch.status = Status::failed;
        launch.reason = "signal 11";
        launch.log = std::string("raw \xff bytes");
        launch.verified.reset();
      } else {
        std::int64_t now = 500;
        launch.samples.warmup = 5;
        for (int s = 0; s < 120; ++s) {
          now += 40 + next(20);
          launch.samples.start_ns.push_back(now);
          now += (c == 0 ? 40'000 : 10'000) + next(1000);
          launch.samples.end_ns.push_back(now);
        }
        launch.readings = {
            {"callgrind.instructions", c == 0 ? 40'000.0 : 9'000.0, "count", ReadingState::ok, 1, "",
             Better::lower},
            {"perf.cycles", std::nullopt, "count", ReadingState::denied, 0, "perf_event_paranoid is 4"}};
        launch.tracks = {{"time.first_token", "ns", {100, 200, 300}, {10.5, 11, 12}}};
        launch.spans = {{"measure", 0, now}};
      }
      launches.push_back(launch);
    }
  }
  return launches;
}

}  // namespace assay::test
