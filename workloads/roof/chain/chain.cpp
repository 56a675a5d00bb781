// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay {

namespace roof_chain {

namespace {

/// x + additions * step in 64 bits, from seeded x and odd step.
struct Problem {
  std::uint64_t x;
  std::uint64_t step;
  std::uint64_t additions;

  explicit Problem(const Preparation& preparation)
      : x(Stream(preparation.seed, "x").u64(0)),
        step(Stream(preparation.seed, "step").u64(0) | 1),
        additions(static_cast<std::uint64_t>(get_integer(preparation.params, "additions"))) {
    if (additions >= 16 && additions <= 1'000'000'000 && additions % 16 == 0) return;
    throw Error(ErrorCode::usage, "roof.chain: additions=" + std::to_string(additions),
                "a multiple of 16, from 16 to 1000000000");
  }
  Work work() const {
    return {.operations = double(additions), .minimum_bytes = 0, .units = double(additions)};
  }
  std::string digest() const {
    const std::uint64_t both[] = {x, step};
    return InputDigest().add<std::uint64_t>("x, step", both).text();
  }
};

using Sum = std::uint64_t (*)(std::uint64_t x, std::uint64_t step, std::uint64_t additions);

std::uint64_t closed_form(std::uint64_t x, std::uint64_t step, std::uint64_t additions) {
  return x + step * additions;
}

/// Of two registers: a constant addend is folded into one cycle by Intel's cores since Golden Cove.
std::uint64_t chain(std::uint64_t x, std::uint64_t step, std::uint64_t additions) {
  asm volatile("" : "+r"(step));
  for (std::uint64_t i = 0; i < additions / 16; ++i) {
    for (int j = 0; j < 16; ++j) asm volatile("" : "+r"(x += step));
  }
  return x;
}

/// Every thread does the whole chain; the sums are equal.
class Chain final : public Instance {
 public:
  Chain(const Preparation& preparation, Sum sum)
      : problem_(preparation),
        sum_(sum),
        pool_(*preparation.pool),
        ends_(static_cast<std::size_t>(pool_.size())) {}
  void call() override {
    pool_.run([&](int index) {
      ends_[static_cast<std::size_t>(index)] = sum_(problem_.x, problem_.step, problem_.additions);
    });
  }
  std::vector<Tensor> output() override {
    std::uint64_t end = ends_[0];
    for (const std::uint64_t other : ends_) end = other == ends_[0] ? end : ~end;
    return {Tensor::from<std::uint64_t>("end", {1}, std::span<const std::uint64_t>(&end, 1))};
  }
  void spoil() override { ends_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return ends_.bytes(); }
  std::string input_digest() const override { return problem_.digest(); }

 private:
  Problem problem_;
  Sum sum_;
  cpu::Pool& pool_;
  Aligned<std::uint64_t> ends_;
};

}  // namespace

}  // namespace roof_chain

Workload workload_roof_chain();

Workload workload_roof_chain() {
  Definition d;
  d.name = "roof.chain";
  d.doc =
      "The clock frequency of the cores that measure, without counters: additions of two registers, each of "
      "which "
      "needs the one before, take one cycle each on every core that Assay runs on, so additions a second are "
      "cycles a "
      "second. Every thread does a chain of its own. The result is the sum, known in closed form.";
  d.parameters = {{"additions", std::int64_t{1'600'000}, "of one chain, a multiple of 16", {}}};
  d.presets = {{"xs", {{"additions", std::int64_t{16'000}}}}};
  d.unit_of_work = "cycles";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "additions";
  d.bytes_formula = "0";
  Implementation reference;
  reference.name = "reference";
  reference.doc = "the closed form: not a measure of the clock";
  reference.make = [](const Preparation& p) {
    return std::make_unique<roof_chain::Chain>(p, roof_chain::closed_form);
  };
  Implementation chain;
  chain.name = "scalar";
  chain.doc = "one addition of two registers after the other";
  chain.make = [](const Preparation& p) { return std::make_unique<roof_chain::Chain>(p, roof_chain::chain); };
  return {d, {reference, chain}};
}

}  // namespace assay
