// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "harness/backends/vulkan/instance.h"
#include "harness/core/error.h"
#include "workloads/llm/gemv/gemv.h"
#include "workloads/llm/support/vulkan_kernels.h"

namespace assay {

namespace llm {

namespace {

class VulkanGemv final : public vulkan::DeviceInstance {
 public:
  explicit VulkanGemv(const Preparation& preparation) : DeviceInstance(preparation) {
    const GemvProblem problem(preparation);
    format_ = problem.w.format;
    rows_ = problem.w.rows;
    // Words are counted in 32 bits.
    const std::size_t bytes = problem.w.size_bytes();
    if (bytes / 2 > std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorCode::unavailable, "llm.gemv/vulkan has no matrix of more than 8 GiB",
                  "choose fewer rows or columns");
    }
    cols_ = problem.w.cols;
    w_ = shaders::uploaded(gpu(), problem.w);
    x_ = vulkan::Buffer(gpu(), problem.x.data(), problem.x.size());
    y_ = vulkan::Buffer(gpu(), rows_ * sizeof(float));
    const auto builds = shaders::Products::builds(format_);
    products_ = shaders::Products(
        gpu(), format_, cols_,
        in_blocks(format_) ? adding_products({builds.dot8_by_subgroups, builds.dot8_over_shared_memory},
                                             {builds.by_subgroups, builds.over_shared_memory})
                           : adding(builds.by_subgroups, builds.over_shared_memory));
    queue().on_record(
        [this](vulkan::Commands& commands) { products_.record(commands, rows_, cols_, w_, x_, y_); });
    facts().work = problem.work();
    facts().resident_bytes = w_.bytes() + x_.bytes() + y_.bytes() + products_.bytes();
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
  Format format_ = Format::f32;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  vulkan::Buffer w_;
  vulkan::Buffer x_;
  vulkan::Buffer y_;
  shaders::Products products_;
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
