// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/backends/vulkan/gpu.h"
#include "workloads/llm/support/matrix.h"

/// What llm.gemv, llm.gemm and llm.attn_decode do on a Vulkan device, for whoever does the same as a part:
/// the shaders stand beside those workloads.
namespace assay::llm::shaders {

/// A matrix as the shaders need it: a block's last word may end beyond it.
vulkan::Buffer uploaded(vulkan::Gpu& gpu, const Matrix& matrix);

/// X in 8 bits by blocks of 32, as quantise_activations (matrix.h) has it.
class Quantiser {
 public:
  Quantiser() = default;
  /// `most`: values, whole blocks.
  Quantiser(vulkan::Gpu& gpu, std::size_t most);
  /// The first `values` of x; what follows needs a barrier.
  void record(vulkan::Commands& commands, const vulkan::Buffer& x, std::size_t values) const;
  const vulkan::Buffer& codes() const { return codes_; }  ///< four in a word
  const vulkan::Buffer& scales() const {
    return scales_;
  }  ///< of a block: m / 127, and that by its codes' sum
  std::size_t bytes() const { return codes_.bytes() + scales_.bytes(); }

 private:
  vulkan::Kernel kernel_;
  vulkan::Buffer codes_;
  vulkan::Buffer scales_;
};

/// y = W x, with matrices of one format; x is f32 in any case.
class Products {
 public:
  using Code = std::span<const std::uint32_t>;
  /// Builds of the shader, for DeviceInstance::adding (reals) or adding_products (in blocks).
  struct Builds {
    Code by_subgroups, over_shared_memory;
    Code dot8_by_subgroups, dot8_over_shared_memory;  ///< in blocks alone
  };
  static Builds builds(Format format);

  Products() = default;
  /// `most_cols`: of the widest matrix; `code`: the build that was chosen.
  Products(vulkan::Gpu& gpu, Format format, std::size_t most_cols, Code code);
  /// w: what uploaded() made. What follows needs a barrier. In blocks a barrier is within, too.
  void record(vulkan::Commands& commands, std::size_t rows, std::size_t cols, const vulkan::Buffer& w,
              const vulkan::Buffer& x, const vulkan::Buffer& y) const;
  std::size_t bytes() const { return quantiser_.bytes(); }

 private:
  Format format_ = Format::f32;
  Quantiser quantiser_;
  vulkan::Kernel multiply_;
};

/// One token's attention: out = softmax(q k / sqrt(head)) v.
class Attention {
 public:
  struct Shape {
    std::size_t heads;    ///< of the query
    std::size_t sharing;  ///< of them to one head of keys
    std::size_t pairs;    ///< of a head's values
    std::size_t context;  ///< keys to attend to
    std::size_t room;     ///< keys of a head in k and v, at least `context`
  };
  Attention() = default;
  /// `half`: keys and values are binary16. `most`: with the longest context that there will be.
  Attention(vulkan::Gpu& gpu, bool half, const Shape& most);
  /// q, out: [heads][pairs]; k, v: [heads / sharing][room][pairs]. What follows needs a barrier.
  void record(vulkan::Commands& commands, const vulkan::Buffer& q, const vulkan::Buffer& k,
              const vulkan::Buffer& v, const vulkan::Buffer& out, const Shape& shape) const;
  std::size_t bytes() const { return parts_.bytes(); }

 private:
  vulkan::Kernel partial_;
  vulkan::Kernel merge_;
  vulkan::Buffer parts_;
};

}  // namespace assay::llm::shaders
