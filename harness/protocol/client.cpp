// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/client.h"

#include <filesystem>

#include "harness/protocol/codec.h"
#include "harness/protocol/worker_file.h"

namespace assay::protocol {

namespace {

template <typename Body, typename Decode>
void ask(Channel& channel, std::int64_t id, Body body, Client::Limit limit, Decode decode) {
  const auto deadline = Channel::Clock::now() + std::chrono::duration_cast<Channel::Clock::duration>(limit);
  channel.send(encode(Request{id, std::move(body)}));
  Progress progress{.id = id};
  while (decode(channel.receive(deadline), progress)) {
  }
}

template <typename Reply, typename Body>
Reply ask(Channel& channel, std::int64_t id, Body body, Client::Limit limit) {
  Reply reply{};
  ask(channel, id, std::move(body), limit,
      [&](const std::string& line, Progress& progress) { return decode_reply(line, progress, reply); });
  return reply;
}

}  // namespace

Hello Client::hello(Limit limit, const std::string& workload) {
  HelloRequest request;
  request.workload = workload;
  Hello hello = ask<Hello>(channel_, next_id_++, request, limit);
  if (hello.protocol < version_min || hello.protocol > version_max) {
    throw Error(ErrorCode::protocol,
                "the worker chose protocol " + std::to_string(hello.protocol) + ", it was offered " +
                    std::to_string(version_min) + " to " + std::to_string(version_max),
                "use a worker built for this version of Assay");
  }
  files_ = hello.files && !channel_.folder().empty();
  return hello;
}

Prepared Client::prepare(const PrepareRequest& request, Limit limit) {
  return ask<Prepared>(channel_, next_id_++, request, limit);
}

std::vector<OutputReply> Client::verify(Limit limit, bool values) {
  return ask<std::vector<OutputReply>>(channel_, next_id_++, VerifyRequest{values}, limit);
}

Measured Client::measure(MeasureRequest request, Limit limit) {
  if (files_ && request.samples > static_cast<std::int64_t>(max_values_per_line)) {
    request.file = channel_.folder() + "/assay-samples.npy";
    std::error_code ignored;
    std::filesystem::remove(request.file,
                            ignored);  // else an earlier request's could be taken for this one's
    if (!request.schedule_ns.empty()) {
      request.schedule_file = channel_.folder() + "/assay-schedule.npy";
      write_schedule(request.schedule_file, request.schedule_ns);
    }
  }
  Measured measured = ask<Measured>(channel_, next_id_++, request, limit);
  if (measured.in_file) {
    if (request.file.empty()) {
      throw Error(ErrorCode::protocol, "file is true, but the request named none",
                  "send the samples in lines");
    }
    read_samples(channel_.folder(), request.file, request.samples, !request.schedule_ns.empty(),
                 measured.samples);
  }
  check_answers(request, measured);
  return measured;
}

void Client::bye(Limit limit) {
  ask(channel_, next_id_++, ByeRequest{}, limit,
      [](const std::string& line, Progress& progress) { return decode_done(line, progress); });
}

}  // namespace assay::protocol
