// SPDX-License-Identifier: Apache-2.0
#include "harness/run/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/core/error.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/worker_file.h"
#include "harness/run/clock_check.h"
#include "harness/run/finite.h"
#include "harness/run/interrupt.h"
#include "harness/run/launch_end.h"
#include "harness/run/prepared.h"

namespace assay::run {

using protocol::Client;

namespace {

bool same_results(const std::vector<protocol::Output>& a, const std::vector<protocol::Output>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.dtype == y.dtype && x.shape == y.shape && x.digest == y.digest &&
           x.values.shape == y.values.shape && x.values.bytes == y.values.bytes;
  });
}

}  // namespace

Session::Session(const LaunchRequest& request, Launch& launch, Channel& channel, Phases& phases)
    : request_(request),
      launch_(launch),
      channel_(channel),
      client_(channel),
      phases_(phases),
      collecting_(collecting_for(request.worker, request.collectors, request.groups)),
      declared_(declared_metrics(request.worker)),
      gather_(launch, declared_) {}

void Session::greet() {
  phases_.begin("hello");
  const auto hello = client_.hello(Client::Limit(request_.limits.start_s), request_.planned.value.workload);
  // (Of a program with a tool around it, the worker sees the tool.)
  if (request_.around == nullptr) launch_.subject = hello.subject;
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
  unverified_ = offer->unverified;
  own_batch_ = offer->own_batch;
  // (A tool around the launch loads code of its own.)
  if (request_.around == nullptr && !request_.worker.relinked &&
      hello.subject.binary != request_.worker.hello.subject.binary) {
    throw Error(ErrorCode::worker,
                "the worker's code changed while the run went on: its binary is another one",
                "run again with a build that stays as it is");
  }
}

void Session::prepare() {
  phases_.begin("prepare");
  protocol::PrepareRequest asked{request_.planned.value, request_.planned.params, request_.seed,
                                 request_.cpus, request_.planned.inputs};
  // An agent has no file system, and lines of 512 bytes: it knows the file that it was linked with by its
  // key.
  if (request_.worker.hello.worker == "assay-agent") {
    for (auto& [role, path] : asked.inputs) path.clear();
  }
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

bool Session::verify(const ExpectedResults::Expected& expected, const char* moment) {
  phases_.begin("verify");
  const auto replies = client_.verify(Client::Limit(request_.limits.verify_s));
  auto outputs = protocol::to_outputs(replies, channel_.folder());
  protocol::remove_files(replies);
  if (!right_.empty() && same_results(outputs, right_)) return true;
  if (!judge_result(launch_, outputs, expected, definition_, moment)) return false;
  odd_result_ = not_finite(outputs);
  right_ = std::move(outputs);
  return true;
}

bool Session::verify_measured(const ExpectedResults::Expected& expected) {
  if (std::string("02468ace").find(launch_.id.back()) != std::string::npos) call_once();
  if (!verify(expected, "after measuring")) return false;
  const auto alone = [&] { return interrupt_signal() == 0 ? call_once() : 0; };
  constexpr int tries = 5;  // the least of them: whatever else goes on only adds
  for (int i = 1;; ++i) {
    const std::int64_t alone_ns = alone();
    if (!verify(expected, "of one call after measuring")) return false;
    if (!work_left_out(alone_ns)) return true;
    if (i == tries) refuse_left_out(alone_ns);
  }
}

void Session::leave() {
  phases_.begin("bye");
  client_.bye(Client::Limit(request_.limits.start_s));
}

/// What the worker says that it took, less what its threads waited for a CPU.
std::int64_t Session::call_once() {
  phases_.begin("verify");
  protocol::MeasureRequest once;
  once.cold = cold_;
  const double before_s = channel_.waited_s();
  const auto measured = client_.measure(once, Client::Limit(request_.limits.measure_s));
  return std::max<std::int64_t>(shortest_ns(measured.samples) - waited_ns(before_s), 0);
}

void Session::note(const std::string& metric, const std::string& reason) {
  launch_.readings.push_back({metric, std::nullopt, "", ReadingState::not_counted, 0, reason});
}

}  // namespace assay::run
