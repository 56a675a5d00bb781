// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "harness/backends/cpu/pool.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/definition.h"
#include "workloads/tinyml/kws/problem.h"
#include "workloads/tinyml/simd/layer.h"

namespace assay::tinyml {

namespace {

constexpr std::uint8_t keep_staged = 0x80;  ///< results stay u8, ready for the next layer

/// Activations stay staged (u8) between the layers. Convolutions write into the padded input of the depthwise
/// layer that follows, whose border keeps its padding byte for ever; depthwise layers write densely, which is
/// what a 1x1 convolution reads. With several threads each layer's output rows are shared and all meet after
/// each layer.
class Kws final : public Instance {
 public:
  Kws(const Preparation& preparation, const Path& path)
      : pool_(preparation.pool), path_(path), problem_(assay_kernel_kws, preparation) {
    const auto& p = arena();
    for (int i = 0; i < 2 * p.blocks + 2; ++i) {
      const bool depthwise = i % 2 == 1 && i != 2 * p.blocks + 1;
      layers_.emplace_back(p.layers[i], depthwise ? PackedLayer::Kind::depthwise : PackedLayer::Kind::conv,
                           path);
    }
    in_ = buffer_for(layers_[0]);
    padded_ = buffer_for(layers_[1]);
    const auto channels = static_cast<std::size_t>(p.layers[0].out_channels);
    dense_ = Aligned<std::uint8_t>(pixels() * channels);
    sums_ = Aligned<std::uint32_t>(channels);
    pooled_ = Aligned<std::uint8_t>(channels);
  }

  void call() override {
    const auto& p = arena();
    stage_rows(p.layers[0], layers_[0].staging(), p.in, 0, layers_[0].staging().height, in_.data());
    layer_to_padded(0, in_.data());
    for (std::size_t block = 0; block < static_cast<std::size_t>(p.blocks); ++block) {
      each_share([&](std::ptrdiff_t first, std::ptrdiff_t last) {
        const PackedLayer& layer = layers_[2 * block + 1];
        const std::ptrdiff_t line = width() * channels();
        layer.run(padded_.data() + first * layer.staging().row_bytes(), first, last,
                  dense_.data() + first * line, line, channels(), keep_staged);
      });
      layer_to_padded(2 * block + 2, dense_.data());
    }
    pool_features();
    layers_.back().run(pooled_.data(), 0, 1, reinterpret_cast<std::uint8_t*>(logits_.data()),
                       assay_kws_classes, assay_kws_classes, 0);
    assay_softmax_int8(logits_.data(), assay_kws_classes, p.softmax_multiplier, p.softmax_shift,
                       p.softmax_least, out_.data());
  }

  std::vector<Tensor> output() override {
    std::vector<std::int8_t> features;
    for (std::ptrdiff_t y = 0; y < height(); ++y) {
      const std::uint8_t* row = interior() + y * padded_row();
      for (std::ptrdiff_t i = 0; i < width() * channels(); ++i) {
        features.push_back(static_cast<std::int8_t>(row[i] ^ keep_staged));
      }
    }
    return {Tensor::from<std::int8_t>("probabilities", {assay_kws_classes}, out_),
            Tensor::from<std::int8_t>("features", {height(), width(), channels()}, features)};
  }

  void spoil() override {
    out_.fill(-1);
    std::uint8_t* features = padded_.data() + (interior() - padded_.data());
    for (std::ptrdiff_t y = 0; y < height(); ++y) {
      std::fill_n(features + y * padded_row(), width() * channels(), std::uint8_t{0xFF});
    }
  }

  Work work() const override { return problem_.work(); }
  std::string input_digest() const override { return problem_.input_digest(); }
  std::string isa() const override { return path_.isa(); }

  std::size_t resident_bytes() const override {
    std::size_t bytes = problem_.arena_bytes() + in_.bytes() + padded_.bytes() + dense_.bytes() +
                        sums_.bytes() + pooled_.bytes() + sizeof out_ + sizeof logits_;
    for (const auto& layer : layers_) bytes += layer.bytes();
    return bytes;
  }

 private:
  const assay_kws_problem& arena() const { return *static_cast<const assay_kws_problem*>(problem_.arena()); }
  std::ptrdiff_t height() const { return arena().layers[0].out_height; }
  std::ptrdiff_t width() const { return arena().layers[0].out_width; }
  std::ptrdiff_t channels() const { return arena().layers[0].out_channels; }
  std::size_t pixels() const { return static_cast<std::size_t>(height() * width()); }
  std::ptrdiff_t padded_row() const { return layers_[1].staging().row_bytes(); }
  const std::uint8_t* interior() const {
    const auto& depthwise = arena().layers[1];
    return padded_.data() + depthwise.pad_top * padded_row() + depthwise.pad_left * channels();
  }

  static Aligned<std::uint8_t> buffer_for(const PackedLayer& layer) {
    Aligned<std::uint8_t> buffer(static_cast<std::size_t>(layer.staging().bytes()));
    std::fill(buffer.begin(), buffer.end(), layer.padding_byte());
    return buffer;
  }

  /// work(first, last) for every member's share of the feature rows.
  template <typename Work>
  void each_share(const Work& work) {
    if (pool_ == nullptr || pool_->size() == 1) {
      work(0, height());
      return;
    }
    pool_->run([&](int index) {
      const auto [first, last] = pool_->share(static_cast<std::size_t>(height()), index);
      work(static_cast<std::ptrdiff_t>(first), static_cast<std::ptrdiff_t>(last));
    });
  }

  void layer_to_padded(std::size_t index, const std::uint8_t* staged) {
    each_share([&](std::ptrdiff_t first, std::ptrdiff_t last) {
      const PackedLayer& layer = layers_[index];
      const std::ptrdiff_t window = first * layer.shape().stride * layer.staging().row_bytes();
      std::uint8_t* out = padded_.data() + (interior() - padded_.data()) + first * padded_row();
      layer.run(staged + window, first, last, out, padded_row(), channels(), keep_staged);
    });
  }

  /// assay_avgpool_int8 of staged bytes.
  void pool_features() {
    const auto& p = arena();
    const auto count = static_cast<std::int32_t>(p.pool_height * p.pool_width);
    const auto n = static_cast<std::size_t>(channels());
    std::uint32_t* sums = sums_.data();
    std::fill(sums, sums + n, 0u);
    for (std::ptrdiff_t y = 0; y < p.pool_height; ++y) {
      for (std::ptrdiff_t x = 0; x < p.pool_width; ++x) {
        const std::uint8_t* pixel = interior() + y * padded_row() + x * channels();
        for (std::size_t c = 0; c < n; ++c) sums[c] += pixel[c];
      }
    }
    for (std::size_t c = 0; c < n; ++c) {
      const std::int32_t sum = static_cast<std::int32_t>(sums[c]) - 128 * count;
      const std::int32_t mean = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
      pooled_[c] = static_cast<std::uint8_t>(mean + 128);
    }
  }

  cpu::Pool* pool_;
  const Path& path_;
  Problem problem_;
  std::vector<PackedLayer> layers_;
  Aligned<std::uint8_t> in_;      ///< staged input of the first convolution
  Aligned<std::uint8_t> padded_;  ///< staged input of the depthwise layers; the last features at the end
  Aligned<std::uint8_t> dense_;   ///< [pixels][channels]: staged input of the 1x1 convolutions
  Aligned<std::uint32_t> sums_;
  Aligned<std::uint8_t> pooled_;
  std::array<std::int8_t, assay_kws_classes> logits_{};
  std::array<std::int8_t, assay_kws_classes> out_{};
};

}  // namespace

std::unique_ptr<Instance> make_kws(const Preparation& preparation, const Path& path) {
  return std::make_unique<Kws>(preparation, path);
}

Implementation kws_simd() {
  Implementation result;
  result.name = "simd";
  result.doc =
      "Packed layers with register tiles: AVX-512 VNNI, AVX-VNNI or AVX2 intrinsics, Highway elsewhere";
  result.make = [](const Preparation& p) { return make_kws(p, best_path()); };
  return result;
}

}  // namespace assay::tinyml
