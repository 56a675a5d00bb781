// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "workloads/tinyml/cuda/layers.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/problem.h"

namespace assay {

namespace tinyml {

namespace {

class CudaKws final : public cuda::DeviceInstance {
 public:
  explicit CudaKws(const Preparation& preparation)
      : DeviceInstance(preparation), problem_(assay_kernel_kws, preparation) {
    const assay_kws_problem& p = arena();
    for (std::int32_t i = 0; i < 2 * p.blocks + 2; ++i) layers_.emplace_back(p.layers[i], kind_of(i));
    in_ = cuda::Buffer<std::int8_t>(p.in,
                                    static_cast<std::size_t>(p.layers[0].in_height) * assay_kws_coefficients);
    for (auto& activations : activations_) activations = cuda::Buffer<std::int8_t>(layers_[0].results());
    pooled_ = cuda::Buffer<std::int8_t>(static_cast<std::size_t>(p.layers[0].out_channels));
    logits_ = cuda::Buffer<std::int8_t>(assay_kws_classes);
    out_ = cuda::Buffer<std::int8_t>(assay_kws_classes);
    facts() = {problem_.work(),
               in_.bytes() + 2 * activations_[0].bytes() + pooled_.bytes() + 2 * out_.bytes(),
               problem_.input_digest()};
    for (const auto& layer : layers_) facts().resident_bytes += layer.bytes();
    queue().on_submit([this] { submit(); }, static_cast<int>(layers_.size()) + 2);
    call();
  }

  std::vector<Tensor> output() override {
    const assay_layer_int8& features = arena().layers[0];
    return {Tensor::from<std::int8_t>("probabilities", {assay_kws_classes}, read(out_)),
            Tensor::from<std::int8_t>("features",
                                      {features.out_height, features.out_width, features.out_channels},
                                      read(activations_[0]))};
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

  static std::vector<std::int8_t> read(const cuda::Buffer<std::int8_t>& from) {
    std::vector<std::int8_t> values(from.size());
    from.download(values.data());
    return values;
  }

  void submit() {
    const assay_kws_problem& p = arena();
    const cudaStream_t stream = queue().stream();
    layers_[0].submit(stream, in_.data(), activations_[0].data());
    for (std::size_t i = 1; i + 1 < layers_.size(); ++i) {
      layers_[i].submit(stream, activations_[(i + 1) % 2].data(), activations_[i % 2].data());
    }
    submit_avgpool(stream, activations_[0].data(), p.layers[0].out_width, p.layers[0].out_channels,
                   p.pool_height, p.pool_width, pooled_.data());
    layers_.back().submit(stream, pooled_.data(), logits_.data());
    submit_softmax(stream, logits_.data(), assay_kws_classes, p.softmax_multiplier, p.softmax_shift,
                   p.softmax_least, out_.data());
  }

  Problem problem_;
  std::vector<CudaLayer> layers_;
  cuda::Buffer<std::int8_t> in_;
  cuda::Buffer<std::int8_t> activations_[2];  ///< convolutions write the first, depthwise layers the second
  cuda::Buffer<std::int8_t> pooled_;
  cuda::Buffer<std::int8_t> logits_;
  cuda::Buffer<std::int8_t> out_;
};

}  // namespace

}  // namespace tinyml

Implementation implementation_tinyml_kws_cuda();

Implementation implementation_tinyml_kws_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc = "a launch a layer, then pooling and softmax; activations as the reference has them";
  row.make = [](const Preparation& p) { return std::make_unique<tinyml::CudaKws>(p); };
  return row;
}

}  // namespace assay
