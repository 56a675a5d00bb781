// SPDX-License-Identifier: Apache-2.0
#include "harness/run/launch.h"

#include <chrono>
#include <optional>

#include "harness/core/error.h"
#include "harness/run/collecting.h"
#include "harness/run/contention.h"
#include "harness/run/launch_end.h"
#include "harness/run/phases.h"
#include "harness/run/session.h"
#include "harness/run/uuid.h"

namespace assay::run {

namespace {

/// What no worker did: such a launch is not stored as failed, and --resume makes it. (What a worker says of
/// disks is Error{worker}. A bug of ours that a worker brings out, Error{internal}, costs its launch:
/// resumed, the run would end there again.)
bool is_ours(const Error& error) {
  return error.code == ErrorCode::interrupted || error.code == ErrorCode::io;
}

std::string begins(const Error& error) {
  return error.code == ErrorCode::internal ? "a fault of Assay's own: " : "";
}

}  // namespace

Launch new_launch(const PlannedCase& planned, const WorkerInfo& worker, int index, const std::string& lane) {
  Launch launch;
  launch.id = make_uuid();
  launch.case_ordinal = planned.ordinal;
  launch.index = index;
  launch.lane = lane;
  launch.started_utc_ms = now_utc_ms();
  launch.device.name = planned.value.device;
  launch.subject = subject_of(worker, planned.value);
  return launch;
}

EndedLaunch run_launch(const LaunchRequest& request, ExpectedResults& expected) {
  Launch launch = new_launch(request.planned, request.worker, request.index, request.lane);

  const ExpectedResults::Expected* wanted = nullptr;
  try {
    wanted = &expected.get(request.planned, request.worker);
  } catch (const Error& error) {
    if (is_ours(error)) throw;
    fail(launch, error, mistake_in(error) ? "" : "no expected result: ");
    launch.log = expected.log();
    return {std::move(launch), mistake_in(error)};
  }

  std::optional<Error> mistake;
  Phases phases(launch.spans);
  const ScratchDirectory scratch;
  Command command = request.worker.spec.command;
  if (request.around != nullptr) command = request.around->wrap(command, scratch.path());
  command.environment["TMPDIR"] = scratch.path();
  try {
    phases.begin("start");
    const auto before = read_host_totals();
    transport::Process process(command, {.rss_bytes = request.limits.memory_bytes});
    std::optional<transport::Scheduled> scheduled;
    try {
      Session session(request, launch, process, phases);
      session.greet();
      session.prepare();
      if (request.around != nullptr) {
        session.measure_exactly();
        if (session.verify(*wanted, "after measuring")) session.leave();
      } else if (session.verify(*wanted, "before measuring")) {
        session.measure();
        scheduled = process.scheduled();  // while its threads are there
        if (session.verify_measured(*wanted)) session.leave();
      }
      phases.begin("end");
      const auto exit = process.finish(std::chrono::milliseconds(2000));
      phases.end();
      launch.peak_rss_bytes = exit.peak_rss_bytes;
      launch.log = process.log();
      if (request.around == nullptr) {
        for (const auto& collector : request.worker.hello.collectors)
          set_directions(launch.readings, collector.metrics);
        const auto times = times_of(exit, scheduled);
        for (auto& reading : host_readings(before, read_host_totals(), request.cpus, times))
          launch.readings.push_back(std::move(reading));
      } else if (launch.status == Status::ok) {
        launch.readings = request.around->read(scratch.path(), Session::more_calls);
        if (!launch.isa.empty()) name_isa(launch.readings, launch.isa);
        set_directions(launch.readings, request.around->metrics());
        launch.hot_spots = request.around->hot_spots(scratch.path(), Session::more_calls);
      }
      note_exit(launch, exit);
    } catch (const Error& error) {
      phases.end();
      const auto exit = process.finish(std::chrono::milliseconds(0));
      launch.peak_rss_bytes = exit.peak_rss_bytes;
      launch.log = process.log();
      if (is_ours(error)) throw;
      mistake = mistake_in(error);
      fail(launch, error, begins(error));
      if (request.around != nullptr) note_uncounted(launch, request.around->metrics());
    }
  } catch (const Error& error) {
    if (is_ours(error)) throw;
    if (launch.status == Status::ok) fail(launch, error, begins(error));
  }
  return {std::move(launch), std::move(mistake)};
}

}  // namespace assay::run
