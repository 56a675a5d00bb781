// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <numeric>
#include <utility>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay {

namespace roof_latency {

namespace {

/// A line of its own: where the next one is, and what makes sure that it was visited.
struct alignas(64) Node {
  const Node* next;
  std::uint64_t value;
};
static_assert(sizeof(Node) == 64);

std::size_t node_count(const Preparation& preparation) {
  const std::int64_t bytes = get_integer(preparation.params, "bytes");
  const std::int64_t most = std::int64_t{1} << 34;
  if (bytes < 2 * 64 || bytes > most) {
    throw Error(ErrorCode::usage, "roof.latency: bytes=" + std::to_string(bytes),
                "from 128 to " + std::to_string(most));
  }
  return static_cast<std::size_t>(bytes) / sizeof(Node);
}

std::uint64_t value_of(const Stream& stream, std::size_t i) { return stream.u64(i); }

/// Memory in pages of the wanted size, as far as the kernel goes along.
class Pages {
 public:
  Pages(std::size_t bytes, bool huge) : bytes_((bytes + huge_page - 1) / huge_page * huge_page + huge_page) {
    base_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base_ == MAP_FAILED) {
      throw Error(ErrorCode::unavailable, "no memory for " + std::to_string(bytes) + " bytes",
                  "choose a smaller preset");
    }
    const int advised = madvise(base_, bytes_, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    if (advised != 0 && huge) {
      const std::string why = std::strerror(errno);
      munmap(base_, bytes_);
      throw Error(ErrorCode::unavailable, "the kernel gives no huge pages: " + why, "pages=small");
    }
  }
  ~Pages() { munmap(base_, bytes_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  /// At a boundary of huge pages.
  void* data() const {
    const auto address = reinterpret_cast<std::uintptr_t>(base_);
    return reinterpret_cast<void*>((address + huge_page - 1) / huge_page * huge_page);
  }

 private:
  static constexpr std::size_t huge_page = std::size_t{2} << 20;
  std::size_t bytes_;
  void* base_;
};

/// Every thread walks the whole cycle, from nodes of its own; the sums are equal when each visited every
/// node.
class Chase final : public Instance {
 public:
  explicit Chase(const Preparation& preparation)
      : pool_(*preparation.pool),
        stream_(preparation.seed, "value"),
        count_(node_count(preparation)),
        pages_(count_ * sizeof(Node), get_text(preparation.params, "pages") == "huge"),
        nodes_(static_cast<Node*>(pages_.data())),
        sums_(static_cast<std::size_t>(pool_.size())) {
    // Sattolo's algorithm (1986): a random permutation that is one cycle.
    Aligned<std::uint32_t> order(count_);
    std::iota(order.begin(), order.end(), 0U);
    const Stream shuffle(preparation.seed, "order");
    for (std::size_t i = count_ - 1; i > 0; --i) {
      std::swap(order[i], order[shuffle.below(i, static_cast<std::uint32_t>(i))]);
    }
    for (std::size_t i = 0; i < count_; ++i) nodes_[i] = {nodes_ + order[i], value_of(stream_, i)};
  }

  void call() override {
    pool_.run([&](int index) {
      const auto member = static_cast<std::size_t>(index);
      const Node* node = nodes_ + count_ / sums_.size() * member;
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < count_; ++i) {
        sum += node->value;
        node = node->next;
      }
      sums_[member] = sum;
    });
  }
  std::vector<Tensor> output() override {
    // Where two differ, one that cannot be right.
    std::uint64_t sum = sums_[0];
    for (const std::uint64_t other : sums_) sum = other == sums_[0] ? sum : ~sum;
    return {Tensor::from<std::uint64_t>("sum", {1}, std::span<const std::uint64_t>(&sum, 1))};
  }
  void spoil() override { sums_.spoil(); }
  Work work() const override {
    return {.operations = 0,
            .minimum_bytes = 64 * static_cast<double>(count_),
            .units = static_cast<double>(count_)};
  }
  std::size_t resident_bytes() const override { return count_ * sizeof(Node); }
  std::string input_digest() const override {
    const std::uint64_t ends[] = {value_of(stream_, 0), value_of(stream_, count_ - 1)};
    return InputDigest().add<std::uint64_t>("value", ends).text();
  }

 private:
  cpu::Pool& pool_;
  Stream stream_;
  std::size_t count_;
  Pages pages_;
  Node* nodes_;
  Aligned<std::uint64_t> sums_;
};

/// The sum that a walk must find, without a walk.
class Sum final : public Instance {
 public:
  explicit Sum(const Preparation& preparation)
      : stream_(preparation.seed, "value"), count_(node_count(preparation)) {}
  void call() override {
    sum_ = 0;
    for (std::size_t i = 0; i < count_; ++i) sum_ += value_of(stream_, i);
  }
  std::vector<Tensor> output() override {
    return {Tensor::from<std::uint64_t>("sum", {1}, std::span<const std::uint64_t>(&sum_, 1))};
  }
  void spoil() override { sum_ = ~sum_; }
  Work work() const override {
    return {.operations = 0,
            .minimum_bytes = 64 * static_cast<double>(count_),
            .units = static_cast<double>(count_)};
  }
  std::size_t resident_bytes() const override { return sizeof sum_; }
  std::string input_digest() const override {
    const std::uint64_t ends[] = {value_of(stream_, 0), value_of(stream_, count_ - 1)};
    return InputDigest().add<std::uint64_t>("value", ends).text();
  }

 private:
  Stream stream_;
  std::size_t count_;
  std::uint64_t sum_ = 0;
};

}  // namespace

}  // namespace roof_latency

Workload workload_roof_latency();

Workload workload_roof_latency() {
  Definition d;
  d.name = "roof.latency";
  d.doc =
      "Latency of one level of the memory hierarchy: every node fills a 64-byte line and holds the address "
      "of the "
      "next; the order is one random cycle (S. Sattolo 1986), so that no prefetcher knows it. A call visits "
      "every node "
      "once and adds up their seeded values; the result is that sum. With several threads each walks the "
      "whole cycle "
      "from a node of its own. Time per access is time / (bytes / 64).";
  d.parameters = {
      {"bytes", std::int64_t{256} << 20, "all nodes together, 64 bytes each", {}},
      {"pages",
       std::string("small"),
       "small: the machine's smallest pages, so that far accesses also miss the TLB; huge: 2 MiB where "
       "the kernel goes along",
       {std::string("small"), std::string("huge")}}};
  const auto preset = [](const char* name, std::int64_t bytes) { return Preset{name, {{"bytes", bytes}}}; };
  d.presets = {preset("xs", 6144), preset("l1", 16 << 10), preset("l2", 512 << 10), preset("l3", 8 << 20),
               preset("dram", std::int64_t{256} << 20)};
  d.unit_of_work = "accesses";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "0";
  d.bytes_formula = "64 * floor(bytes / 64)";
  Implementation reference;
  reference.name = "reference";
  reference.doc = "the sum without the walk: not a measure of latency";
  reference.make = [](const Preparation& p) { return std::make_unique<roof_latency::Sum>(p); };
  Implementation chase;
  chase.name = "chase";
  chase.doc = "one dependent load after the other";
  chase.make = [](const Preparation& p) { return std::make_unique<roof_latency::Chase>(p); };
  return {d, {reference, chase}};
}

}  // namespace assay
