// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "harness/core/crc32.h"
#include "workloads/roof/mem/mem.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::roof_mem {

namespace {

enum class Kind { load, copy, triad, triad_nt, fill };

Kind parse_kind(const std::string& text) {
  if (text == "load") return Kind::load;
  if (text == "copy") return Kind::copy;
  if (text == "triad") return Kind::triad;
  if (text == "triad_nt") return Kind::triad_nt;
  if (text == "fill") return Kind::fill;
  throw Error(ErrorCode::usage, "roof.mem has no kind '" + text + "'", "load, copy, triad, triad_nt or fill");
}

std::size_t arrays_of(Kind kind) {
  switch (kind) {
    case Kind::load:
    case Kind::fill:
      return 1;
    case Kind::copy:
      return 2;
    case Kind::triad:
    case Kind::triad_nt:
      return 3;
  }
  return 1;
}

/// A thread's partial sum on a cache line of its own.
struct alignas(64) Partial {
  std::uint32_t sum;
};

class MemInstance final : public Instance {
 public:
  MemInstance(const Preparation& preparation, const Kernels& kernels, std::string isa)
      : kernels_(kernels),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        kind_(parse_kind(get_text(preparation.params, "kind"))),
        partials_(static_cast<std::size_t>(pool_.size())) {
    const std::int64_t bytes = get_integer(preparation.params, "bytes");
    const std::size_t arrays = arrays_of(kind_);
    count_ = bytes < 0 ? 0 : static_cast<std::size_t>(bytes) / (sizeof(float) * arrays);
    if (count_ == 0) {
      throw Error(ErrorCode::usage, "roof.mem: bytes=" + std::to_string(bytes) + " holds no element",
                  "at least " + std::to_string(sizeof(float) * arrays));
    }
    constexpr std::array<const char*, 2> names{"b", "c"};
    const std::size_t inputs = kind_ == Kind::load ? 1 : arrays - 1;
    for (std::size_t i = 0; i < inputs; ++i) {
      inputs_[i] = Aligned<float>(count_, &pool_);
      const Stream stream(preparation.seed, names[i]);
      fill(inputs_[i].data(), count_, &pool_,
           [&](std::size_t at) { return static_cast<float>(stream.below(at, 4096)); });
      digest_.add<float>(names[i], inputs_[i].view());
    }
    if (kind_ != Kind::load) output_ = Aligned<float>(count_, &pool_);
  }

  void call() override {
    pool_.run([this](int index) { part(index); });
    if (kind_ != Kind::load) return;
    sum_ = 0;
    for (const Partial& partial : partials_) sum_ += partial.sum;
  }

  std::vector<Tensor> output() override {
    const std::uint32_t value = kind_ == Kind::load ? sum_ : crc32(0, output_.data(), count_ * sizeof(float));
    return {Tensor::from<std::uint32_t>(kind_ == Kind::load ? "sum" : "crc32", {1}, std::span(&value, 1))};
  }

  void spoil() override {
    sum_ = ~sum_;
    for (Partial& partial : partials_) partial.sum = ~partial.sum;
    output_.spoil();
  }

  Work work() const override {
    const auto n = static_cast<double>(count_);
    const double bytes = 4 * n * static_cast<double>(arrays_of(kind_));
    const bool triad = kind_ == Kind::triad || kind_ == Kind::triad_nt;
    return {.operations = triad                 ? 2 * n
                          : kind_ == Kind::load ? n
                                                : 0,
            .minimum_bytes = bytes,
            .units = bytes};
  }

  std::size_t resident_bytes() const override {
    std::size_t bytes = partials_.size() * sizeof(Partial);
    for (const auto& input : inputs_) bytes += input.empty() ? 0 : input.bytes();
    return bytes + (output_.empty() ? 0 : output_.bytes());
  }

  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return digest_.text(); }

 private:
  void part(int index) {
    const auto [begin, end] = pool_.share(count_, index, 64 / sizeof(float));
    const std::size_t n = end - begin;
    const float* b = inputs_[0].data() + (inputs_[0].empty() ? 0 : begin);
    const float* c = inputs_[1].data() + (inputs_[1].empty() ? 0 : begin);
    float* to = output_.data() + (output_.empty() ? 0 : begin);
    switch (kind_) {
      case Kind::load:
        partials_[static_cast<std::size_t>(index)].sum = kernels_.load(b, n);
        break;
      case Kind::copy:
        kernels_.copy(to, b, n);
        break;
      case Kind::triad:
        kernels_.triad(to, b, c, n);
        break;
      case Kind::triad_nt:
        kernels_.triad_nt(to, b, c, n);
        break;
      case Kind::fill:
        kernels_.fill(to, n);
        break;
    }
  }

  Kernels kernels_;
  std::string isa_;
  cpu::Pool& pool_;
  Kind kind_;
  std::size_t count_ = 0;
  std::array<Aligned<float>, 2> inputs_;
  Aligned<float> output_;
  std::vector<Partial> partials_;
  std::uint32_t sum_ = 0;
  InputDigest digest_;
};

}  // namespace

std::unique_ptr<Instance> make_instance(const Preparation& preparation, const Kernels& kernels,
                                        std::string isa) {
  return std::make_unique<MemInstance>(preparation, kernels, std::move(isa));
}

}  // namespace assay::roof_mem
