// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "harness/backends/vulkan/instance.h"
#include "workloads/llm/attn_decode/attn_decode.h"

namespace assay {

namespace llm {

namespace {

constexpr std::uint32_t partial_f32[] =
#include "workloads/llm/attn_decode/partial.inc"
    ;
constexpr std::uint32_t partial_f16[] =
#include "workloads/llm/attn_decode/partial_half.inc"
    ;
constexpr std::uint32_t merge_code[] =
#include "workloads/llm/attn_decode/merge.inc"
    ;

constexpr std::uint32_t threads = 128;  ///< and keys of a piece

/// The push constants of partial.comp and merge.comp.
struct Partial {
  std::uint64_t q, k, v, parts;
  std::uint32_t heads, sharing, pairs, context, room, pieces;
  float scale;
};
struct Merge {
  std::uint64_t parts, to;
  std::uint32_t pairs, pieces, count;
};

class VulkanAttention final : public vulkan::DeviceInstance {
 public:
  explicit VulkanAttention(const Preparation& preparation)
      : DeviceInstance(preparation), problem_(preparation) {
    const auto word = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
    const std::size_t pairs = problem_.head_dim / 2;
    const std::size_t pieces = (problem_.context + threads - 1) / threads;
    q_ = vulkan::Buffer(gpu(), problem_.q.data(), problem_.q.size());
    k_ = uploaded(problem_.k);
    v_ = uploaded(problem_.v);
    parts_ = vulkan::Buffer(gpu(), problem_.heads * pieces * (pairs + 1) * 2 * sizeof(float));
    out_ = vulkan::Buffer(gpu(), problem_.results() * sizeof(float));
    const std::span<const std::uint32_t> f16(partial_f16);
    const std::span<const std::uint32_t> f32(partial_f32);
    partial_ = vulkan::Kernel(gpu(), problem_.half ? f16 : f32, sizeof(Partial), {threads});
    merge_ = vulkan::Kernel(gpu(), merge_code, sizeof(Merge), {threads});
    const Partial partial{q_.address(),
                          k_.address(),
                          v_.address(),
                          parts_.address(),
                          word(problem_.heads),
                          word(problem_.heads / problem_.kv_heads),
                          word(pairs),
                          word(problem_.context),
                          word(problem_.context),
                          word(pieces),
                          1 / std::sqrt(static_cast<float>(problem_.head_dim))};
    const Merge merge{parts_.address(), out_.address(), word(pairs), word(pieces),
                      word(problem_.heads * pairs)};
    queue().on_record([this, partial, merge](vulkan::Commands& commands) {
      commands.dispatch(partial_, std::size_t{partial.heads} * partial.pieces, partial);
      commands.barrier();
      commands.dispatch(merge_, (merge.count + threads - 1) / threads, merge);
    });
    facts() = {problem_.work(), q_.bytes() + k_.bytes() + v_.bytes() + parts_.bytes() + out_.bytes(),
               problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> out(problem_.results());
    out_.download(out.data(), out_.bytes());
    return problem_.output(out);
  }
  void spoil() override { out_.spoil(); }

 private:
  vulkan::Buffer uploaded(const Aligned<float>& values) {
    if (!problem_.half) return vulkan::Buffer(gpu(), values.data(), values.size());
    const auto halves = as_halves(values.view());
    return vulkan::Buffer(gpu(), halves.data(), halves.size());
  }

  AttentionProblem problem_;
  vulkan::Buffer q_;
  vulkan::Buffer k_;
  vulkan::Buffer v_;
  vulkan::Buffer parts_;
  vulkan::Buffer out_;
  vulkan::Kernel partial_;
  vulkan::Kernel merge_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_attn_decode_vulkan();

Implementation implementation_llm_attn_decode_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "float";
  row.doc =
      "a workgroup a head and 128 keys, then a dispatch that puts the pieces together; binary16 is read as "
      "it is stored";
  row.make = [](const Preparation& p) { return std::make_unique<llm::VulkanAttention>(p); };
  return row;
}

}  // namespace assay
