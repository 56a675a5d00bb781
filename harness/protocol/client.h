// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/core/channel.h"
#include "harness/protocol/messages.h"

namespace assay::protocol {

/// The orchestrator's end: one request in flight, replies checked in every field before they are believed.
/// Order of calls: hello, prepare, then verify and measure at will, bye. Every call takes the longest time it
/// may last. \throws Error{protocol} for whatever the protocol does not allow (not JSON, another id, another
/// version, NaN, ...); Error{false_times} for times that cannot be (end before start, beyond the request's
/// own,
/// ...); Error{worker} or
/// Error{unavailable} with the worker's own message and remedy when it answered `error`; whatever the channel
/// throws.
class Client {
 public:
  using Limit = std::chrono::duration<double>;

  explicit Client(Channel& channel) : channel_(channel) {}

  /// Whether measure() may use files: the worker said so in hello, and the channel has a folder. Then a
  /// request may take max_file_samples at once, else max_samples, and max_values_per_line of a schedule.
  bool files() const { return files_; }
  void use_files(bool use) { files_ = use; }  ///< for trials: neither hello nor folder is asked

  /// `workload`: the only one that will be asked for; the worker may describe it alone. Empty: all.
  Hello hello(Limit limit, const std::string& workload = {});
  Prepared prepare(const PrepareRequest& request, Limit limit);
  /// `values`: ask for integers as values, too: the expected result of a workload whose tolerance allows a
  /// distance.
  std::vector<OutputReply> verify(Limit limit, bool values = false);
  /// `request.file` and `schedule_file` are chosen here.
  Measured measure(MeasureRequest request, Limit limit);
  void bye(Limit limit);

 private:
  void check_times(const Measured& measured, std::int64_t wall_ns);

  Channel& channel_;
  std::int64_t next_id_ = 1;
  bool files_ = false;
  std::vector<DeviceOffer> devices_;
  bool own_time_ = false;              ///< an emulator's: its clock need not go with ours
  std::set<std::string> own_batches_;  ///< workloads of `own_batch`
  bool own_batch_ = false;             ///< the prepared one is: batch, number and times are the tool's own
  double clock_resolution_ns_ = 0;
  std::map<std::string, std::string> track_units_;  ///< by metric, of all requests so far
  std::int64_t last_end_ns_ = 0;                    ///< of the last sample so far, by the worker's clock
};

}  // namespace assay::protocol
