// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/device_span.h"
#include "harness/store/store.h"
#include "tests/unit/store/fixtures.h"

/// Runs with what the Profile workspace shows: hot loops, counters, tracks, spans of a GPU, limits.
namespace assay::test {

inline HotSpot spot_of(const std::string& function, double turns) {
  HotSpot spot;
  spot.function = function;
  spot.object = "/opt/worker";
  spot.source = "/src/gemv.cpp";
  spot.listing = {{0x10, turns, 3, 0, 0, "vpaddd ymm0, ymm0, ymm1"},
                  {0x14, turns, 4, 0, 0, "dec rcx"},
                  {0x16, turns, 4, 0x10, turns - 1, "jne 10"}};
  for (const HotInstruction& one : spot.listing) spot.instructions += one.count;
  return spot;
}

/// Two kernels a call, on one stream.
inline std::vector<DeviceSpan> kernels_of(const Samples& samples, const std::string& name) {
  std::vector<DeviceSpan> spans;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::int64_t begin = samples.start_ns[i], end = samples.end_ns[i];
    const std::int64_t between = begin + (end - begin) * 8 / 10;
    spans.push_back({"kernels", name, 7, 0, begin, between});
    spans.push_back({"kernels", "reduce", 7, 0, between, end});
  }
  return spans;
}

/// Counters of the pipeline, the kernels of a GPU, and what was followed meanwhile.
inline void add_counted(Launch& launch, int index) {
  const auto reading = [](const char* metric, double value, const char* unit, Better better) {
    return Reading{metric, value, unit, ReadingState::ok, 1, "", better};
  };
  const double more = 0.01 * index;
  launch.readings = {reading("topdown.retiring", 0.42 + more, "ratio", Better::higher),
                     reading("topdown.backend_bound", 0.38 - more, "ratio", Better::lower),
                     reading("topdown.frontend_bound", 0.14, "ratio", Better::lower),
                     reading("topdown.bad_speculation", 0.06, "ratio", Better::lower),
                     reading("perf.cycles", 1.5e5, "count", Better::lower)};
  const std::int64_t measured = 12'000'000 + launch.samples.end_ns.back();
  launch.spans = {{"prepare", 0, 5'000'000},
                  {"warmup", 5'000'000, 12'000'000},
                  {"measure", 12'000'000, measured},
                  {"verify", measured, measured + 6'000'000}};
  Track device{"time.device", "ns", {}, {}}, power{"nvml.power", "W", {}, {}};
  for (std::size_t i = 0; i < launch.samples.size(); ++i) {
    device.offset_ns.push_back(launch.samples.end_ns[i]);
    device.value.push_back(0.8 * static_cast<double>(launch.samples.end_ns[i] - launch.samples.start_ns[i]));
    power.offset_ns.push_back(launch.samples.end_ns[i]);
    power.value.push_back(250 + static_cast<double>(i % 7));
  }
  launch.tracks = device_tracks(kernels_of(launch.samples, "gemv_q4_0"));
  launch.tracks.insert(launch.tracks.end(), {device, power});
}

/// Two levels of cache that are known.
inline void add_caches(Run& run) {
  run.host.host_class.insert(
      {{"cache.l1d_bytes", "32768"}, {"cache.l2_bytes", "2097152"}, {"cache.l2_count", "4"}});
}

/// Run `number`: two implementations of two sizes; `turns` of the hot loop where it was profiled.
inline void add_profiled_run(Store& store, unsigned number, double turns, bool counted = false) {
  Run run = make_run(number, 4);
  if (counted) add_caches(run);
  store.begin_run(run);
  for (int i = 0; i < 4; ++i) {
    for (int k = 0; k < 6; ++k) {
      const unsigned id = number * 1000 + static_cast<unsigned>(i * 100 + k);
      Launch launch = make_launch(id, i, k, 60, 50'000.0 * (1 + i));
      if (counted) add_counted(launch, k);
      store.add_launch(run.id, launch);
    }
    if (turns <= 0) continue;
    Launch exact = make_launch(number * 1000 + static_cast<unsigned>(i * 100) + 50, i, 0, 1);
    exact.lane = "callgrind";
    exact.readings.clear();  // counters are another launch's
    exact.hot_spots = {spot_of("gemv_q4_0", turns), spot_of("unpack", 10)};
    store.add_launch(run.id, exact);
  }
  store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
}

/// The limits of the same host, as 'assay roofline' stores them: three levels of memory, arithmetic.
inline void add_limits(Store& store, unsigned number) {
  Run run = make_run(number, 4);
  run.settings.suite = "roofline";
  add_caches(run);
  const std::int64_t sizes[] = {32 << 10, 1 << 20, 256 << 20};
  const double bytes_a_ns[] = {200, 80, 20};
  for (int i = 0; i < 4; ++i) {
    PlannedCase& planned = run.plan[static_cast<std::size_t>(i)];
    planned.value =
        i < 3 ? Case{"roof.mem", "simd", {{"bytes", sizes[i]}, {"kind", std::string("load")}}, "cpu"}
              : Case{"roof.fma", "simd", {{"dtype", std::string("f32")}}, "cpu"};
    planned.params = planned.value.params;
  }
  store.begin_run(run);
  for (int i = 0; i < 4; ++i) {
    for (int k = 0; k < 3; ++k) {
      const double bytes = i < 3 ? static_cast<double>(sizes[i]) : 4096;
      const double median = i < 3 ? bytes / bytes_a_ns[i] : 1e5;
      Launch launch = make_launch(number * 1000 + static_cast<unsigned>(i * 10 + k), i, k, 60, median);
      launch.work = {i < 3 ? bytes / 4 : 1e5 * 300, bytes, bytes};
      launch.unit_of_work = "bytes";
      store.add_launch(run.id, launch);
    }
  }
  store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
}

/// A run of one case after another on the GPU that has that UUID: `cases` with their time of a call.
inline void add_on_gpu(Store& store, unsigned number, const std::string& uuid,
                       const std::vector<std::pair<Case, double>>& cases, const Work& work) {
  Run run = make_run(number, static_cast<int>(cases.size()));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    run.plan[i].value = cases[i].first;
    run.plan[i].params = cases[i].first.params;
  }
  store.begin_run(run);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto bytes = cases[i].first.params.find("bytes");
    for (int k = 0; k < 6; ++k) {
      const auto id = number * 1000 + static_cast<unsigned>(i) * 10 + static_cast<unsigned>(k);
      Launch launch = make_launch(id, static_cast<std::int64_t>(i), k, 60, cases[i].second);
      launch.device = {cases[i].first.device, "hardware", {{"uuid", uuid}}};
      launch.work = work;
      if (bytes != cases[i].first.params.end())
        launch.work.minimum_bytes = static_cast<double>(std::get<std::int64_t>(bytes->second));
      launch.readings.clear();
      launch.tracks = device_tracks(kernels_of(launch.samples, "gemv_f32"));
      store.add_launch(run.id, launch);
    }
  }
  store.finish_run(run.id, "complete", run.started_utc_ms + 1000, {});
}

/// 4 TB/s of small arrays, 2 TB/s of large ones, 40 Top/s.
inline void add_gpu_limits(Store& store, unsigned number, const std::string& uuid) {
  const std::int64_t small = 16 << 20, large = 512 << 20;
  add_on_gpu(store, number, uuid,
             {{{"roof.mem", "cuda", {{"bytes", small}, {"kind", std::string("load")}}, "cuda:0"},
               static_cast<double>(small) / 4000},
              {{"roof.mem", "cuda", {{"bytes", large}, {"kind", std::string("copy")}}, "cuda:0"},
               static_cast<double>(large) / 2000},
              {{"roof.fma", "cuda", {{"dtype", std::string("f32")}}, "cuda:0"}, 1e5}},
             {4e9, 4096, 1});
}

inline void add_gpu_run(Store& store, unsigned number, const std::string& uuid) {
  add_on_gpu(store, number, uuid, {{{"llm.gemv", "cuda", {}, "cuda:0"}, 5e4}}, {3.3e7, 6.7e7, 4096});
}

}  // namespace assay::test
