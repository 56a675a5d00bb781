// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/problem.h"
#include "workloads/tinyml/vulkan/layers.h"

namespace assay {

namespace tinyml {

namespace {

constexpr std::uint32_t pool_code[] =
#include "workloads/tinyml/vulkan/pool.inc"
    ;
constexpr std::uint32_t softmax_code[] =
#include "workloads/tinyml/vulkan/softmax.inc"
    ;

constexpr std::uint32_t threads = 64;

/// The push constants of pool.comp and softmax.comp.
struct Pool {
  std::uint64_t from, to;
  std::int32_t in_width, words, pool_height, pool_width;
};
struct Softmax {
  std::uint64_t from, to;
  std::int32_t count, multiplier, shift, least;
};

class VulkanKws final : public vulkan::DeviceInstance {
 public:
  explicit VulkanKws(const Preparation& preparation)
      : DeviceInstance(preparation), problem_(assay_kernel_kws, preparation), kernels_(gpu()) {
    const assay_kws_problem& p = arena();
    for (std::int32_t i = 0; i < 2 * p.blocks + 2; ++i) layers_.emplace_back(gpu(), p.layers[i], kind_of(i));
    const auto frames = static_cast<std::size_t>(p.layers[0].in_height);
    const auto in = pack(p.in, frames * assay_kws_coefficients, 1);
    in_ = vulkan::Buffer(gpu(), in.data(), in.size());
    const auto zeros = [&](std::size_t words) {
      return vulkan::Buffer(gpu(), words * sizeof(std::uint32_t));
    };
    for (auto& activations : activations_) activations = zeros(layers_[0].out_words());
    pooled_ = zeros(static_cast<std::size_t>(words_of(p.layers[0].out_channels)));
    logits_ = zeros(words_of(assay_kws_classes));
    out_ = zeros(words_of(assay_kws_classes));
    pool_ = vulkan::Kernel(gpu(), pool_code, sizeof(Pool), {threads});
    softmax_ = vulkan::Kernel(gpu(), softmax_code, sizeof(Softmax), {1});
    queue().on_record([this](vulkan::Commands& commands) { record(commands); });
    facts() = {problem_.work(),
               in_.bytes() + 2 * activations_[0].bytes() + pooled_.bytes() + 2 * out_.bytes(),
               problem_.input_digest()};
    for (const auto& layer : layers_) facts().resident_bytes += layer.bytes();
    call();
  }

  std::vector<Tensor> output() override {
    const assay_layer_int8& features = arena().layers[0];
    return {Tensor::from<std::int8_t>("probabilities", {assay_kws_classes}, read(out_, assay_kws_classes)),
            Tensor::from<std::int8_t>("features",
                                      {features.out_height, features.out_width, features.out_channels},
                                      read(activations_[0], features.out_channels))};
  }

  void spoil() override {
    out_.spoil();
    activations_[0].spoil();
  }

 private:
  const assay_kws_problem& arena() const { return *static_cast<const assay_kws_problem*>(problem_.arena()); }

  assay_layer_kind kind_of(std::int32_t i) const {
    if (i == 2 * arena().blocks + 1) return assay_layer_fully_connected;
    return i % 2 == 1 ? assay_layer_depthwise : assay_layer_conv;
  }

  static std::vector<std::int8_t> read(const vulkan::Buffer& from, std::int32_t channels) {
    std::vector<std::uint32_t> words(from.bytes() / sizeof(std::uint32_t));
    from.download(words.data(), from.bytes());
    return unpack(words, channels);
  }

  void record(vulkan::Commands& commands) {
    const assay_kws_problem& p = arena();
    layers_[0].record(commands, kernels_, in_, activations_[0]);
    for (std::size_t i = 1; i + 1 < layers_.size(); ++i) {
      commands.barrier();
      layers_[i].record(commands, kernels_, activations_[(i + 1) % 2], activations_[i % 2]);
    }
    const std::int32_t words = words_of(p.layers[0].out_channels);
    commands.barrier();
    commands.dispatch(pool_, (static_cast<std::size_t>(words) + threads - 1) / threads,
                      Pool{activations_[0].address(), pooled_.address(), p.layers[0].out_width, words,
                           p.pool_height, p.pool_width});
    commands.barrier();
    layers_.back().record(commands, kernels_, pooled_, logits_);
    commands.barrier();
    commands.dispatch(softmax_, 1,
                      Softmax{logits_.address(), out_.address(), assay_kws_classes, p.softmax_multiplier,
                              p.softmax_shift, p.softmax_least});
  }

  Problem problem_;
  LayerKernels kernels_;
  std::vector<VulkanLayer> layers_;
  vulkan::Buffer in_;
  vulkan::Buffer activations_[2];  ///< convolutions write the first, depthwise layers the second
  vulkan::Buffer pooled_;
  vulkan::Buffer logits_;
  vulkan::Buffer out_;
  vulkan::Kernel pool_;
  vulkan::Kernel softmax_;
};

}  // namespace

}  // namespace tinyml

Implementation implementation_tinyml_kws_vulkan();

Implementation implementation_tinyml_kws_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = "a dispatch a layer, then pooling and softmax; activations in words of four channels";
  row.make = [](const Preparation& p) { return std::make_unique<tinyml::VulkanKws>(p); };
  return row;
}

}  // namespace assay
