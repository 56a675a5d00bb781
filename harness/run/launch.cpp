// SPDX-License-Identifier: Apache-2.0
#include "harness/run/launch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "harness/core/error.h"
#include "harness/protocol/client.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/time_trials.h"
#include "harness/protocol/worker_file.h"
#include "harness/run/clock_check.h"
#include "harness/run/collecting.h"
#include "harness/run/contention.h"
#include "harness/run/finite.h"
#include "harness/run/gather.h"
#include "harness/run/interrupt.h"
#include "harness/run/launch_end.h"
#include "harness/run/phases.h"
#include "harness/run/prepared.h"
#include "harness/run/reserved_keys.h"
#include "harness/run/uuid.h"

namespace assay::run {

namespace {

using protocol::Client;
using Steady = std::chrono::steady_clock;

/// A request should return control about this often: it bounds how long Ctrl-C waits.
constexpr double chunk_ns = 50e6;

/// A call this long is known from one try.
constexpr double long_call_ns = 1e7;

/// A worker whose samples make up less than a fourth of their requests is asked what the rest is.
constexpr int doubtful_share = 4;
constexpr double least_doubtful_ns = 5e6;

/// One launch in progress. Each step is one request; the object holds what the next step needs.
class Session {
 public:
  Session(const LaunchRequest& request, Launch& launch, Channel& channel, Phases& phases)
      : request_(request),
        launch_(launch),
        channel_(channel),
        client_(channel),
        phases_(phases),
        collecting_(collecting_for(request.worker, request.collectors, request.groups)),
        declared_(declared_metrics(request.worker)),
        gather_(launch, declared_) {}

  void greet() {
    phases_.begin("hello");
    const auto hello = client_.hello(Client::Limit(request_.limits.start_s), request_.planned.value.workload);
    launch_.subject = hello.subject;
    launch_.subject.binary = subject_of(request_.worker, request_.planned.value).binary;
    clock_ = {hello.clock_resolution_ns, hello.clock_cost_ns};
    // Asked of the whole worker once: a launch on the CPU does not load a driver to say what there is.
    for (const auto& offer : request_.worker.hello.devices) {
      if (offer.device.name == request_.planned.value.device) launch_.device = offer.device;
    }
    const auto* offer = find_workload(hello, request_.planned.value.workload);
    if (offer == nullptr) {
      throw Error(ErrorCode::protocol, "the worker no longer offers " + request_.planned.value.workload);
    }
    definition_ = offer->definition;
  }

  void prepare() {
    phases_.begin("prepare");
    const protocol::PrepareRequest asked{request_.planned.value, request_.planned.params, request_.seed,
                                         request_.cpus, request_.planned.inputs};
    const auto prepared = client_.prepare(asked, Client::Limit(request_.limits.prepare_s));
    check_prepared(request_.planned, launch_.device, prepared);
    launch_.work = prepared.work;
    launch_.unit_of_work = prepared.unit_of_work.empty() ? definition_.unit_of_work : prepared.unit_of_work;
    if (launch_.unit_of_work != definition_.unit_of_work) {
      throw Error(ErrorCode::protocol, fmt::format("unit_of_work is '{}', hello said '{}'",
                                                   launch_.unit_of_work, definition_.unit_of_work));
    }
    launch_.accuracy = prepared.accuracy;
    launch_.resident_bytes = prepared.resident_bytes;
    launch_.input_digest = prepared.input_digest;
    launch_.threads = prepared.threads;
    launch_.placement = prepared.placement;
    launch_.isa = prepared.isa;
    if (prepared.device) launch_.device = *prepared.device;
  }

  /// False when the result is wrong: the launch is then `invalid` and says where.
  bool verify(const ExpectedResults::Expected& expected, const char* moment) {
    phases_.begin("verify");
    const auto replies = client_.verify(Client::Limit(request_.limits.verify_s));
    const auto outputs = protocol::to_outputs(replies, channel_.folder());
    protocol::remove_files(replies);
    if (!judge_result(launch_, outputs, expected, definition_, moment)) return false;
    odd_result_ = not_finite(outputs);
    return true;
  }

  /// The first call is a cold one, and several times slower where calls are short: those are tried again in
  /// batches until the batch is long enough by what was seen last. Leaves the last try in `pilot`, a call's
  /// time in `call_ns`.
  std::int64_t settle_batch(Samples& pilot, double& call_ns) {
    constexpr int rounds = 8;
    constexpr std::int64_t most_growth = 16;  // else a clock that stands has the next try take minutes
    std::int64_t batch = measure::choose_batch(call_ns, clock_);
    for (int round = 0; round < rounds && call_ns < long_call_ns; ++round) {
      pilot = take(batch, 5, {});
      if (batch > 1) check_clock(pilot, clock_);
      // A clock that does not move with the calls would have the batch grow until the limit.
      if (batch > 1 && doubtful(static_cast<double>(shortest_ns(pilot)), static_cast<double>(owed_ns_) / 5))
        refuse_if(protocol::time_is_hidden(doubtful_share, timed(1)));
      call_ns = fastest_ns(pilot);
      const std::int64_t needed = measure::choose_batch(call_ns, clock_);
      if (needed <= batch) break;
      batch = std::min(needed, most_growth * batch);
    }
    if (batch > 1) {
      const std::int64_t pilot_ns = shortest_ns(pilot);
      const std::int64_t samples = pilot_ns > 1'000'000 ? 1 : 5;  // the shortest of them: noise only adds
      refuse_if(protocol::batch_is_ignored(pilot.batch, pilot_ns, timed(samples)));
    }
    return batch;
  }

  void measure() {
    if (const auto load = open_loop(request_.planned.params)) return measure_open_loop(*load);
    cold_ = cold_cache(request_.planned.params);  // then a sample is one call: a batch's second call is warm
    paced_ = cold_ || launch_.device.name != "cpu";
    phases_.begin("warmup");
    Samples pilot = take(1, 1, {});
    double call_ns = fastest_ns(pilot);
    launch_.samples.batch = cold_ ? 1 : settle_batch(pilot, call_ns);
    double sample_ns = call_ns * static_cast<double>(launch_.samples.batch);
    if (launch_.samples.batch == pilot.batch) gather_.append(pilot);

    measure::WarmupResult warmup;
    const auto started = Steady::now();
    const auto elapsed_s = [&] { return std::chrono::duration<double>(Steady::now() - started).count(); };
    std::size_t ask = 8;
    while (!warmup.steady && interrupt_signal() == 0) {
      take_and_append(std::min(ask, chunk_samples(sample_ns)));
      const auto calls = call_times_ns(launch_.samples, 0);
      sample_ns = calls.back() * static_cast<double>(launch_.samples.batch);
      warmup = measure::judge_warmup(calls, elapsed_s() > request_.limits.warmup_s);
      if (!warmup.steady && elapsed_s() > request_.limits.warmup_s) break;
      ask *= 2;
    }
    launch_.samples.warmup = std::min(warmup.discard, launch_.samples.size());
    if (!warmup.steady) {
      note("warmup.unsettled", interrupt_signal() != 0 ? "the run was stopped meanwhile" : warmup.reason);
    }

    phases_.begin("measure");
    const auto end_by =
        latest_end();  // the rule counts the samples' own time; what evicting takes counts here
    while (true) {
      const auto calls = call_times_ns(launch_.samples, launch_.samples.warmup);
      if (!calls.empty() && Steady::now() >= end_by) break;
      const auto decision = measure::judge_stop(calls, launch_.samples.batch, request_.limits.stopping);
      if (decision.stop || (interrupt_signal() != 0 && !calls.empty())) break;
      if (!calls.empty()) sample_ns = calls.back() * static_cast<double>(launch_.samples.batch);
      take_and_append(std::clamp<std::size_t>(decision.next_samples, 1, chunk_samples(sample_ns)));
    }
    check_clock(launch_.samples, clock_);
    if (doubtful(told_ns_, wall_ns_)) refuse_if(protocol::time_is_hidden(doubtful_share, timed(1)));
    end_of_measuring();
  }

  /// One unbroken stream of requests, as long as a launch may measure: each piece of a broken one would begin
  /// with an empty queue, and hide the waiting that an open loop is there to show. Pieces come only of a
  /// worker that reads no schedule from a file.
  void measure_open_loop(const OpenLoop& load) {
    phases_.begin("warmup");
    double call_ns = fastest_ns(take(1, 1, {}));
    if (call_ns < long_call_ns) call_ns = fastest_ns(take(1, 5, {}));
    phases_.begin("measure");
    const auto end_by = latest_end();
    const std::size_t most = client_.files() ? protocol::max_file_samples : protocol::max_values_per_line;
    auto left =
        stream_length(load, request_.limits.stopping.max_time_ns, call_ns, protocol::max_file_samples);
    do {
      const std::size_t count = std::min(left, most);
      const auto launch_seed = request_.seed + (static_cast<std::uint64_t>(request_.index) << 32);
      const auto time_left = std::max(end_by - Steady::now(), Steady::duration::zero());
      const auto due = arrivals(load, launch_seed + launch_.samples.size(), count,
                                std::chrono::nanoseconds(time_left).count());
      gather_.append(take(1, static_cast<std::int64_t>(due.size()), due));
      left -= count;
    } while (left > 0 && Steady::now() < end_by && interrupt_signal() == 0);
    check_open_loop(launch_.samples, take(1, call_ns < long_call_ns ? 20 : 1, {}), clock_);
    end_of_measuring();
  }

  /// What measuring left, and then what one call makes, with another before it in half of the launches: by
  /// chance, so that a call that works every second time cannot always be the one (decision 0005).
  bool verify_measured(const ExpectedResults::Expected& expected) {
    if (std::string("02468ace").find(launch_.id.back()) != std::string::npos) call_once();
    if (!verify(expected, "after measuring")) return false;
    if (interrupt_signal() == 0) call_once();
    return verify(expected, "of one call after measuring");
  }

  /// The exact lane: a region of one call, then one of `more_calls` more, each one sample. The tool counts
  /// the difference.
  void measure_exactly() {
    phases_.begin("measure");
    for (int i = 0; i < request_.around->rehearsals(); ++i) take(1, 1, {});
    launch_.samples = take(1, 1, {});
    take(1 + more_calls, 1, {});
    gather_.finish();
  }
  static constexpr std::int64_t more_calls = 1;

  void leave() {
    phases_.begin("bye");
    client_.bye(Client::Limit(request_.limits.start_s));
  }

 private:
  void call_once() {
    phases_.begin("verify");
    protocol::MeasureRequest once;
    once.cold = cold_;
    client_.measure(once, Client::Limit(request_.limits.measure_s));
  }
  std::size_t chunk_samples(double sample_ns) const {
    const double each_ns = std::max(sample_ns, paced_ ? wall_sample_ns_ : 1.0);
    return static_cast<std::size_t>(std::clamp(chunk_ns / each_ns, 1.0, 100'000.0));
  }
  Steady::time_point latest_end() const {
    const auto ns = static_cast<std::int64_t>(request_.limits.stopping.max_time_ns);
    return Steady::now() + std::chrono::nanoseconds(ns);
  }

  Samples take(std::int64_t batch, std::int64_t samples, const std::vector<std::int64_t>& schedule) {
    protocol::MeasureRequest measure;
    measure.batch = batch;
    measure.samples = samples;
    measure.schedule_ns = schedule;
    measure.cold = cold_;
    measure.collectors = collecting_.asked;
    const double schedule_s = schedule.empty() ? 0 : static_cast<double>(schedule.back()) * 1e-9;
    const auto asked = Steady::now();
    auto measured = client_.measure(measure, Client::Limit(request_.limits.measure_s + schedule_s));
    const std::int64_t wall_ns = std::chrono::nanoseconds(Steady::now() - asked).count();
    check_metrics(measured, declared_);
    wall_sample_ns_ = static_cast<double>(wall_ns) / static_cast<double>(samples);
    owed_ns_ = protocol::without_sending(wall_ns, measured.tracks);
    wall_ns_ += static_cast<double>(owed_ns_);
    for (std::size_t i = 0; i < measured.samples.size(); ++i)
      told_ns_ += static_cast<double>(measured.samples.end_ns[i] - measured.samples.start_ns[i]);
    return gather_.take(std::move(measured));
  }

  protocol::TimeBatch timed(std::int64_t samples) {
    return [this, samples](std::int64_t batch) {
      const std::int64_t told_ns = shortest_ns(take(batch, samples, {}));
      return protocol::TimedBatch{told_ns, owed_ns_ / samples};
    };
  }

  /// Samples make up so little of their requests that the rest must be accounted for: it may be work between
  /// them, which is allowed, or time that they hide.
  bool doubtful(double told_ns, double wall_ns) const {
    const bool comparable = !cold_ && launch_.device.fidelity != "functional" && interrupt_signal() == 0;
    return comparable && wall_ns > least_doubtful_ns && doubtful_share * told_ns < wall_ns;
  }

  static void refuse_if(const std::string& seen) {
    if (seen.empty()) return;
    throw Error(ErrorCode::false_times, "measure: the times are not those of the calls: " + seen,
                "put the worker on trial: assay worker check COMMAND");
  }

  void take_and_append(std::size_t samples) {
    gather_.append(take(launch_.samples.batch, static_cast<std::int64_t>(samples), {}));
  }

  void end_of_measuring() {
    gather_.finish();
    if (!odd_result_.empty()) note("result.not_finite", odd_result_);
    launch_.readings.insert(launch_.readings.end(), collecting_.absent.begin(), collecting_.absent.end());
    add_derived(launch_, request_.planned.params, request_.groups, gather_.mean_call_ns());
  }

  void note(const std::string& metric, const std::string& reason) {
    launch_.readings.push_back({metric, std::nullopt, "", ReadingState::not_counted, 0, reason});
  }

  const LaunchRequest& request_;
  Launch& launch_;
  Channel& channel_;
  Client client_;
  Phases& phases_;
  Definition definition_;
  measure::Clock clock_;
  Collecting collecting_;
  std::vector<Metric> declared_;
  Gather gather_;
  std::string odd_result_;  ///< what the first verification is to be noted with
  bool cold_ = false;
  bool paced_ = false;         ///< between samples caches are emptied, or a device takes its own time
  double told_ns_ = 0;         ///< of all samples so far, and
  double wall_ns_ = 0;         ///< of their requests, but for sending tracks
  std::int64_t owed_ns_ = 0;   ///< the same of the last one: the worker's times account for it
  double wall_sample_ns_ = 0;  ///< what a sample of the last request took in all, evicting included
};

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
    if (error.code == ErrorCode::interrupted || error.code == ErrorCode::io) throw;
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
      }
      note_exit(launch, exit);
    } catch (const Error& error) {
      phases.end();
      const auto exit = process.finish(std::chrono::milliseconds(0));
      launch.peak_rss_bytes = exit.peak_rss_bytes;
      launch.log = process.log();
      if (error.code == ErrorCode::interrupted) throw;
      mistake = mistake_in(error);
      fail(launch, error);
      if (request.around != nullptr) note_uncounted(launch, request.around->metrics());
    }
  } catch (const Error& error) {
    if (error.code == ErrorCode::interrupted || error.code == ErrorCode::internal) throw;
    if (launch.status == Status::ok) fail(launch, error);
  }
  return {std::move(launch), std::move(mistake)};
}

}  // namespace assay::run
