// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/client.h"

#include <algorithm>
#include <filesystem>

#include "harness/core/text.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/worker_file.h"

namespace assay::protocol {

namespace {

/// What became of the worker, with the request that it was to answer. Its own errors say enough.
Error while_asking(const Error& error, const std::string& op, Client::Limit limit) {
  if (error.code != ErrorCode::worker && error.code != ErrorCode::timeout) return error;
  const std::string what = error.what();
  if (error.code == ErrorCode::worker) return {error.code, "`" + op + "`: " + what, error.remedy};
  static const std::string late = "timed out: ";
  return {error.code,
          late + "`" + op + "`, limit " + shortest(limit.count()) +
              " s: " + what.substr(what.starts_with(late) ? late.size() : 0),
          "raise limits." + (op == "hello" || op == "bye" ? "start" : op) +
              " in assay.toml, or choose a smaller case"};
}

template <typename Body, typename Decode>
void ask(Channel& channel, const std::string& op, std::int64_t id, Body body, Client::Limit limit,
         Decode decode) {
  const auto deadline = Channel::Clock::now() + std::chrono::duration_cast<Channel::Clock::duration>(limit);
  const auto receive = [&] {
    try {
      return channel.receive(deadline);
    } catch (const Error& error) {
      throw while_asking(error, op, limit);
    }
  };
  try {
    channel.send(encode(Request{id, std::move(body)}));
  } catch (const Error& error) {
    throw while_asking(error, op, limit);
  }
  Progress progress{.id = id};
  while (decode(receive(), progress)) {
  }
}

template <typename Reply, typename Body>
Reply ask(Channel& channel, const std::string& op, std::int64_t id, Body body, Client::Limit limit) {
  Reply reply{};
  ask(channel, op, id, std::move(body), limit,
      [&](const std::string& line, Progress& progress) { return decode_reply(line, progress, reply); });
  return reply;
}

}  // namespace

Hello Client::hello(Limit limit, const std::string& workload) {
  HelloRequest request;
  request.workload = workload;
  Hello hello = ask<Hello>(channel_, "hello", next_id_++, request, limit);
  if (hello.protocol < version_min || hello.protocol > version_max) {
    throw Error(ErrorCode::protocol,
                "the worker chose protocol " + std::to_string(hello.protocol) + ", it was offered " +
                    std::to_string(version_min) + " to " + std::to_string(version_max),
                "use a worker built for this version of Assay");
  }
  files_ = hello.files && !channel_.folder().empty();
  devices_ = hello.devices;
  own_batches_.clear();
  for (const auto& offer : hello.workloads) {
    if (offer.own_batch) own_batches_.insert(offer.definition.name);
  }
  clock_resolution_ns_ = hello.clock_resolution_ns;
  return hello;
}

Prepared Client::prepare(const PrepareRequest& request, Limit limit) {
  own_time_ = std::any_of(devices_.begin(), devices_.end(), [&](const DeviceOffer& offer) {
    return offer.device.name == request.value.device && offer.device.fidelity == "functional";
  });
  own_batch_ = own_batches_.contains(request.value.workload);
  return ask<Prepared>(channel_, "prepare", next_id_++, request, limit);
}

std::vector<OutputReply> Client::verify(Limit limit, bool values) {
  return ask<std::vector<OutputReply>>(channel_, "verify", next_id_++, VerifyRequest{values}, limit);
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
  const auto begin = Channel::Clock::now();
  Measured measured = ask<Measured>(channel_, "measure", next_id_++, request, limit);
  if (measured.in_file) {
    if (request.file.empty()) {
      throw Error(ErrorCode::protocol, "file is true, but the request named none",
                  "send the samples in lines");
    }
    read_samples(channel_.folder(), request.file, request.samples, !request.schedule_ns.empty(),
                 measured.samples);
  }
  if (own_batch_) {
    if (measured.samples.size() == 0) throw Error(ErrorCode::protocol, "measure: it answered no sample");
  } else {
    check_answers(request, measured);
  }
  check_tracks(measured.tracks, track_units_);
  check_times(measured, std::chrono::nanoseconds(Channel::Clock::now() - begin).count());
  return measured;
}

/// Two clocks that both tell time agree to far less than a hundredth; the constant is for short requests.
void Client::check_times(const Measured& measured, std::int64_t wall_ns) {
  const auto refuse = [](const std::string& what) {
    throw Error(
        ErrorCode::false_times, "measure: " + what,
        "take all times from one monotonic clock, in nanoseconds: origin_ns is its reading, start and end "
        "are offsets from that");
  };
  if (measured.samples.size() == 0) return;
  const std::int64_t first = measured.origin_ns + measured.samples.start_ns.front();
  const std::int64_t last = measured.samples.end_ns.back();
  const auto slack = wall_ns / 100 + static_cast<std::int64_t>(clock_resolution_ns_) + 1000;
  if (!own_time_ && !own_batch_ && last > wall_ns + slack) {
    refuse("the last sample ends " + milliseconds_text(last) +
           " after the origin, and the whole request took " + milliseconds_text(wall_ns));
  }
  if (first < last_end_ns_)
    refuse("the samples begin before those of the request before it ended (origin_ns)");
  last_end_ns_ = measured.origin_ns + last;
}

void Client::bye(Limit limit) {
  ask(channel_, "bye", next_id_++, ByeRequest{}, limit,
      [](const std::string& line, Progress& progress) { return decode_done(line, progress); });
}

}  // namespace assay::protocol
