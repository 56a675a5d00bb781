// SPDX-License-Identifier: Apache-2.0
// What a worker's times are held to (decision 0011).
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/core/error.h"
#include "harness/core/launch_rules.h"
#include "harness/run/clock_check.h"
#include "harness/run/held_down.h"
#include "harness/run/interrupt.h"
#include "harness/run/session.h"

namespace assay::run {

namespace {

/// A worker whose samples make up less than a fourth of their requests is asked what the rest is.
constexpr int doubtful_share = 4;
/// Single requests are not doubted where they are this short: most of it is what any request costs.
constexpr double short_request_ns = 5e6;

void refuse_if(const std::string& seen,
               const char* remedy = "put the worker on trial: assay worker check COMMAND") {
  if (seen.empty()) return;
  throw Error(ErrorCode::false_times, "measure: the times are not those of the calls: " + seen, remedy);
}

/// What one of the calls took beside waiting for a CPU: on a busy machine a long sample waits in its middle,
/// short ones between each other.
double running_call_ns(const protocol::TimedBatch& seen, std::int64_t calls) {
  return static_cast<double>(std::max<std::int64_t>(seen.sample_ns - seen.waited_ns, 0)) /
         static_cast<double>(calls);
}

}  // namespace

/// Where samples make up so little of their requests that the rest must be accounted for: it may be work
/// between them, which is allowed, or time that they hide.
void Session::hold_times(double told_ns, double wall_ns, double call_ns) {
  // (Between runs of a foreign program its worker reads what that recorded, which is no time of the program.)
  const bool comparable =
      !unverified_ && !cold_ && launch_.device.fidelity != "functional" && interrupt_signal() == 0;
  if (!comparable || doubtful_share * told_ns >= wall_ns) return;
  double trial_ns = 0;
  std::int64_t most_calls = 0;
  const auto trial = timed(1);
  refuse_if(protocol::time_is_hidden(doubtful_share, [&](std::int64_t calls) {
    const auto seen = trial(calls);
    const double one_ns = running_call_ns(seen, calls);
    trial_ns = calls == most_calls ? std::min(trial_ns, one_ns) : calls > most_calls ? one_ns : trial_ns;
    most_calls = std::max(most_calls, calls);
    return seen;
  }));
  // On another machine nobody tells how long threads had no CPU, and a long sample waits for all of its
  // calls.
  if (request_.worker.spec.ssh) return;
  // Long samples account for their requests: then those that were doubted must tell the same of a call, on
  // average, because a few may have been held up for long.
  const double told_call_ns = call_ns + clock_.resolution_ns;  // a step of the clock may be missing in it
  const auto differs = [&] { return most_calls > 0 && trial_ns > doubtful_share * told_call_ns; };
  for (int again = 0; again < 5 && differs(); ++again)
    trial_ns = std::min(trial_ns, running_call_ns(trial(most_calls), most_calls));
  if (differs()) {
    refuse_if(fmt::format("a call takes {:.0f} ns in a sample of {}, {:.0f} ns in those that were measured",
                          trial_ns, most_calls, call_ns));
  }
}

/// A clock that does not move with the calls would have the batch grow until the limit.
void Session::hold_batch(const protocol::Measured& pilot) {
  const double owed_ns = static_cast<double>(owed_ns_) / static_cast<double>(pilot.samples.size());
  // One that stands does so in longer and longer batches; of one pilot the request may have been held up.
  constexpr int pilots = 3;
  stood_ = is_readable(owed_ns, clock_) && shortest_ns(pilot.samples) <= 0 ? stood_ + 1 : 0;
  if (stood_ >= pilots) check_clock(pilot.samples, clock_, owed_ns);
  if (owed_ns > short_request_ns)
    hold_times(static_cast<double>(shortest_ns(pilot.samples)), owed_ns, mean_call_ns(pilot.samples));
}

void Session::hold_settled_batch(const protocol::Measured& pilot) {
  const std::int64_t pilot_ns = shortest_ns(pilot.samples);
  const std::int64_t samples = pilot_ns > 1'000'000 ? 1 : 5;  // the shortest of them: noise only adds
  refuse_if(protocol::batch_is_ignored(pilot.samples.batch, pilot_ns, timed(samples)));
}

/// The same calls back to back: they are on trial as in a closed loop, and take what those on the schedule
/// took. Only five tries that all say otherwise accuse: each of them may have been held up.
void Session::hold_open_loop(double call_ns) {
  constexpr double short_call_ns = 1e6;
  constexpr int tries = 5;
  if (launch_.device.fidelity != "functional" && call_ns < short_call_ns)
    refuse_if(protocol::time_is_hidden(doubtful_share, timed(1)));
  const std::int64_t count = call_ns < long_call_ns ? 20 : 1;
  Samples closed;
  std::string differs;
  for (int i = 0; i < tries; ++i) {
    const double told_ns = told_ns_;
    const double wall_ns = wall_ns_;
    const Samples more = take(1, count, {}).samples;
    if (wall_ns_ - wall_ns > short_request_ns)
      hold_times(told_ns_ - told_ns, wall_ns_ - wall_ns, mean_call_ns(more));
    closed.start_ns.insert(closed.start_ns.end(), more.start_ns.begin(), more.start_ns.end());
    closed.end_ns.insert(closed.end_ns.end(), more.end_ns.begin(), more.end_ns.end());
    differs = open_loop_differs(launch_.samples, closed, clock_);
    if (differs.empty()) return;
  }
  refuse_if(differs, "between start and end of a sample run the whole call, with a schedule as without");
}

/// What no CPU can do was not done, or the work is not what is told.
void Session::hold_rate() const {
  const double call_ns = median_call_ns(launch_.samples);
  if (launch_.device.name != "cpu" || launch_.device.fidelity != "hardware" || call_ns <= 0) return;
  const double bytes_per_s = launch_.work.minimum_bytes / call_ns * 1e9;
  if (bytes_per_s <= cpu_thread_limit * std::max(1, launch_.threads)) return;
  refuse_if(fmt::format("its bytes would go through at {:.4g} TB/s, which no CPU of {} thread{} does",
                        bytes_per_s * 1e-12, std::max(1, launch_.threads), launch_.threads > 1 ? "s" : ""),
            "every call must do the work that `prepare` tells");
}

/// A call by itself, whose result was spoilt before, is slower than those in a row: what they found in caches
/// is gone, threads sleep. More than that is work that was left out while measuring.
bool Session::work_left_out(std::int64_t alone_ns) const {
  if (launch_.device.name != "cpu" || launch_.samples.size() == 0) return false;
  constexpr double times = 4;
  constexpr double fixed_ns = 200e3;
  constexpr double thread_ns = 20e3;
  constexpr double byte_ns = 1;  // 1 GB/s
  const double allowed_ns = times * median_call_ns(launch_.samples) + fixed_ns + thread_ns * launch_.threads +
                            byte_ns * static_cast<double>(launch_.resident_bytes);
  return static_cast<double>(alone_ns) > allowed_ns;
}

void Session::refuse_left_out(std::int64_t alone_ns) const {
  throw Error(
      ErrorCode::false_times,
      fmt::format("measure: the times are not those of the calls: one call by itself, after its result "
                  "was overwritten, takes {} ns, those that were measured {:.0f} ns",
                  alone_ns, median_call_ns(launch_.samples)),
      "every call must compute its result again, whatever earlier calls left");
}

std::int64_t Session::waited_ns(double before_s) const {
  return static_cast<std::int64_t>(std::max(channel_.waited_s() - before_s, 0.0) * 1e9);
}

protocol::TimeBatch Session::timed(std::int64_t samples) {
  return [this, samples](std::int64_t batch) {
    const double before_s = channel_.waited_s();
    const std::int64_t told_ns = shortest_ns(take(batch, samples, {}).samples);
    return protocol::TimedBatch{told_ns, owed_ns_ / samples, waited_ns(before_s)};
  };
}

/// What heat or power held down says nothing of the device. Without a reading that is not, the launch is
/// lost.
void Session::hold_device_speed() {
  const HeldDown seen = set_held_down_aside(launch_.tracks, launch_.samples);
  if (seen.held == 0) return;
  const std::string what =
      fmt::format("{} of {} readings of {}'s own time were taken while heat or power held it down", seen.held,
                  seen.all, launch_.device.name);
  const std::string remedy =
      "let it cool, raise its limit of power (nvidia-smi -pl), or lock a clock that it can hold (nvidia-smi "
      "-lgc)";
  if (seen.held == seen.all) throw Error(ErrorCode::worker, what + "; no sample is left: " + remedy, remedy);
  note("device.held_down", what + ", and are in no figure, nor are the calls before them");
}

}  // namespace assay::run
