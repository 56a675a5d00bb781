// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "harness/backends/vulkan/instance.h"
#include "workloads/dataframe/filter_sum/problem.h"

namespace assay {

namespace filter_sum {

namespace {

constexpr std::uint32_t code[] =
#include "workloads/dataframe/filter_sum/filter.inc"
    ;
constexpr std::uint32_t code_subgroups[] =
#include "workloads/dataframe/filter_sum/filter_subgroups.inc"
    ;

constexpr std::uint32_t threads = 128;
/// Workgroups that share the rows: enough for any device, few enough that adding up theirs is quick.
constexpr std::size_t most_groups = 2048;

/// The push constants of filter.comp.
struct Constants {
  std::uint64_t v1, v2, v3, sums;
  std::int32_t v1_below, v2_below;
  std::uint32_t rows, groups;
};

class VulkanFilterSum final : public vulkan::DeviceInstance {
 public:
  explicit VulkanFilterSum(const Preparation& preparation) : DeviceInstance(preparation) {
    const FilterProblem problem(preparation);
    if (problem.rows > std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorCode::unavailable, "dataframe.filter_sum/vulkan counts rows in 32 bits",
                  "at most 4294967295 rows");
    }
    v1_ = vulkan::Buffer(gpu(), problem.v1.values.data(), problem.rows);
    v2_ = vulkan::Buffer(gpu(), problem.v2.values.data(), problem.rows);
    v3_ = vulkan::Buffer(gpu(), problem.v3.values.data(), problem.rows);
    const std::size_t each = std::size_t{threads} * 4;
    const std::size_t groups = std::clamp<std::size_t>((problem.rows + each - 1) / each, 1, most_groups);
    sums_ = vulkan::Buffer(gpu(), (groups + 1) * sizeof(std::int64_t));  // partial sums, the sum
    const auto spirv = adding(code_subgroups, code);
    filter_ = vulkan::Kernel(gpu(), spirv, sizeof(Constants), {threads, VK_FALSE});
    fold_ = vulkan::Kernel(gpu(), spirv, sizeof(Constants), {threads, VK_TRUE});
    const auto parts = static_cast<std::uint32_t>(groups);
    const Constants first{v1_.address(),
                          v2_.address(),
                          v3_.address(),
                          sums_.address(),
                          problem.v1_below,
                          problem.v2_below,
                          static_cast<std::uint32_t>(problem.rows),
                          parts};
    Constants second = first;
    second.v3 = sums_.address();
    second.sums = sums_.address() + groups * sizeof(std::int64_t);
    second.rows = parts;
    second.groups = 1;
    queue().on_record([this, first, second](vulkan::Commands& commands) {
      commands.dispatch(filter_, first.groups, first);
      commands.barrier();
      commands.dispatch(fold_, 1, second);
    });
    facts().work = problem.work();
    facts().resident_bytes = v1_.bytes() + v2_.bytes() + v3_.bytes() + sums_.bytes();
    facts().input_digest = problem.digest.text();
    call();
  }

  std::vector<Tensor> output() override {
    std::int64_t sum = 0;
    sums_.download(&sum, sizeof sum, sums_.bytes() - sizeof sum);
    return FilterProblem::output(sum);
  }

  void spoil() override { sums_.spoil(); }

 private:
  vulkan::Buffer v1_;
  vulkan::Buffer v2_;
  vulkan::Buffer v3_;
  vulkan::Buffer sums_;
  vulkan::Kernel filter_;
  vulkan::Kernel fold_;
};

}  // namespace

}  // namespace filter_sum

Implementation implementation_dataframe_filter_sum_vulkan();

Implementation implementation_dataframe_filter_sum_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = "columns resident on the device; 16-byte loads, two dispatches: the second adds up";
  row.make = [](const Preparation& p) { return std::make_unique<filter_sum::VulkanFilterSum>(p); };
  return row;
}

}  // namespace assay
