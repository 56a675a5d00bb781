// SPDX-License-Identifier: Apache-2.0
#include "harness/run/launch.h"

#include <chrono>
#include <functional>
#include <optional>

#include "harness/core/device_span.h"
#include "harness/core/error.h"
#include "harness/run/collecting.h"
#include "harness/run/contention.h"
#include "harness/run/launch_end.h"
#include "harness/run/machine.h"
#include "harness/run/machine_code.h"
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

/// Of a board on a serial line no process of this machine computes: one passes its lines on.
bool is_elsewhere(const WorkerSpec& spec) { return spec.device.starts_with("serial:"); }

std::vector<Reading> readings_of_host(const WorkerSpec& spec,
                                      const std::function<std::vector<Reading>()>& here) {
  if (spec.ssh) return far_readings(*spec.ssh);
  if (is_elsewhere(spec)) return no_host_readings("the case runs on a board, which has no such thing");
  return here();
}

bool is_verified(const LaunchRequest& request) {
  const auto* offer = find_workload(request.worker.hello, request.planned.value.workload);
  return offer == nullptr || !offer->unverified;
}

/// As the worker is started for this launch: by the tool around it, if there is one.
Command command_of(const LaunchRequest& request, const std::string& folder) {
  const WorkerSpec& spec = request.worker.spec;
  Command command = spec.command;
  if (request.around != nullptr && spec.program_at > 0) {
    const auto program = static_cast<std::ptrdiff_t>(spec.program_at);
    std::vector<std::string> argv(spec.command.argv.begin(), spec.command.argv.begin() + program);
    command.argv.erase(command.argv.begin(), command.argv.begin() + program);
    command = request.around->wrap_program(command, folder);
    command.argv.insert(command.argv.begin(), argv.begin(), argv.end());
  } else if (request.around != nullptr) {
    command = request.around->wrap(command, folder);
  }
  return command;
}

/// `wanted`: the expected result; nullptr where there is none. `measured` is called when the timing lane's
/// samples are there, with the worker's threads. False when a result was wrong.
bool measure_and_verify(Session& session, const LaunchRequest& request,
                        const ExpectedResults::Expected* wanted, const std::function<void()>& measured) {
  if (request.around != nullptr && request.worker.spec.program_at > 0) {
    session.measure_program();
    return true;
  }
  if (request.around != nullptr) {
    session.measure_exactly();
    return wanted == nullptr || session.verify(*wanted, "after measuring");
  }
  if (wanted != nullptr && !session.verify(*wanted, "before measuring")) return false;
  session.measure();
  measured();
  return wanted == nullptr || session.verify_measured(*wanted);
}

/// Those of a region begin with the first sample, those of a program end with the last.
void add_device_spans(Launch& launch, std::vector<DeviceSpan> spans, bool program) {
  const Samples& samples = launch.samples;
  if (samples.size() == 0) return;
  const std::int64_t origin_ns = program ? samples.end_ns.back() : samples.start_ns.front();
  for (auto& span : spans) span.start_ns += origin_ns, span.end_ns += origin_ns;
  for (auto& track : device_tracks(std::move(spans))) launch.tracks.push_back(std::move(track));
}

void read_around(Launch& launch, const LaunchRequest& request, const std::string& folder) {
  const bool program = request.worker.spec.program_at > 0;
  launch.readings =
      program ? request.around->read_program(folder) : request.around->read(folder, Session::more_calls);
  if (!launch.isa.empty()) name_isa(launch.readings, launch.isa);
  set_directions(launch.readings, request.around->metrics());
  launch.hot_spots = program ? request.around->program_hot_spots(folder)
                             : request.around->hot_spots(folder, Session::more_calls);
  if (auto* source = dynamic_cast<DeviceSpanSource*>(request.around); source != nullptr)
    add_device_spans(launch, program ? source->program_spans(folder) : source->spans(folder), program);
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
  launch.machine_code = machine_code_of(worker, planned.value);
  return launch;
}

EndedLaunch run_launch(const LaunchRequest& request, ExpectedResults& expected) {
  Launch launch = new_launch(request.planned, request.worker, request.index, request.lane);

  const ExpectedResults::Expected* wanted = nullptr;
  try {
    if (is_verified(request))
      wanted = &expected.get(request.planned, request.referee == nullptr ? request.worker : *request.referee);
  } catch (const Error& error) {
    if (is_ours(error)) throw;
    fail(launch, error, mistake_in(error) ? "" : "no expected result: ");
    launch.log = expected.log();
    return {std::move(launch), mistake_in(error)};
  }

  std::optional<Error> mistake;
  Phases phases(launch.spans);
  const ScratchDirectory scratch;
  Command command = command_of(request, scratch.path());
  try {
    phases.begin("start");
    const auto before = read_host_totals();
    const auto started = start_worker(request.worker.spec, command, scratch.path(), request.limits);
    transport::Connection& process = *started;
    std::optional<transport::Scheduled> scheduled;
    try {
      Session session(request, launch, process, phases);
      session.greet();
      session.prepare();
      if (measure_and_verify(session, request, wanted, [&] { scheduled = process.scheduled(); }))
        session.leave();
      phases.begin("end");
      const auto exit = process.finish(std::chrono::milliseconds(2000));
      phases.end();
      launch.peak_rss_bytes = is_elsewhere(request.worker.spec) ? 0 : exit.peak_rss_bytes;
      launch.log = process.log();
      if (request.around == nullptr) {
        for (const auto& collector : request.worker.hello.collectors)
          set_directions(launch.readings, collector.metrics);
        const auto readings = readings_of_host(request.worker.spec, [&] {
          return host_readings(before, read_host_totals(), request.cpus, times_of(exit, scheduled));
        });
        launch.readings.insert(launch.readings.end(), readings.begin(), readings.end());
      } else if (launch.status == Status::ok) {
        read_around(launch, request, scratch.path());
      }
      note_exit(launch, exit);
    } catch (const Error& error) {
      phases.end();
      const auto exit = process.finish(std::chrono::milliseconds(0));
      launch.peak_rss_bytes = is_elsewhere(request.worker.spec) ? 0 : exit.peak_rss_bytes;
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
