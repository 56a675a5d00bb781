// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/vulkan/layers.h"

#include <algorithm>

#include "harness/backends/vulkan/instance.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/seeded_layer.h"

namespace assay::tinyml {

namespace {

constexpr std::uint32_t code[] =
#include "workloads/tinyml/vulkan/layer.inc"
    ;

constexpr std::uint32_t threads = 64;  // layers are small

/// The push constants of layer.comp.
struct Constants {
  std::uint64_t from, weights, channels, to;
  std::int32_t in_height, in_width, in_words, out_width, out_words, kernel_height, kernel_width, stride,
      pad_top, pad_left, in_zero, out_zero, low, high;
  std::uint32_t count;
};

std::size_t size(std::int32_t value) { return static_cast<std::size_t>(value); }

/// A row that is one layer: seeded on the host, as every implementation has it.
class SingleLayer final : public vulkan::DeviceInstance {
 public:
  SingleLayer(const assay_kernel& kernel, const Preparation& preparation, assay_layer_kind kind)
      : DeviceInstance(preparation),
        problem_(kernel, preparation),
        kernels_(gpu()),
        layer_(gpu(), seeded().layer, kind) {
    const assay_layer_int8& shape = seeded().layer;
    const auto packed = pack(seeded().in, size(shape.in_height) * size(shape.in_width), shape.in_channels);
    in_ = vulkan::Buffer(gpu(), packed.data(), packed.size());
    out_ = vulkan::Buffer(gpu(), layer_.out_words() * sizeof(std::uint32_t));
    queue().on_record([this](vulkan::Commands& commands) { layer_.record(commands, kernels_, in_, out_); });
    facts() = {problem_.work(), in_.bytes() + layer_.bytes() + out_.bytes(), problem_.input_digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::uint32_t> words(layer_.out_words());
    out_.download(words.data(), out_.bytes());
    const auto values = unpack(words, seeded().layer.out_channels);
    std::vector<Tensor> tensors = problem_.output();  // its name and shape; the values are the device's
    std::transform(values.begin(), values.end(), tensors[0].bytes.begin(),
                   [](std::int8_t value) { return static_cast<std::byte>(value); });
    return tensors;
  }
  void spoil() override { out_.spoil(); }

 private:
  const assay_seeded_layer& seeded() const {
    return *static_cast<const assay_seeded_layer*>(problem_.arena());
  }

  Problem problem_;
  LayerKernels kernels_;
  VulkanLayer layer_;
  vulkan::Buffer in_;
  vulkan::Buffer out_;
};

}  // namespace

std::vector<std::uint32_t> pack(const std::int8_t* values, std::size_t pixels, std::int32_t channels) {
  const auto words = size(words_of(channels));
  std::vector<std::uint32_t> packed(pixels * words);
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    for (std::size_t c = 0; c < size(channels); ++c) {
      const auto byte = static_cast<std::uint8_t>(*values++);
      packed[pixel * words + c / 4] |= std::uint32_t{byte} << (8 * (c % 4));
    }
  }
  return packed;
}

std::vector<std::int8_t> unpack(const std::vector<std::uint32_t>& words, std::int32_t channels) {
  const auto of_pixel = size(words_of(channels));
  std::vector<std::int8_t> values;
  for (std::size_t pixel = 0; pixel < words.size() / of_pixel; ++pixel) {
    for (std::size_t c = 0; c < size(channels); ++c) {
      values.push_back(static_cast<std::int8_t>(words[pixel * of_pixel + c / 4] >> (8 * (c % 4)) & 0xFFU));
    }
  }
  return values;
}

LayerKernels::LayerKernels(vulkan::Gpu& gpu)
    : conv(gpu, code, sizeof(Constants), {threads, VK_FALSE}),
      depthwise(gpu, code, sizeof(Constants), {threads, VK_TRUE}) {}

VulkanLayer::VulkanLayer(vulkan::Gpu& gpu, const assay_layer_int8& layer, assay_layer_kind kind)
    : shape_(layer), depthwise_(kind == assay_layer_depthwise) {
  if (kind == assay_layer_fully_connected) {
    for (auto* one : {&shape_.in_height, &shape_.in_width, &shape_.out_height, &shape_.out_width,
                      &shape_.kernel_height, &shape_.kernel_width, &shape_.stride}) {
      *one = 1;
    }
    shape_.pad_top = shape_.pad_left = 0;
  }
  const std::size_t taps = size(shape_.kernel_height) * size(shape_.kernel_width);
  const std::size_t out = 4 * size(words_of(shape_.out_channels));
  auto weights = depthwise_ ? pack(layer.weights, taps, shape_.out_channels)
                            : pack(layer.weights, taps * size(shape_.out_channels), shape_.in_channels);
  if (!depthwise_) weights.resize(out * taps * size(words_of(shape_.in_channels)));
  weights_ = vulkan::Buffer(gpu, weights.data(), weights.size());
  std::vector<std::int32_t> channels(3 * out);
  std::copy_n(layer.bias, shape_.out_channels, channels.begin());
  std::copy_n(layer.multiplier, shape_.out_channels, channels.begin() + static_cast<std::ptrdiff_t>(out));
  std::copy_n(layer.shift, shape_.out_channels, channels.begin() + static_cast<std::ptrdiff_t>(2 * out));
  channels_ = vulkan::Buffer(gpu, channels.data(), channels.size());
}

std::size_t VulkanLayer::out_words() const {
  return size(shape_.out_height) * size(shape_.out_width) * size(words_of(shape_.out_channels));
}

void VulkanLayer::record(vulkan::Commands& commands, const LayerKernels& kernels, const vulkan::Buffer& from,
                         const vulkan::Buffer& to) const {
  const Constants constants{from.address(),
                            weights_.address(),
                            channels_.address(),
                            to.address(),
                            shape_.in_height,
                            shape_.in_width,
                            words_of(shape_.in_channels),
                            shape_.out_width,
                            words_of(shape_.out_channels),
                            shape_.kernel_height,
                            shape_.kernel_width,
                            shape_.stride,
                            shape_.pad_top,
                            shape_.pad_left,
                            shape_.in_zero,
                            shape_.out_zero,
                            shape_.low,
                            shape_.high,
                            static_cast<std::uint32_t>(out_words())};
  commands.dispatch(depthwise_ ? kernels.depthwise : kernels.conv, (out_words() + threads - 1) / threads,
                    constants);
}

Implementation vulkan_layer_row(const assay_kernel& kernel, assay_layer_kind kind) {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = "activations and weights resident on the device in words of four channels; a word an invocation";
  row.make = [&kernel, kind](const Preparation& p) { return std::make_unique<SingleLayer>(kernel, p, kind); };
  return row;
}

}  // namespace assay::tinyml
