// SPDX-License-Identifier: Apache-2.0
#include "harness/core/launch_rules.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>

using namespace assay;
using Catch::Matchers::Contains;

namespace {

Samples some_times() {
  Samples samples;
  samples.start_ns = {10, 30, 50, 70};
  samples.end_ns = {20, 45, 60, 90};
  samples.warmup = 1;
  return samples;
}

Launch some_launch(const std::string& id) {
  Launch launch;
  launch.id = id;
  launch.verified = true;
  launch.accuracy = "exact";
  launch.input_digest = "crc32:1";
  launch.output_digest = "crc32:2";
  launch.unit_of_work = "rows";
  launch.work = {100, 800, 10};
  launch.samples = some_times();
  return launch;
}

/// What is wrong with a launch that was changed so, behind one that was not.
std::string second(const std::function<void(Launch&)>& change) {
  LaunchRules rules;
  CHECK(rules.problem(some_launch("first")).empty());
  Launch launch = some_launch("second");
  change(launch);
  return rules.problem(launch);
}

}  // namespace

TEST_CASE("times in order are believed, in an open loop too") {
  Samples samples = some_times();
  CHECK(times_problem(samples, "timing").empty());
  samples.scheduled_ns = {5, 30, 46, 61};
  CHECK(times_problem(samples, "timing").empty());
  samples.end_ns[2] = samples.start_ns[2];  // one of three steady ones: a coarse clock does that
  samples.scheduled_ns.clear();
  CHECK(times_problem(samples, "timing").empty());
  CHECK(times_problem({}, "timing").empty());
  samples.end_ns = samples.start_ns;  // one call for a tool to count: its clock may be coarser
  CHECK(times_problem(samples, "callgrind").empty());
}

TEST_CASE("times that no clock gives are named with their sample") {
  const auto with = [](const std::function<void(Samples&)>& change) {
    Samples samples = some_times();
    change(samples);
    return times_problem(samples, "timing");
  };
  CHECK_THAT(with([](Samples& s) { s.end_ns[1] = -45; }), Contains("sample 1 lies at 30 to -45 ns"));
  CHECK_THAT(with([](Samples& s) { s.start_ns[0] = -1; }), Contains("sample 0"));
  CHECK_THAT(with([](Samples& s) { s.end_ns[3] = INT64_MAX; }), Contains("sample 3"));
  CHECK_THAT(with([](Samples& s) { s.end_ns[3] = INT64_MIN; }), Contains("sample 3"));
  CHECK_THAT(with([](Samples& s) { s.end_ns[2] = 49; }), Contains("ends 1 ns before it starts"));
  CHECK_THAT(with([](Samples& s) { s.start_ns[2] = 44; }), Contains("before the one before it ends"));
  CHECK_THAT(with([](Samples& s) { s.scheduled_ns = {5, 31, 46, 61}; }), Contains("sample 1 starts before"));
  CHECK_THAT(with([](Samples& s) { s.end_ns = s.start_ns; }), Contains("3 of 3 steady samples take 0 ns"));
}

TEST_CASE("a launch that counts was not found wrong, and its work is a number that can be") {
  CHECK_THAT(second([](Launch& l) { l.verified = false; }), Contains("verified is false"));
  for (const double units : {0.0, -1.0, 1e300, std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THAT(second([&](Launch& l) { l.work.units = units; }), Contains("units"));
  CHECK_THAT(second([](Launch& l) { l.work.operations = -1; }), Contains("operations"));
  CHECK_THAT(second([](Launch& l) { l.work.minimum_bytes = 1e31; }), Contains("minimum_bytes"));
  CHECK_THAT(second([](Launch& l) { l.samples.end_ns[0] = 0; }), Contains("sample 0"));
}

TEST_CASE("launches of a case did the same, or the second is named with the first") {
  CHECK(second([](Launch&) {}).empty());
  CHECK_THAT(second([](Launch& l) { l.work.units = 11; }), Contains("units 11") && Contains("launch first"));
  CHECK_THAT(second([](Launch& l) { l.work.operations = 99; }), Contains("operations 99"));
  CHECK_THAT(second([](Launch& l) { l.unit_of_work = "frames"; }),
             Contains("'frames'") && Contains("'rows'"));
  CHECK_THAT(second([](Launch& l) { l.output_digest = "crc32:3"; }), Contains("result"));
  CHECK_THAT(second([](Launch& l) { l.input_digest = "crc32:3"; }), Contains("input"));
  CHECK_THAT(second([](Launch& l) { l.accuracy = "float"; }), Contains("accuracy"));
  CHECK_THAT(second([](Launch& l) { l.verified.reset(); }), Contains("not verified"));
  // The last bits of a formula, another subject or case.
  CHECK(second([](Launch& l) { l.work.operations *= 1 + 1e-12; }).empty());
  CHECK(second([](Launch& l) { l.subject.name = "another", l.work.units = 11; }).empty());
  CHECK(second([](Launch& l) { l.case_ordinal = 1, l.work.units = 11; }).empty());
}

TEST_CASE("what cannot be verified may give another result each time") {
  LaunchRules rules;
  Launch launch = some_launch("first");
  launch.verified.reset();
  CHECK(rules.problem(launch).empty());
  launch.output_digest = "crc32:3";
  CHECK(rules.problem(launch).empty());
}

TEST_CASE("a launch that does not count may be anything") {
  for (const Status status : {Status::invalid, Status::failed, Status::timeout, Status::skipped}) {
    CHECK(second([&](Launch& l) { l.status = status, l.verified = false, l.work.units = 0; }).empty());
    CHECK(second([&](Launch& l) { l.status = status, l.samples.end_ns[0] = -5; }).empty());
  }
}
