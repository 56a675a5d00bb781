// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "harness/backends/vulkan/instance.h"
#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "workloads/roof/mem/problem.h"

namespace assay {

namespace roof_mem {

namespace {

constexpr std::uint32_t write_code[] =
#include "workloads/roof/mem/write.inc"
    ;
constexpr std::uint32_t load_code[] =
#include "workloads/roof/mem/load.inc"
    ;
constexpr std::uint32_t load_code_subgroups[] =
#include "workloads/roof/mem/load_subgroups.inc"
    ;

constexpr std::uint32_t threads = 128;  ///< what every device has
constexpr std::size_t group_vectors = std::size_t{threads} * 4;
/// Workgroups that share a load: enough for any device, few enough that adding up theirs is quick.
constexpr std::size_t most_groups = 2048;

/// The push constants of write.comp and load.comp.
struct Write {
  std::uint64_t to, b, c;
  std::uint32_t whole, rest;
  float by;
};
struct Load {
  std::uint64_t from, sums;
  std::uint32_t whole, rest, groups;
};

class VulkanMem final : public vulkan::DeviceInstance {
 public:
  explicit VulkanMem(const Preparation& preparation) : DeviceInstance(preparation) {
    const MemProblem problem(preparation);
    kind_ = problem.kind;
    count_ = problem.count;
    for (std::size_t i = 0; i < problem.input_count(); ++i) {
      inputs_[i] = vulkan::Buffer(gpu(), problem.inputs[i].data(), count_);
      facts().resident_bytes += inputs_[i].bytes();
    }
    const std::size_t groups = std::max<std::size_t>((count_ / 4 + group_vectors - 1) / group_vectors, 1);
    if (kind_ == Kind::load) {
      record_load(std::min(groups, most_groups));
    } else {
      record_write(groups);
    }
    facts().resident_bytes += output_.bytes();
    facts().work = problem.work();
    facts().input_digest = problem.digest.text();
    call();
  }

  std::vector<Tensor> output() override {
    if (kind_ == Kind::load) {
      std::uint32_t sum = 0;
      output_.download(&sum, sizeof sum, output_.bytes() - sizeof sum);
      return output_of(kind_, sum);
    }
    std::vector<float> written(count_);
    output_.download(written.data(), output_.bytes());
    return output_of(kind_, crc32(0, written.data(), output_.bytes()));
  }

  void spoil() override { output_.spoil(); }

 private:
  std::uint32_t whole() const { return static_cast<std::uint32_t>(count_ / 4); }
  std::uint32_t rest() const { return static_cast<std::uint32_t>(count_ % 4); }

  void record_load(std::size_t groups) {
    output_ = vulkan::Buffer(gpu(), (groups + 1) * sizeof(std::uint32_t));  // partial sums, the sum
    kernel_ = vulkan::Kernel(gpu(), adding(load_code_subgroups, load_code), sizeof(Load), {threads});
    const auto parts = static_cast<std::uint32_t>(groups);
    const Load first{inputs_[0].address(), output_.address(), whole(), rest(), parts};
    const Load second{output_.address(), output_.address() + groups * sizeof(std::uint32_t), parts / 4,
                      parts % 4, 1};
    queue().on_record([this, first, second](vulkan::Commands& commands) {
      commands.dispatch(kernel_, first.groups, first);
      commands.barrier();
      commands.dispatch(kernel_, 1, second);
    });
  }

  void record_write(std::size_t groups) {
    output_ = vulkan::Buffer(gpu(), count_ * sizeof(float));
    kernel_ = vulkan::Kernel(gpu(), write_code, sizeof(Write), {threads, static_cast<std::uint32_t>(kind_)});
    const Write constants{
        output_.address(), inputs_[0].address(), inputs_[1].address(), whole(), rest(), scale};
    queue().on_record([this, groups, constants](vulkan::Commands& commands) {
      commands.dispatch(kernel_, groups, constants);
    });
  }

  Kind kind_ = Kind::load;
  std::size_t count_ = 0;
  vulkan::Buffer inputs_[2];
  vulkan::Buffer output_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace roof_mem

Implementation implementation_roof_mem_vulkan();

Implementation implementation_roof_mem_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = "16-byte accesses, 4 in flight for each invocation; load in two dispatches; no triad_nt";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "kind") == "triad_nt") {
      throw Error(ErrorCode::unavailable, "shaders have no non-temporal stores", "choose kind=triad");
    }
    return std::make_unique<roof_mem::VulkanMem>(p);
  };
  return row;
}

}  // namespace assay
