// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <thread>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay {

namespace roof_c2c {

namespace {

/// What one side answers to the other: a step of a linear congruential generator (Knuth's MMIX constants).
/// Its results alternate in the lowest bit, for addend and multiplier are odd: that bit says whose turn it
/// is.
std::uint64_t answer(std::uint64_t token) { return token * 6364136223846793005U + 1442695040888963407U; }

/// The seeded start, the number of answers, which both sides share out in turn, and who they are.
struct Problem {
  std::uint64_t start;  // even
  std::int64_t first;
  std::int64_t second;
  std::int64_t transfers;

  explicit Problem(const Preparation& preparation)
      : start(Stream(preparation.seed, "token").u64(0) & ~std::uint64_t{1}),
        first(get_integer(preparation.params, "first")),
        second(get_integer(preparation.params, "second")) {
    const std::int64_t rounds = get_integer(preparation.params, "rounds");
    if (rounds < 1 || rounds > 1'000'000) {
      throw Error(ErrorCode::usage, "roof.c2c: rounds=" + std::to_string(rounds), "from 1 to 1000000");
    }
    if (first < 0 || second < 0 || first == second) {
      throw Error(ErrorCode::usage,
                  "roof.c2c: first=" + std::to_string(first) + ", second=" + std::to_string(second),
                  "two different members, from 0");
    }
    transfers = 2 * rounds;
  }
  Work work() const {
    return {.operations = 0, .minimum_bytes = 64 * double(transfers), .units = double(transfers)};
  }
  std::string digest() const {
    return InputDigest().add<std::uint64_t>("token", std::span(&start, 1)).text();
  }
  static std::vector<Tensor> output(std::uint64_t token) {
    return {Tensor::from<std::uint64_t>("token", {1}, std::span<const std::uint64_t>(&token, 1))};
  }
};

class PingPong final : public Instance {
 public:
  explicit PingPong(const Preparation& preparation) : problem_(preparation), pool_(*preparation.pool) {
    const std::int64_t last = std::max(problem_.first, problem_.second);
    if (last < pool_.size()) return;
    throw Error(ErrorCode::unavailable,
                "roof.c2c needs " + std::to_string(static_cast<std::uint64_t>(last) + 1) +
                    " threads, the case has " + std::to_string(pool_.size()),
                "threads=all on a machine of more CPUs, or other members");
  }

  void call() override {
    line_.token.store(problem_.start, std::memory_order_relaxed);
    pool_.run([&](int index) {
      if (index == problem_.first) side(0);
      if (index == problem_.second) side(1);
    });
  }
  std::vector<Tensor> output() override { return Problem::output(line_.token.load()); }
  void spoil() override { line_.token = ~line_.token; }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return sizeof line_; }
  std::string input_digest() const override { return problem_.digest(); }

 private:
  struct alignas(128) Line {  // two lines: prefetchers fetch in pairs
    std::atomic<std::uint64_t> token{0};
  };

  /// Answers every token whose lowest bit is `turn`. One that waits long gives its CPU away: both sides may
  /// share it.
  void side(std::uint64_t turn) {
    constexpr int patience = 10'000;
    for (std::int64_t i = 0; i < problem_.transfers / 2; ++i) {
      std::uint64_t token = line_.token.load(std::memory_order_acquire);
      for (int waited = 0; (token & 1) != turn; token = line_.token.load(std::memory_order_acquire)) {
        if (++waited % patience == 0) std::this_thread::yield();
      }
      line_.token.store(answer(token), std::memory_order_release);
    }
  }

  Problem problem_;
  cpu::Pool& pool_;
  Line line_;
};

class Alone final : public Instance {
 public:
  explicit Alone(const Preparation& preparation) : problem_(preparation) {}
  void call() override {
    token_ = problem_.start;
    for (std::int64_t i = 0; i < problem_.transfers; ++i) token_ = answer(token_);
  }
  std::vector<Tensor> output() override { return Problem::output(token_); }
  void spoil() override { token_ = ~token_; }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return sizeof token_; }
  std::string input_digest() const override { return problem_.digest(); }

 private:
  Problem problem_;
  std::uint64_t token_ = 0;
};

}  // namespace

}  // namespace roof_c2c

Workload workload_roof_c2c();

Workload workload_roof_c2c() {
  Definition d;
  d.name = "roof.c2c";
  d.doc =
      "What it costs to hand a cache line from one core to another: two threads answer each other through "
      "one word. An "
      "answer is a step of a linear congruential generator, so the last word proves that all were made, in "
      "turn. Time "
      "of one way is time / (2 * rounds).";
  d.parameters = {
      {"first", std::int64_t{0}, "the one thread: its number among the case's threads, from 0", {}},
      {"second", std::int64_t{1}, "the other", {}},
      {"rounds", std::int64_t{10'000}, "there and back, 1 to 1000000", {}}};
  d.presets = {{"xs", {{"rounds", std::int64_t{100}}}}, {"s", {{"rounds", std::int64_t{1'000}}}}};
  d.unit_of_work = "transfers";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "0";
  d.bytes_formula = "64 * 2 * rounds";
  Implementation reference;
  reference.name = "reference";
  reference.doc = "one thread answers itself: no line moves";
  reference.make = [](const Preparation& p) { return std::make_unique<roof_c2c::Alone>(p); };
  Implementation pair;
  pair.name = "pingpong";
  pair.doc = "two pinned threads, one word, acquire and release";
  pair.make = [](const Preparation& p) { return std::make_unique<roof_c2c::PingPong>(p); };
  return {d, {reference, pair}};
}

}  // namespace assay
