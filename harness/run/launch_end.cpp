// SPDX-License-Identifier: Apache-2.0
#include "harness/run/launch_end.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "harness/core/tensor.h"
#include "harness/run/interrupt.h"
#include "harness/run/prepared.h"

namespace assay::run {

std::string digest_of(const std::vector<protocol::Output>& outputs) {
  if (outputs.size() == 1) return outputs.front().digest;
  std::string all;
  for (const auto& output : outputs) all += output.name + " " + output.digest + "\n";
  if (all.empty()) return "";
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(all.data()), all.size());
  return digest(Tensor::from<std::uint8_t>("", {static_cast<std::int64_t>(all.size())}, bytes));
}

bool judge_result(Launch& launch, const std::vector<protocol::Output>& outputs,
                  const ExpectedResults::Expected& expected, const Definition& definition,
                  const char* moment) {
  const auto agreement =
      protocol::agree(outputs, expected.outputs, protocol::tolerance_for(definition, launch.accuracy));
  launch.output_digest = digest_of(outputs);
  launch.error_measure = std::max(launch.error_measure, agreement.measure);
  std::string finding = prepared_difference(launch, expected.input_digest, expected.work);
  if (finding.empty()) finding = agreement.finding;
  launch.verified = finding.empty();
  if (*launch.verified) return true;
  launch.status = Status::invalid;
  launch.reason = std::string("wrong result ") + moment + ": " + finding;
  return false;
}

void fail(Launch& launch, const Error& error, const std::string& begins) {
  const std::string message = error.what();
  if (error.code == ErrorCode::unavailable) {
    launch.status = Status::unavailable;
  } else if (error.code == ErrorCode::timeout) {
    launch.status = Status::timeout;
  } else if (error.code == ErrorCode::false_times) {
    launch.status = Status::invalid;  // its result was right, and stays so: see Status
  } else {
    launch.status = Status::failed;
  }
  launch.reason = begins + message;
  if (error.code == ErrorCode::usage && !error.remedy.empty()) launch.reason += ": " + error.remedy;
  launch.samples = {};  // a launch that did not end well has no valid timings,
  launch.tracks.clear();
  launch.readings.clear();  // and its readings are sums over some of its calls
}

std::optional<Error> mistake_in(const Error& error) {
  return error.code == ErrorCode::usage ? std::optional(error) : std::nullopt;
}

void note_uncounted(Launch& launch, const std::vector<Metric>& metrics) {
  for (const auto& metric : metrics)
    launch.readings.push_back({metric.id, std::nullopt, metric.unit, ReadingState::not_counted, 0,
                               "its launch " + to_string(launch.status) + ": " + launch.reason});
}

WorkerTimes times_of(const transport::Exit& exit, const std::optional<transport::Scheduled>& scheduled) {
  WorkerTimes times{.cpu_s = exit.cpu_s, .ran_s = {}, .waited_s = {}, .switched_out = exit.switched_out};
  if (scheduled) {
    times.ran_s = scheduled->ran_s;
    times.waited_s = scheduled->waited_s;
  }
  return times;
}

void note_exit(Launch& launch, const transport::Exit& exit) {
  if (launch.status != Status::ok || exit.status == 0 || interrupt_signal() != 0) return;
  const std::string how = exit.forced ? "it did not end within 2 s, and was ended" : exit.describe();
  launch.readings.push_back(
      {"worker.exit", std::nullopt, "", ReadingState::not_counted, 0, "the worker's end after bye: " + how});
}

}  // namespace assay::run
