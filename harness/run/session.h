// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/measure/rules.h"
#include "harness/protocol/client.h"
#include "harness/protocol/time_trials.h"
#include "harness/run/collecting.h"
#include "harness/run/expected.h"
#include "harness/run/gather.h"
#include "harness/run/launch.h"
#include "harness/run/phases.h"
#include "harness/run/reserved_keys.h"

namespace assay::run {

/// Inside: the talk of one launch. Each step is some requests; the object holds what the next step needs.
/// Every step \throws what Client throws. session.cpp has what is said beside measuring, session_measure.cpp
/// how samples are asked for, session_times.cpp what the worker's times are held
/// to.
class Session {
 public:
  Session(const LaunchRequest& request, Launch& launch, Channel& channel, Phases& phases);

  void greet();
  void prepare();
  /// False when the result is wrong: the launch is then `invalid` and says where.
  bool verify(const ExpectedResults::Expected& expected, const char* moment);
  /// The timing lane. \throws Error{false_times} when the times cannot be those of the calls.
  void measure();
  /// What measuring left, and then what one call makes, with another before it in half of the launches: by
  /// chance, so that a call that works every second time cannot always be the one (decision 0005).
  bool verify_measured(const ExpectedResults::Expected& expected);
  /// The exact lane: a region of one call, then one of `more_calls` more, each one sample. The tool counts
  /// the difference.
  void measure_exactly();
  /// The exact lane of a program that has no regions: it runs once, and the tool counts all of it.
  void measure_program();
  static constexpr std::int64_t more_calls = 1;
  void leave();

 private:
  using Steady = std::chrono::steady_clock;

  std::int64_t call_once();
  void note(const std::string& metric, const std::string& reason);

  void call_untimed();
  bool counted_apart() const;
  void count_apart(double sample_ns);
  void measure_open_loop(const OpenLoop& load);
  void measure_own_batch();
  std::int64_t settle_batch(protocol::Measured& pilot, double& call_ns);
  void warm_up(double& sample_ns);
  std::size_t chunk_samples(double sample_ns) const;
  Steady::time_point latest_end() const;
  protocol::Measured take(std::int64_t batch, std::int64_t samples,
                          const std::vector<std::int64_t>& schedule);
  void take_and_append(std::size_t samples);
  void end_of_measuring();
  void measure_energy();
  void hold_device_speed();

  void hold_times(double told_ns, double wall_ns, double call_ns);
  void hold_batch(const protocol::Measured& pilot);
  void hold_settled_batch(const protocol::Measured& pilot);
  void hold_open_loop(double call_ns);
  void hold_rate() const;
  bool work_left_out(std::int64_t alone_ns) const;
  [[noreturn]] void refuse_left_out(std::int64_t alone_ns) const;
  std::int64_t waited_ns(double before_s) const;
  protocol::TimeBatch timed(std::int64_t samples);

  const LaunchRequest& request_;
  Launch& launch_;
  Channel& channel_;
  protocol::Client client_;
  Phases& phases_;
  Definition definition_;
  bool unverified_ = false;  ///< somebody else's: its times are its own word
  bool own_batch_ = false;   ///< a tool that decides by itself how many calls a sample has
  measure::Clock clock_;
  Collecting collecting_;
  std::vector<Metric> declared_;
  Gather gather_;
  std::string odd_result_;               ///< what the last verification is to be noted with
  std::vector<protocol::Output> right_;  ///< what the last verification found right
  bool cold_ = false;
  bool paced_ = false;         ///< between samples caches are emptied, or a device takes its own time
  int stood_ = 0;              ///< pilots in a row of which the worker's clock did not move
  double told_ns_ = 0;         ///< of all samples since the batch was settled, and
  double wall_ns_ = 0;         ///< of their requests, but for sending tracks
  std::int64_t owed_ns_ = 0;   ///< the same of the last one: the worker's times account for it
  double wall_sample_ns_ = 0;  ///< what a sample of the last request took in all, evicting included
  double track_values_ = 0;    ///< that came with a sample of it
};

/// A call this long is known from one try.
constexpr double long_call_ns = 1e7;

}  // namespace assay::run
