// SPDX-License-Identifier: Apache-2.0
#include "harness/run/gather.h"

#include <string>
#include <utility>

#include "harness/core/error.h"

namespace assay::run {

namespace {

void check_count(std::size_t count, std::size_t most, const char* what) {
  if (count <= most) return;
  throw Error(ErrorCode::protocol,
              "measure: " + std::string(what) + " of this launch are over " + std::to_string(most),
              "give fewer of them a call, or lower rules.max_time");
}

}  // namespace

protocol::Measured Gather::take(protocol::Measured measured) {
  shift(measured);
  const auto calls =
      static_cast<double>(measured.samples.batch) * static_cast<double>(measured.samples.size());
  readings_.add(std::move(measured.readings), calls);
  calls_ += calls;
  for (std::size_t i = 0; i < measured.samples.size(); ++i)
    calls_ns_ += static_cast<double>(measured.samples.end_ns[i] - measured.samples.start_ns[i]);
  return measured;
}

void Gather::shift(protocol::Measured& measured) {
  if (!origin_ns_) origin_ns_ = measured.origin_ns;
  const std::int64_t by = measured.origin_ns - *origin_ns_;
  for (auto* series :
       {&measured.samples.start_ns, &measured.samples.end_ns, &measured.samples.scheduled_ns}) {
    for (auto& time : *series) time += by;
  }
  for (auto& track : measured.tracks) {
    for (auto& time : track.offset_ns) time += by;
  }
}

void Gather::append(protocol::Measured chunk) {
  append_samples(chunk.samples);
  for (auto& track : chunk.tracks) append_track(std::move(track));
}

void Gather::append_samples(const Samples& samples) {
  auto& all = launch_.samples;
  check_count(all.size() + samples.size(), most_, "the samples");
  all.start_ns.insert(all.start_ns.end(), samples.start_ns.begin(), samples.start_ns.end());
  all.end_ns.insert(all.end_ns.end(), samples.end_ns.begin(), samples.end_ns.end());
  all.scheduled_ns.insert(all.scheduled_ns.end(), samples.scheduled_ns.begin(), samples.scheduled_ns.end());
}

void Gather::append_track(Track track) {
  track_values_ += track.value.size();
  check_count(track_values_, most_, "the values of all tracks");
  for (auto& known : launch_.tracks) {
    if (known.metric != track.metric) continue;
    known.offset_ns.insert(known.offset_ns.end(), track.offset_ns.begin(), track.offset_ns.end());
    known.value.insert(known.value.end(), track.value.begin(), track.value.end());
    return;
  }
  launch_.tracks.push_back(std::move(track));
}

std::optional<double> Gather::mean_call_ns() const {
  if (calls_ <= 0) return std::nullopt;
  return calls_ns_ / calls_;
}

void Gather::finish() {
  const auto readings = readings_.per_call();
  launch_.readings.insert(launch_.readings.end(), readings.begin(), readings.end());
}

}  // namespace assay::run
