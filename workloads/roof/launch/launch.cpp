// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/launch/launch.h"

#include <atomic>

#include "harness/backends/cpu/pool.h"

namespace assay {

namespace roof_launch {

namespace {

/// `pooled`: each piece is a fork and join of all the case's threads; else the caller does it.
class CpuLaunch final : public Instance {
 public:
  CpuLaunch(const Preparation& preparation, bool pooled)
      : problem_(preparation), pool_(*preparation.pool), pooled_(pooled) {}

  void call() override {
    for (std::int64_t i = 0; i < problem_.launches; ++i) {
      const std::uint32_t value = problem_.value(i);
      if (pooled_) {
        pool_.run([&](int) { word_.store(value, std::memory_order_relaxed); });
      } else {
        word_.store(value, std::memory_order_relaxed);
      }
    }
  }
  std::vector<Tensor> output() override { return LaunchProblem::output(word_.load()); }
  void spoil() override { word_ = ~word_; }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return sizeof word_; }
  std::string input_digest() const override { return problem_.digest(); }

 private:
  LaunchProblem problem_;
  cpu::Pool& pool_;
  bool pooled_;
  std::atomic<std::uint32_t> word_{0};
};

Implementation row(const char* name, const char* doc, bool pooled) {
  Implementation implementation;
  implementation.name = name;
  implementation.doc = doc;
  implementation.make = [pooled](const Preparation& preparation) {
    return std::make_unique<CpuLaunch>(preparation, pooled);
  };
  return implementation;
}

}  // namespace

}  // namespace roof_launch

Workload workload_roof_launch();

Workload workload_roof_launch() {
  Definition d;
  d.name = "roof.launch";
  d.doc =
      "What it costs to hand work to whoever executes and to know that it is done: `launches` pieces one "
      "after "
      "the other, each of which stores one seeded word, and one wait at the end. On a GPU a piece is a "
      "kernel "
      "launch, on the pool a fork and join of all threads. The result is the last word.";
  d.parameters = {{"launches", std::int64_t{1}, "pieces before the wait, 1 to 1000", {}}};
  d.presets = {{"xs", {}}, {"burst", {{"launches", std::int64_t{20}}}}};
  d.unit_of_work = "launches";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "0";
  d.bytes_formula = "4 * launches";
  return {d,
          {roof_launch::row("reference", "the caller stores the words itself", false),
           roof_launch::row("pool", "a fork and join of all pinned threads a piece", true)}};
}

}  // namespace assay
