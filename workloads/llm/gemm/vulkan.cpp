// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/support/vulkan_kernels.h"

namespace assay {

namespace llm {

namespace {

constexpr std::uint32_t f32_code[] =
#include "workloads/llm/gemm/gemm.inc"
    ;
constexpr std::uint32_t f16_code[] =
#include "workloads/llm/gemm/gemm_half.inc"
    ;
constexpr std::uint32_t f16_math_code[] =
#include "workloads/llm/gemm/gemm_f16.inc"
    ;
constexpr std::uint32_t blocks_code[] =
#include "workloads/llm/gemm/gemm_blocks.inc"
    ;
constexpr std::uint32_t blocks_code_dot8[] =
#include "workloads/llm/gemm/gemm_blocks_dot8.inc"
    ;

constexpr std::uint32_t threads = 64;
constexpr std::size_t tile = 32;

/// The push constants of gemm.comp and gemm_f16.comp, and of gemm_blocks.comp.
struct Reals {
  std::uint64_t w, x, y;
  std::uint32_t rows, cols, tokens, tiles;
};
struct Blocks {
  std::uint64_t w, codes, scales, y;
  std::uint32_t rows, blocks, tokens, tiles;
};

std::uint32_t word(std::size_t value) { return static_cast<std::uint32_t>(value); }

class VulkanGemm final : public vulkan::DeviceInstance {
 public:
  explicit VulkanGemm(const Preparation& preparation) : DeviceInstance(preparation), problem_(preparation) {
    problem_.refuse_odd_math();
    w_ = shaders::uploaded(gpu(), problem_.w);
    if (problem_.w.format == Format::f16) {
      const auto halves = as_halves(problem_.x.view());
      x_ = vulkan::Buffer(gpu(), halves.data(), halves.size());
    } else {
      x_ = vulkan::Buffer(gpu(), problem_.x.data(), problem_.x.size());
    }
    y_ = vulkan::Buffer(gpu(), problem_.results() * sizeof(float));
    if (in_blocks(problem_.w.format)) {
      record_blocks();
    } else {
      record_reals();
    }
    facts() = {problem_.work(), w_.bytes() + x_.bytes() + y_.bytes() + quantiser_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(problem_.results());
    y_.download(y.data(), y_.bytes());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }
  std::string accuracy() const override { return problem_.accuracy(); }

 private:
  static std::size_t tiles_of(std::size_t count) { return (count + tile - 1) / tile; }

  void record_reals() {
    Code code = f32_code;
    if (problem_.w.format == Format::f16) code = f16_code;
    if (problem_.half_math) code = in_float16(f16_math_code, f16_code);
    multiply_ = vulkan::Kernel(gpu(), code, sizeof(Reals), {threads});
    const Reals constants{w_.address(),
                          x_.address(),
                          y_.address(),
                          word(problem_.rows),
                          word(problem_.cols),
                          word(problem_.tokens),
                          word(tiles_of(problem_.rows))};
    queue().on_record([this, constants](vulkan::Commands& commands) {
      commands.dispatch(multiply_, constants.tiles * tiles_of(problem_.tokens), constants);
    });
  }

  void record_blocks() {
    const std::size_t blocks_of_row = problem_.cols / block_size;
    quantiser_ = shaders::Quantiser(gpu(), problem_.x.size());
    multiply_ = vulkan::Kernel(gpu(), multiplying(blocks_code_dot8, blocks_code), sizeof(Blocks),
                               {threads, problem_.w.format == Format::q4_0 ? VK_TRUE : VK_FALSE});
    const Blocks constants{w_.address(),          quantiser_.codes().address(), quantiser_.scales().address(),
                           y_.address(),          word(problem_.rows),          word(blocks_of_row),
                           word(problem_.tokens), word(tiles_of(problem_.rows))};
    queue().on_record([this, constants](vulkan::Commands& commands) {
      quantiser_.record(commands, x_, problem_.x.size());
      commands.barrier();
      commands.dispatch(multiply_, constants.tiles * tiles_of(problem_.tokens), constants);
    });
  }

  GemmProblem problem_;
  vulkan::Buffer w_;
  vulkan::Buffer x_;
  vulkan::Buffer y_;
  shaders::Quantiser quantiser_;
  vulkan::Kernel multiply_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemm_vulkan();

Implementation implementation_llm_gemm_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "q8";  // float where W is f32 or f16: Instance::accuracy()
  row.doc =
      "tiles of 32 x 32 in shared memory, 4 x 4 sums an invocation in f32; binary16 is read as it is stored; "
      "math=f16 in pairs of binary16 where the device has that (ISA path _f16); q8_0 and q4_0 by whole "
      "numbers, a block at a time, against X in 8 bits, quantised by a dispatch of "
      "its "
      "own within the call";
  row.make = [](const Preparation& p) { return std::make_unique<llm::VulkanGemm>(p); };
  return row;
}

}  // namespace assay
