// SPDX-License-Identifier: Apache-2.0
// A worker whose call executes a number of instructions that is known: counted.loop, 2 n + 1 in its loop and
// a handful to be called. x86-64 only.
#include "harness/worker/worker_main.h"

namespace {

using namespace assay;

class Loop final : public Instance {
 public:
  explicit Loop(const Preparation& preparation) : turns_(get_integer(preparation.params, "n")) {}
  void call() override {
    std::int64_t left = 0;
    asm volatile("mov %1, %0\n0: dec %0\n jnz 0b\n" : "=&r"(left) : "r"(turns_) : "cc");
    left_ = left;
  }
  std::vector<Tensor> output() override { return {Tensor::from<std::int64_t>("left", {1}, {&left_, 1})}; }
  void spoil() override { left_ = -1; }
  Work work() const override {
    return {.operations = static_cast<double>(turns_), .minimum_bytes = 8, .units = 1};
  }
  std::size_t resident_bytes() const override { return sizeof *this; }
  std::string input_digest() const override { return "crc32:00000000"; }

 private:
  std::int64_t turns_;
  std::int64_t left_ = -1;
};

Implementation implementation(const char* name) {
  Implementation i;
  i.name = name;
  i.make = [](const Preparation& p) -> std::unique_ptr<Instance> { return std::make_unique<Loop>(p); };
  return i;
}

Workload make_loop() {
  Workload workload;
  workload.definition.name = "counted.loop";
  workload.definition.parameters = {{"n", std::int64_t{1000}, "turns", {}}};
  workload.definition.presets = {{"xs", {}}};
  workload.definition.unit_of_work = "calls";
  workload.implementations = {implementation("reference"), implementation("own")};
  return workload;
}

}  // namespace

int main(int argc, char** argv) {
  const assay::ComponentTable table{{{"counted.loop", &make_loop}}, {}, {}, {}, {}, {}, "1", "any"};
  return assay::worker_main(argc, argv, table);
}
