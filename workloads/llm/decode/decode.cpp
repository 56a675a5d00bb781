// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/decode/decode.h"

#include <time.h>

#include <algorithm>

namespace assay::llm {

namespace {

/// Values a track keeps between two take_tracks(); later ones are left out, so that call() never allocates.
constexpr std::size_t track_capacity = std::size_t{1} << 17;

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void reserve(Track& track) {
  track.offset_ns.reserve(track_capacity);
  track.value.reserve(track_capacity);
}

}  // namespace

DecodeInstance::DecodeInstance(const Preparation& preparation)
    : pool_(preparation.pool),
      model_(preparation),
      keys_(model_.shape.layers * model_.positions() * model_.shape.kv()),
      values_(keys_.size()),
      logits_(model_.shape.vocabulary),
      tokens_(model_.new_tokens),
      kept_(model_.kept()),
      steps_(model_.new_tokens * kept_),
      first_token_{"time.first_token", "ns", {}, {}},
      inter_token_{"time.inter_token", "ns", {}, {}} {
  reserve(first_token_);
  reserve(inter_token_);
}

void DecodeInstance::read_prompt() {
  for (std::size_t i = 0; i + 1 < model_.prompt.size(); ++i) step(model_.prompt[i], i);
}

void DecodeInstance::call() {
  std::int64_t last = now_ns();
  std::int32_t token = model_.prompt.back();
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    token = step(token, model_.prompt_tokens - 1 + i);
    tokens_[i] = token;
    const std::size_t apart = logits_.size() / kept_;
    for (std::size_t k = 0; k < kept_; ++k) steps_[i * kept_ + k] = logits_[k * apart];
    const std::int64_t now = now_ns();
    record(i == 0 ? first_token_ : inter_token_, now, now - last);
    last = now;
  }
}

void DecodeInstance::record(Track& track, std::int64_t at_ns, std::int64_t elapsed_ns) {
  if (track.value.size() == track_capacity) return;
  track.offset_ns.push_back(at_ns);
  track.value.push_back(static_cast<double>(elapsed_ns));
}

std::vector<Track> DecodeInstance::take_tracks() {
  std::vector<Track> taken = {first_token_, inter_token_};
  for (Track* track : {&first_token_, &inter_token_}) {
    track->offset_ns.clear();
    track->value.clear();
  }
  return taken;
}

std::vector<Tensor> DecodeInstance::output() { return model_.output(tokens_, steps_.view(), logits_.view()); }

void DecodeInstance::spoil() {
  std::fill(tokens_.begin(), tokens_.end(), -1);
  steps_.spoil();
  logits_.spoil();
}

std::size_t DecodeInstance::resident_bytes() const {
  return model_.resident_bytes() + keys_.bytes() + values_.bytes() + steps_.bytes() + logits_.bytes();
}

}  // namespace assay::llm
