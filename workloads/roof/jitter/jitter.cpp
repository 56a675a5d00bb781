// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ctime>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay {

namespace roof_jitter {

namespace {

std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::uint64_t step(std::uint64_t token) { return token * 6364136223846793005U + 1442695040888963407U; }

struct Problem {
  std::uint64_t start;
  std::int64_t reads;

  explicit Problem(const Preparation& preparation)
      : start(Stream(preparation.seed, "token").u64(0)), reads(get_integer(preparation.params, "reads")) {
    if (reads >= 1 && reads <= 100'000'000) return;
    throw Error(ErrorCode::usage, "roof.jitter: reads=" + std::to_string(reads), "from 1 to 100000000");
  }
  Work work() const { return {.operations = 0, .minimum_bytes = 0, .units = double(reads)}; }
  std::string digest() const {
    return InputDigest().add<std::uint64_t>("token", std::span(&start, 1)).text();
  }
};

/// What one thread saw in one call; kept apart from its neighbours'.
struct alignas(128) Seen {
  static constexpr std::size_t most =
      4096;  // of one call: a machine that is disturbed more often has said enough
  std::uint64_t token = 0;
  std::size_t gaps = 0;
  std::int64_t at_ns[most] = {};
  std::int64_t gap_ns[most] = {};
};

/// Every thread reads the clock over and over: two readings further apart than `threshold_ns` had something
/// between them that was not ours.
class Watch final : public Instance {
 public:
  explicit Watch(const Preparation& preparation)
      : problem_(preparation),
        threshold_ns_(get_integer(preparation.params, "threshold_ns")),
        pool_(*preparation.pool),
        seen_(static_cast<std::size_t>(pool_.size())) {
    if (threshold_ns_ >= 1) return;
    throw Error(ErrorCode::usage, "roof.jitter: threshold_ns=" + std::to_string(threshold_ns_), "1 or more");
  }

  void call() override {
    pool_.run([&](int index) { watch(seen_[static_cast<std::size_t>(index)]); });
    for (const Seen& seen : seen_) {
      for (std::size_t i = 0; i < seen.gaps && track_.value.size() < track_.value.capacity(); ++i) {
        track_.offset_ns.push_back(seen.at_ns[i]);
        track_.value.push_back(static_cast<double>(seen.gap_ns[i]));
      }
    }
  }
  std::vector<Tensor> output() override {
    std::uint64_t token = seen_[0].token;
    for (const Seen& other : seen_) token = other.token == seen_[0].token ? token : ~token;
    return {Tensor::from<std::uint64_t>("token", {1}, std::span<const std::uint64_t>(&token, 1))};
  }
  void spoil() override {
    for (Seen& seen : seen_) seen.token = ~seen.token;
  }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return seen_.size() * sizeof(Seen); }
  std::string input_digest() const override { return problem_.digest(); }
  std::vector<Track> take_tracks() override {
    Track taken = std::move(track_);
    track_ = empty_track();
    return {std::move(taken)};
  }

 private:
  static Track empty_track() {
    Track track{.metric = "time.gap", .unit = "ns", .offset_ns = {}, .value = {}};
    track.offset_ns.reserve(1 << 16);  // nothing is allocated in a call
    track.value.reserve(1 << 16);
    return track;
  }

  void watch(Seen& seen) const {
    seen.gaps = 0;
    std::uint64_t token = problem_.start;
    std::int64_t last = now_ns();
    for (std::int64_t i = 0; i < problem_.reads; ++i) {
      token = step(token);
      const std::int64_t now = now_ns();
      if (now - last > threshold_ns_ && seen.gaps < Seen::most) {
        seen.at_ns[seen.gaps] = last;
        seen.gap_ns[seen.gaps++] = now - last;
      }
      last = now;
    }
    seen.token = token;
  }

  Problem problem_;
  std::int64_t threshold_ns_;
  cpu::Pool& pool_;
  std::vector<Seen> seen_;
  Track track_ = empty_track();
};

class Token final : public Instance {
 public:
  explicit Token(const Preparation& preparation) : problem_(preparation) {}
  void call() override {
    token_ = problem_.start;
    for (std::int64_t i = 0; i < problem_.reads; ++i) token_ = step(token_);
  }
  std::vector<Tensor> output() override {
    return {Tensor::from<std::uint64_t>("token", {1}, std::span<const std::uint64_t>(&token_, 1))};
  }
  void spoil() override { token_ = ~token_; }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return sizeof token_; }
  std::string input_digest() const override { return problem_.digest(); }

 private:
  Problem problem_;
  std::uint64_t token_ = 0;
};

}  // namespace

}  // namespace roof_jitter

Workload workload_roof_jitter();

Workload workload_roof_jitter() {
  Definition d;
  d.name = "roof.jitter";
  d.doc =
      "What a core is kept from: every thread reads the clock over and over; where two readings lie more "
      "than "
      "`threshold_ns` apart, an interrupt, another program or the hypervisor was between them. These gaps "
      "are the "
      "track time.gap. One step of a generator goes with every reading; the result is where it ended.";
  d.parameters = {{"reads", std::int64_t{400'000}, "of the clock, by each thread", {}},
                  {"threshold_ns", std::int64_t{5'000}, "a gap is longer than this", {}}};
  d.presets = {{"xs", {{"reads", std::int64_t{1'000}}}}};
  d.unit_of_work = "reads";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "0";
  d.bytes_formula = "0";
  Implementation reference;
  reference.name = "reference";
  reference.doc = "the generator without the clock: it sees no gap";
  reference.make = [](const Preparation& p) { return std::make_unique<roof_jitter::Token>(p); };
  Implementation watch;
  watch.name = "clock";
  watch.doc = "CLOCK_MONOTONIC in a loop on every pinned thread";
  watch.make = [](const Preparation& p) { return std::make_unique<roof_jitter::Watch>(p); };
  return {d, {reference, watch}};
}

}  // namespace assay
