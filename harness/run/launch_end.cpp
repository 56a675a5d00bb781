// SPDX-License-Identifier: Apache-2.0
#include "harness/run/launch_end.h"

#include "harness/run/interrupt.h"

namespace assay::run {

void fail(Launch& launch, const Error& error, const std::string& begins) {
  const std::string message = error.what();
  if (error.code == ErrorCode::unavailable) {
    launch.status = Status::unavailable;
  } else if (message.starts_with("timed out")) {
    launch.status = Status::timeout;
  } else if (error.code == ErrorCode::false_times) {
    launch.status = Status::invalid;  // its result was right, and stays so: see Status
  } else {
    launch.status = Status::failed;
  }
  launch.reason = begins + message;
  launch.samples = {};  // a launch that did not end well has no valid timings,
  launch.tracks.clear();
  launch.readings.clear();  // and its readings are sums over some of its calls
}

void note_exit(Launch& launch, const transport::Exit& exit) {
  if (launch.status != Status::ok || exit.status == 0 || interrupt_signal() != 0) return;
  const std::string how = exit.forced ? "it did not end within 2 s, and was ended" : exit.describe();
  launch.readings.push_back(
      {"worker.exit", std::nullopt, "", ReadingState::not_counted, 0, "the worker's end after bye: " + how});
}

}  // namespace assay::run
