// SPDX-License-Identifier: Apache-2.0
// A worker whose call executes a number of instructions that is known: counted.loop, 2 n + 1 in its loop and
// a handful to be called; counted.allocations, n blocks of 100 bytes that are held together and given back.
// x86-64 only.
#include <cstdlib>
#include <vector>

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

class Allocating final : public Instance {
 public:
  explicit Allocating(const Preparation& preparation)
      : blocks_(static_cast<std::size_t>(get_integer(preparation.params, "n"))) {}
  void call() override {
    for (void*& block : blocks_) {
      block = std::malloc(100);
      asm volatile("" : : "r"(block) : "memory");  // else the compiler leaves it out
    }
    for (void* block : blocks_) std::free(block);
    done_ = 1;
  }
  std::vector<Tensor> output() override { return {Tensor::from<std::int64_t>("done", {1}, {&done_, 1})}; }
  void spoil() override { done_ = -1; }
  Work work() const override { return {.operations = 0, .minimum_bytes = 8, .units = 1}; }
  std::size_t resident_bytes() const override { return sizeof *this; }
  std::string input_digest() const override { return "crc32:00000000"; }

 private:
  std::vector<void*> blocks_;
  std::int64_t done_ = -1;
};

template <typename What>
Implementation implementation(const char* name) {
  Implementation i;
  i.name = name;
  i.make = [](const Preparation& p) -> std::unique_ptr<Instance> { return std::make_unique<What>(p); };
  return i;
}

template <typename What>
Workload make(const char* name, const char* what) {
  Workload workload;
  workload.definition.name = name;
  workload.definition.parameters = {{"n", std::int64_t{1000}, what, {}}};
  workload.definition.presets = {{"xs", {}}};
  workload.definition.unit_of_work = "calls";
  workload.implementations = {implementation<What>("reference"), implementation<What>("own")};
  return workload;
}

Workload make_loop() { return make<Loop>("counted.loop", "turns"); }
Workload make_allocations() { return make<Allocating>("counted.allocations", "blocks"); }

}  // namespace

int main(int argc, char** argv) {
  const assay::ComponentTable table{
      {{"counted.loop", &make_loop}, {"counted.allocations", &make_allocations}},
      {},
      {},
      {},
      {},
      {},
      "1",
      "any"};
  return assay::worker_main(argc, argv, table);
}
