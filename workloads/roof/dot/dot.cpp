// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/dot/dot.h"

#include <bit>
#include <cstring>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay {

namespace roof_dot {

namespace {

/// A whole number from -2 to 2 is exact in the upper half of its f32.
std::uint16_t bf16(int value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(value)) >> 16);
}
float from_bf16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

/// Seeded operands and starts. T: std::int32_t or float, the accumulators' type.
template <typename T>
struct Problem {
  std::int64_t rounds;
  std::size_t blocks;
  Operands operands{};
  Aligned<T> start;
  InputDigest digest;

  explicit Problem(const Preparation& preparation)
      : rounds(bounded(preparation, "rounds", 4096)),
        blocks(static_cast<std::size_t>(bounded(preparation, "blocks", std::int64_t{1} << 24))),
        start(blocks * chains, preparation.pool) {
    const Stream a(preparation.seed, "a"), b(preparation.seed, "b"), first(preparation.seed, "start");
    for (std::size_t i = 0; i < 64; ++i) {
      operands.a8[i] = static_cast<std::uint8_t>(a.below(i, 128));
      operands.b8[i] = static_cast<std::int8_t>(static_cast<int>(b.below(i, 255)) - 127);
    }
    for (std::size_t i = 0; i < 32; ++i) {
      operands.a16[i] = bf16(static_cast<int>(a.below(64 + i, 5)) - 2);
      operands.b16[i] = bf16(static_cast<int>(b.below(64 + i, 5)) - 2);
    }
    fill(start.data(), start.size(), preparation.pool,
         [&](std::size_t i) { return static_cast<T>(first.below(i, 1000)); });
    digest.add<std::uint8_t>("a8", operands.a8).add<std::int8_t>("b8", operands.b8);
    digest.add_bytes("a16", "bf16", operands.a16, 32, sizeof operands.a16);
    digest.add_bytes("b16", "bf16", operands.b16, 32, sizeof operands.b16);
    digest.template add<T>("start", start.view());
  }

  Work work() const {
    const auto per_chain = static_cast<double>(std::is_integral_v<T> ? i8_per_chain : bf16_per_chain);
    const auto sums = static_cast<double>(start.size());
    const double operations = 2 * per_chain * sums * static_cast<double>(rounds);
    return {.operations = operations, .minimum_bytes = 2 * sums * sizeof(T), .units = operations};
  }

 private:
  static std::int64_t bounded(const Preparation& preparation, const char* name, std::int64_t largest) {
    const std::int64_t value = get_integer(preparation.params, name);
    if (value >= 1 && value <= largest) return value;
    throw Error(ErrorCode::usage, std::string("roof.dot: ") + name + "=" + std::to_string(value),
                "from 1 to " + std::to_string(largest));
  }
};

void plain_i8(std::int32_t* sums, const Operands& o, std::int64_t rounds) {
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < chains; ++i) {
      std::uint32_t dot = 0;  // wraps around, as the instructions do
      for (std::size_t j = 0; j < i8_per_chain; ++j) {
        const std::size_t k = i % 16 * i8_per_chain + j;
        dot += static_cast<std::uint32_t>(o.a8[k] * o.b8[k]);
      }
      sums[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[i]) + dot);
    }
  }
}

void plain_bf16(float* sums, const Operands& o, std::int64_t rounds) {
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < chains; ++i) {
      for (std::size_t j = 0; j < bf16_per_chain; ++j) {
        const std::size_t k = i % 16 * bf16_per_chain + j;
        sums[i] += from_bf16(o.a16[k]) * from_bf16(o.b16[k]);
      }
    }
  }
}

template <typename T>
class Dot final : public Instance {
 public:
  using Kernel = void (*)(T*, const Operands&, std::int64_t);

  Dot(const Preparation& preparation, Kernel kernel, std::string isa)
      : problem_(preparation),
        kernel_(kernel),
        isa_(std::move(isa)),
        pool_(*preparation.pool),
        end_(problem_.start.size(), &pool_) {}

  void call() override {
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(problem_.blocks, index);
      for (std::size_t block = begin; block < end; ++block) {
        T* sums = end_.data() + block * chains;
        std::copy_n(problem_.start.data() + block * chains, chains, sums);
        kernel_(sums, problem_.operands, problem_.rounds);
      }
    });
  }
  std::vector<Tensor> output() override {
    const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(problem_.blocks),
                                             static_cast<std::int64_t>(chains)};
    return {Tensor::from<T>("sums", shape, std::span<const T>(end_.view()))};
  }
  void spoil() override { end_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override {
    return problem_.start.bytes() + end_.bytes() + sizeof(Operands);
  }
  std::string isa() const override { return isa_; }
  std::string input_digest() const override { return problem_.digest.text(); }

 private:
  Problem<T> problem_;
  Kernel kernel_;
  std::string isa_;
  cpu::Pool& pool_;
  Aligned<T> end_;
};

std::vector<Value> isas() {
  std::vector<Value> values = {std::string("best")};
  for (const Path& path : paths()) {
    if (path.supported()) values.emplace_back(std::string(path.isa));
  }
  return values;
}

bool is_bf16(const Preparation& preparation) { return get_text(preparation.params, "dtype") == "bf16"; }

std::unique_ptr<Instance> make_reference(const Preparation& preparation) {
  if (is_bf16(preparation)) return std::make_unique<Dot<float>>(preparation, plain_bf16, "scalar");
  return std::make_unique<Dot<std::int32_t>>(preparation, plain_i8, "scalar");
}

std::unique_ptr<Instance> make_simd(const Preparation& preparation) {
  const std::string wanted = get_text(preparation.params, "isa");
  const bool bf16 = is_bf16(preparation);
  std::string known = "best";
  for (const Path& path : paths()) {
    if (!path.supported() || (bf16 ? path.bf16 == nullptr : path.i8 == nullptr)) continue;
    known += std::string(", ") + path.isa;
    if (wanted != "best" && wanted != path.isa) continue;
    if (bf16) return std::make_unique<Dot<float>>(preparation, path.bf16, path.isa);
    return std::make_unique<Dot<std::int32_t>>(preparation, path.i8, path.isa);
  }
  const std::string dtype = bf16 ? "bf16" : "i8";
  if (known == "best") {
    throw Error(ErrorCode::unavailable, "roof.dot: this CPU or build has no dot product of " + dtype,
                bf16 ? "a CPU with AVX-512 BF16, or Arm's BF16"
                     : "an x86 CPU with AVX2 or later, or an Arm CPU with dotprod or i8mm");
  }
  throw Error(ErrorCode::unavailable, "roof.dot: isa=" + wanted + " has no dot product of " + dtype + " here",
              "known: " + known);
}

}  // namespace

}  // namespace roof_dot

Workload workload_roof_dot();

Workload workload_roof_dot() {
  Definition d;
  d.name = "roof.dot";
  d.doc =
      "Peak of the dot-product instructions of small types: blocks of 192 chains, each of which gains, "
      "`rounds` times, "
      "the dot product of its lane's seeded operands: four u8 * i8 into an i32, or two bf16 into an f32. All "
      "operands "
      "are whole numbers, chosen so that every sum is exact whatever the order and also where an instruction "
      "saturates "
      "pairs; the result depends on every round.";
  d.parameters = {
      {"dtype",
       Value{std::string("i8")},
       "operands: i8 (u8 * i8) or bf16",
       {std::string("i8"), std::string("bf16")}},
      {"rounds", Value{std::int64_t{1024}}, "dot products of one chain in one call, 1 to 4096", {}},
      {"blocks", Value{std::int64_t{960}}, "independent blocks of 192 chains", {}},
      {"isa", Value{std::string("best")}, "instructions of simd: best, or one that this CPU has",
       roof_dot::isas()}};
  d.presets = {{"xs", {{"blocks", Value{std::int64_t{2}}}}},
               {"s", {{"blocks", Value{std::int64_t{96}}}}},
               {"m", {{"blocks", Value{std::int64_t{960}}}}}};
  d.unit_of_work = "operations";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "2 * 192 * blocks * rounds * (4 for i8, 2 for bf16)";
  d.bytes_formula = "2 * 192 * blocks * 4";
  Implementation reference;
  reference.name = "reference";
  reference.doc = "plain loops, as the compiler makes them: not a measure of the peak";
  reference.make = roof_dot::make_reference;
  Implementation simd;
  simd.name = "simd";
  simd.doc = "the CPU's own dot-product instructions, twelve accumulators in registers";
  simd.make = roof_dot::make_simd;
  return {d, {reference, simd}};
}

}  // namespace assay
