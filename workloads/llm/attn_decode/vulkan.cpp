// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/llm/attn_decode/attn_decode.h"
#include "workloads/llm/support/vulkan_kernels.h"

namespace assay {

namespace llm {

namespace {

class VulkanAttention final : public vulkan::DeviceInstance {
 public:
  explicit VulkanAttention(const Preparation& preparation)
      : DeviceInstance(preparation), problem_(preparation) {
    q_ = vulkan::Buffer(gpu(), problem_.q.data(), problem_.q.size());
    k_ = uploaded(problem_.k);
    v_ = uploaded(problem_.v);
    out_ = vulkan::Buffer(gpu(), problem_.results() * sizeof(float));
    const shaders::Attention::Shape shape{problem_.heads, problem_.heads / problem_.kv_heads,
                                          problem_.head_dim / 2, problem_.context, problem_.context};
    attention_ = shaders::Attention(gpu(), problem_.half, shape);
    queue().on_record(
        [this, shape](vulkan::Commands& commands) { attention_.record(commands, q_, k_, v_, out_, shape); });
    facts() = {problem_.work(), q_.bytes() + k_.bytes() + v_.bytes() + attention_.bytes() + out_.bytes(),
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
  vulkan::Buffer out_;
  shaders::Attention attention_;
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
