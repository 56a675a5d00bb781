// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/sensors.h"
#include "harness/protocol/codec.h"
#include "harness/run/clock_check.h"
#include "harness/run/interrupt.h"
#include "harness/run/load_rates.h"
#include "harness/run/power_meter.h"
#include "harness/run/session.h"

namespace assay::run {

namespace {

/// A request should return control about this often: it bounds how long Ctrl-C waits.
constexpr double chunk_ns = 50e6;
/// Far below what a request may answer with (protocol::max_track_values).
constexpr double chunk_track_values = 1e6;
/// Of a tool that decides by itself what a sample is: enough for a median that one disturbance does not move.
constexpr std::int64_t own_batch_samples = 5;
/// Of one request beside a power meter: long, so that neither what the line takes nor the difference of two
/// clocks counts.
constexpr double metered_s = 2;
/// A logger may write some rows at a time.
constexpr std::chrono::seconds meter_patience{5};
/// Collectors of a device's case count calls of about this long: sensors of energy tell in steps of 20 to 100
/// ms.
constexpr double counted_ns = 1e9;

double utc_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

void Session::measure() {
  if (launch_.device.fidelity == "functional") return call_untimed();
  if (own_batch_) return measure_own_batch();
  if (const auto load = open_loop(request_.planned.params)) return measure_open_loop(*load);
  cold_ = cold_cache(request_.planned.params);  // then a sample is one call: a batch's second call is warm
  paced_ = cold_ || launch_.device.name != "cpu";
  phases_.begin("warmup");
  auto pilot = take(1, 1, {});
  double call_ns = fastest_ns(pilot.samples);
  launch_.samples.batch = cold_ ? 1 : settle_batch(pilot, call_ns);
  double sample_ns = call_ns * static_cast<double>(launch_.samples.batch);
  if (launch_.samples.batch == pilot.samples.batch) gather_.append(std::move(pilot));
  told_ns_ = wall_ns_ = 0;  // what is doubted at the end is what follows
  warm_up(sample_ns);

  phases_.begin("measure");
  const auto end_by = latest_end();  // the rule counts the samples' own time; what evicting takes counts here
  while (true) {
    const auto calls = call_times_ns(launch_.samples, launch_.samples.warmup);
    if (!calls.empty() && Steady::now() >= end_by) break;
    const auto decision = measure::judge_stop(calls, launch_.samples.batch, request_.limits.stopping);
    if (decision.stop || (interrupt_signal() != 0 && !calls.empty())) break;
    if (!calls.empty()) sample_ns = calls.back() * static_cast<double>(launch_.samples.batch);
    take_and_append(std::clamp<std::size_t>(decision.next_samples, 1, chunk_samples(sample_ns)));
  }
  check_clock(launch_.samples, clock_, cold_ ? 0 : wall_ns_ / static_cast<double>(launch_.samples.size()));
  hold_times(told_ns_, wall_ns_, mean_call_ns(launch_.samples));
  hold_device_speed();
  if (counted_apart() && !cold_) count_apart(sample_ns);
  end_of_measuring();
  measure_energy();
}

/// A device's own time is taken behind each sample, by calls of its own, which collectors must not count.
bool Session::counted_apart() const {
  const std::string& device = launch_.device.name;
  return (device.starts_with("cuda:") || device.starts_with("vulkan:")) && !collecting_.asked.empty();
}

/// So they count calls alone, in one more request: a stream of samples that are all due at once, where no
/// other call comes between (an open loop's). In no other figure.
void Session::count_apart(double sample_ns) {
  const double wanted_ns = std::min(counted_ns, request_.limits.stopping.max_time_ns);
  const double count = std::clamp(wanted_ns / std::max(sample_ns, 1.0), 1.0,
                                  static_cast<double>(protocol::max_values_per_line));
  take(launch_.samples.batch, static_cast<std::int64_t>(count),
       std::vector<std::int64_t>(static_cast<std::size_t>(count), 0));
}

/// An emulator's time is no time: its calls are made, and not sampled.
void Session::call_untimed() {
  phases_.begin("measure");
  take(1, 1, {});
  end_of_measuring();
}

/// The first call is a cold one, and several times slower where calls are short: those are tried again in
/// batches until the batch is long enough by what was seen last. Leaves the last try in `pilot`, a call's
/// time in `call_ns`.
std::int64_t Session::settle_batch(protocol::Measured& pilot, double& call_ns) {
  constexpr int rounds = 10;
  constexpr std::int64_t most_growth = 16;  // else a clock that stands has the next try take minutes
  std::int64_t batch = measure::choose_batch(call_ns, clock_);
  // A call of 0 ns is shorter than a step of the worker's clock, and no more is known of it.
  if (shortest_ns(pilot.samples) <= 0) batch = std::min(batch, most_growth);
  for (int round = 0; round < rounds && call_ns < long_call_ns; ++round) {
    pilot = take(batch, 5, {});
    if (batch > 1) hold_batch(pilot);
    call_ns = fastest_ns(pilot.samples);
    const std::int64_t needed = measure::choose_batch(call_ns, clock_);
    if (needed <= batch) break;
    batch = std::min(needed, most_growth * batch);
  }
  if (batch > 1) hold_settled_batch(pilot);
  return batch;
}

void Session::warm_up(double& sample_ns) {
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
  if (!warmup.steady)
    note("warmup.unsettled", interrupt_signal() != 0 ? "the run was stopped meanwhile" : warmup.reason);
}

/// One unbroken stream of requests, as long as a launch may measure: each piece of a broken one would begin
/// with an empty queue, and hide the waiting that an open loop is there to show. Pieces come only of a
/// worker that reads no schedule from a file.
void Session::measure_open_loop(const OpenLoop& load) {
  phases_.begin("warmup");
  double call_ns = fastest_ns(take(1, 1, {}).samples);
  if (call_ns < long_call_ns) call_ns = fastest_ns(take(1, 5, {}).samples);
  phases_.begin("measure");
  const auto end_by = latest_end();
  const std::size_t most = client_.files() ? protocol::max_file_samples : protocol::max_values_per_line;
  auto left = stream_length(load, request_.limits.stopping.max_time_ns, call_ns, protocol::max_file_samples);
  do {
    const std::size_t count = std::min(left, most);
    const auto launch_seed = request_.seed + (static_cast<std::uint64_t>(request_.index) << 32);
    const auto time_left = std::max(end_by - Steady::now(), Steady::duration::zero());
    const auto due = arrivals(load, launch_seed + launch_.samples.size(), count,
                              std::chrono::nanoseconds(time_left).count());
    gather_.append(take(1, static_cast<std::int64_t>(due.size()), due));
    left -= count;
  } while (left > 0 && Steady::now() < end_by && interrupt_signal() == 0);
  check_clock(launch_.samples, clock_, 0);
  const auto rates = load_readings(launch_.samples);
  if (interrupt_signal() == 0) hold_open_loop(call_ns);
  end_of_measuring();
  launch_.readings.insert(launch_.readings.end(), rates.begin(), rates.end());
}

/// The tool warms up, chooses its batch and takes its samples as it does without us.
void Session::measure_own_batch() {
  if (cold_cache(request_.planned.params) || open_loop(request_.planned.params))
    throw Error(ErrorCode::unavailable, "the tool runs its calls by itself, one after the other",
                "leave cache= and load= out");
  phases_.begin("measure");
  protocol::MeasureRequest measure;
  measure.samples = own_batch_samples;
  measure.time_ns = static_cast<std::int64_t>(request_.limits.stopping.max_time_ns);
  measure.collectors = collecting_.asked;
  auto measured = client_.measure(measure, protocol::Client::Limit(request_.limits.measure_s));
  check_readings(measured, declared_);
  launch_.samples.batch = measured.samples.batch;
  gather_.append(gather_.take(std::move(measured)));
  end_of_measuring();
}

void Session::measure_exactly() {
  phases_.begin("measure");
  for (int i = 0; i < request_.around->rehearsals(); ++i) take(1, 1, {});
  launch_.samples = take(1, 1, {}).samples;
  take(1 + more_calls, 1, {});
  if (launch_.device.fidelity == "functional") launch_.samples = {};  // an emulator's time is no time
  gather_.finish();
}

void Session::measure_program() {
  if (own_batch_)
    throw Error(ErrorCode::unavailable, "the tool decides how often it runs its calls: counts do not compare",
                "measure it without --collect, or its program as a whole with --as command");
  phases_.begin("measure");
  launch_.samples = take(1, 1, {}).samples;
  gather_.finish();
}

/// Of a real board: one more request, whose calls take long, beside its power meter. What they take is in no
/// sample: the power in the middle of them times what a call of theirs took by the board's own clock.
void Session::measure_energy() {
  const auto& spec = request_.worker.spec;
  if (!spec.device.starts_with("serial:") || launch_.device.fidelity == "functional") return;
  const Metric energy{"meter.energy", "J", Better::lower};
  const auto& environment = spec.command.environment;
  const auto file = environment.find(meter_variable);
  if (file == environment.end()) {
    launch_.readings.push_back(without_value(energy, ReadingState::unsupported,
                                             "no power meter is named: meter = \"FILE.csv\" in the board's "
                                             "[[serial]] (new-board.md of the pages)"));
    return;
  }
  if (interrupt_signal() != 0) {
    launch_.readings.push_back(
        without_value(energy, ReadingState::not_counted, "the run was stopped before it"));
    return;
  }
  phases_.begin("energy");
  PowerMeter meter(file->second);
  protocol::MeasureRequest measure;
  const double wanted_ns = 1e9 * std::min(metered_s, request_.limits.measure_s / 2);
  measure.batch =
      static_cast<std::int64_t>(std::ceil(wanted_ns / std::max(mean_call_ns(launch_.samples), 1.0)));
  const double asked_s = utc_s();
  const auto measured = client_.measure(measure, protocol::Client::Limit(request_.limits.measure_s));
  const double answered_s = utc_s();
  const double told_s = static_cast<double>(shortest_ns(measured.samples)) * 1e-9;
  try {
    const double power_w = meter.mean_w(within_calls(asked_s, answered_s, told_s), meter_patience);
    launch_.readings.push_back(with_value(energy, power_w * told_s / static_cast<double>(measure.batch)));
  } catch (const Error& error) {
    launch_.readings.push_back(
        without_value(energy, ReadingState::not_counted, std::string(error.what()) + ": " + error.remedy));
  }
}

std::size_t Session::chunk_samples(double sample_ns) const {
  const double each_ns = std::max(sample_ns, paced_ ? wall_sample_ns_ : 1.0);
  const double most = track_values_ > 0 ? chunk_track_values / track_values_ : 100'000.0;
  return static_cast<std::size_t>(std::clamp(chunk_ns / each_ns, 1.0, std::clamp(most, 1.0, 100'000.0)));
}

Session::Steady::time_point Session::latest_end() const {
  const auto ns = static_cast<std::int64_t>(request_.limits.stopping.max_time_ns);
  return Steady::now() + std::chrono::nanoseconds(ns);
}

protocol::Measured Session::take(std::int64_t batch, std::int64_t samples,
                                 const std::vector<std::int64_t>& schedule) {
  protocol::MeasureRequest measure;
  measure.batch = batch;
  measure.samples = samples;
  measure.schedule_ns = schedule;
  measure.cold = cold_;
  if (!counted_apart() || !schedule.empty()) measure.collectors = collecting_.asked;
  const double schedule_s = schedule.empty() ? 0 : static_cast<double>(schedule.back()) * 1e-9;
  const auto asked = Steady::now();
  auto measured = client_.measure(measure, protocol::Client::Limit(request_.limits.measure_s + schedule_s));
  const std::int64_t wall_ns = std::chrono::nanoseconds(Steady::now() - asked).count();
  check_readings(measured, declared_);
  wall_sample_ns_ = static_cast<double>(wall_ns) / static_cast<double>(samples);
  track_values_ = 0;
  for (const auto& track : measured.tracks)
    track_values_ += static_cast<double>(track.value.size()) / static_cast<double>(samples);
  owed_ns_ = protocol::without_sending(wall_ns, measured.tracks);
  wall_ns_ += static_cast<double>(owed_ns_);
  for (std::size_t i = 0; i < measured.samples.size(); ++i)
    told_ns_ += static_cast<double>(measured.samples.end_ns[i] - measured.samples.start_ns[i]);
  return gather_.take(std::move(measured));
}

void Session::take_and_append(std::size_t samples) {
  gather_.append(take(launch_.samples.batch, static_cast<std::int64_t>(samples), {}));
}

void Session::end_of_measuring() {
  hold_rate();
  gather_.finish();
  if (!odd_result_.empty()) note("result.not_finite", odd_result_);
  for (auto& reading : never_sent(request_.worker, collecting_, launch_.readings)) {
    if (counted_apart() && cold_)
      reading.reason =
          "between cold calls caches are emptied, and that would be counted, too: leave cache= out";
    launch_.readings.push_back(std::move(reading));
  }
  launch_.readings.insert(launch_.readings.end(), collecting_.absent.begin(), collecting_.absent.end());
  add_derived(launch_, request_.planned.params, request_.groups, gather_.mean_call_ns());
}

}  // namespace assay::run
