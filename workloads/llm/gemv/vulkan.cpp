// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "harness/backends/vulkan/instance.h"
#include "harness/core/error.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay {

namespace llm {

namespace {

constexpr std::uint32_t reals_code[] =
#include "workloads/llm/gemv/gemv_reals.inc"
    ;
constexpr std::uint32_t reals_code_subgroups[] =
#include "workloads/llm/gemv/gemv_reals_subgroups.inc"
    ;
constexpr std::uint32_t blocks_code[] =
#include "workloads/llm/gemv/gemv_blocks.inc"
    ;
constexpr std::uint32_t blocks_code_subgroups[] =
#include "workloads/llm/gemv/gemv_blocks_subgroups.inc"
    ;
constexpr std::uint32_t blocks_code_dot8[] =
#include "workloads/llm/gemv/gemv_blocks_dot8.inc"
    ;
constexpr std::uint32_t blocks_code_dot8_subgroups[] =
#include "workloads/llm/gemv/gemv_blocks_dot8_subgroups.inc"
    ;
constexpr std::uint32_t quantise_code[] =
#include "workloads/llm/gemv/quantise.inc"
    ;

constexpr std::uint32_t threads = 128;

/// The push constants of gemv_reals.comp, quantise.comp and gemv_blocks.comp.
struct Whole {
  std::uint64_t w, x, y;
  std::uint32_t rows, vectors;
};
struct Quantise {
  std::uint64_t x, codes, scales;
  std::uint32_t blocks;
};
struct Blocks {
  std::uint64_t w, codes, scales, y;
  std::uint32_t rows, blocks;
};

class VulkanGemv final : public vulkan::DeviceInstance {
 public:
  explicit VulkanGemv(const Preparation& preparation) : DeviceInstance(preparation) {
    const GemvProblem problem(preparation);
    format_ = problem.w.format;
    rows_ = problem.w.rows;
    // Words are counted in 32 bits; a block's last one may end beyond the matrix.
    const std::size_t bytes = problem.w.size_bytes();
    if (bytes / 2 > std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorCode::unavailable, "llm.gemv/vulkan has no matrix of more than 8 GiB",
                  "choose fewer rows or columns");
    }
    w_ = vulkan::Buffer(gpu(), bytes + sizeof(std::uint32_t));
    w_.upload(problem.w.bytes.data(), bytes);
    x_ = vulkan::Buffer(gpu(), problem.x.data(), problem.x.size());
    y_ = vulkan::Buffer(gpu(), rows_ * sizeof(float));
    if (in_blocks(format_)) {
      record_blocks(problem.w.cols / block_size);
    } else {
      record_reals(problem.w.row_bytes() / 16);
    }
    facts().work = problem.work();
    facts().resident_bytes = w_.bytes() + x_.bytes() + y_.bytes() + codes_.bytes() + scales_.bytes();
    facts().input_digest = problem.digest();
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(rows_);
    y_.download(y.data(), y_.bytes());
    return GemvProblem::output(y);
  }
  void spoil() override { y_.spoil(); }
  std::string accuracy() const override { return in_blocks(format_) ? "q8" : "float"; }

 private:
  void record_reals(std::size_t vectors_of_row) {
    multiply_ = vulkan::Kernel(gpu(), adding(reals_code_subgroups, reals_code), sizeof(Whole),
                               {threads, format_ == Format::f16 ? VK_TRUE : VK_FALSE});
    const Whole constants{w_.address(), x_.address(), y_.address(), static_cast<std::uint32_t>(rows_),
                          static_cast<std::uint32_t>(vectors_of_row)};
    queue().on_record([this, constants](vulkan::Commands& commands) {
      commands.dispatch(multiply_, constants.rows, constants);
    });
  }

  void record_blocks(std::size_t blocks_of_row) {
    codes_ = vulkan::Buffer(gpu(), blocks_of_row * block_size);
    scales_ = vulkan::Buffer(gpu(), blocks_of_row * 2 * sizeof(float));
    quantise_ = vulkan::Kernel(gpu(), quantise_code, sizeof(Quantise), {threads});
    multiply_ = vulkan::Kernel(
        gpu(),
        adding_products({blocks_code_dot8_subgroups, blocks_code_dot8}, {blocks_code_subgroups, blocks_code}),
        sizeof(Blocks), {threads, format_ == Format::q4_0 ? VK_TRUE : VK_FALSE});
    const auto blocks = static_cast<std::uint32_t>(blocks_of_row);
    const Quantise first{x_.address(), codes_.address(), scales_.address(), blocks};
    const Blocks second{
        w_.address(), codes_.address(), scales_.address(), y_.address(), static_cast<std::uint32_t>(rows_),
        blocks};
    queue().on_record([this, first, second](vulkan::Commands& commands) {
      commands.dispatch(quantise_, (first.blocks + threads - 1) / threads, first);
      commands.barrier();
      commands.dispatch(multiply_, second.rows, second);
    });
  }

  Format format_ = Format::f32;
  std::size_t rows_ = 0;
  vulkan::Buffer w_;
  vulkan::Buffer x_;
  vulkan::Buffer y_;
  vulkan::Buffer codes_;
  vulkan::Buffer scales_;
  vulkan::Kernel quantise_;
  vulkan::Kernel multiply_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemv_vulkan();

Implementation implementation_llm_gemv_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "q8";  // float where W is f32 or f16: Instance::accuracy()
  row.doc =
      "a workgroup a row; q8_0 and q4_0 by whole numbers against x in 8 bits, quantised by a dispatch of its "
      "own within the call";
  row.make = [](const Preparation& p) { return std::make_unique<llm::VulkanGemv>(p); };
  return row;
}

}  // namespace assay
