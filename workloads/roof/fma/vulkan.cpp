// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "harness/backends/vulkan/instance.h"
#include "workloads/roof/fma/problem.h"

namespace assay {

namespace roof_fma {

namespace {

constexpr std::uint32_t code_f32[] =
#include "workloads/roof/fma/fma.inc"
    ;
constexpr std::uint32_t code_f64[] =
#include "workloads/roof/fma/fma_float64.inc"
    ;

constexpr std::uint32_t threads = 128;
static_assert(chains % 4 == 0);  // a vector of four is an invocation's

template <typename T>
std::span<const std::uint32_t> code() {
  if constexpr (sizeof(T) == 8) return code_f64;
  return code_f32;
}

/// The push constants of fma.comp.
template <typename T>
struct Constants {
  std::uint64_t from, to;
  T a, b;
  std::uint32_t vectors, rounds;
};

template <typename T>
class VulkanFma final : public vulkan::DeviceInstance {
 public:
  explicit VulkanFma(const Preparation& preparation) : DeviceInstance(preparation), problem_(preparation) {
    if (sizeof(T) == 8 && !gpu().facts().float64)
      throw Error(ErrorCode::unavailable, "this device's shaders have no f64", "choose dtype=f32");
    start_ = vulkan::Buffer(gpu(), problem_.start.data(), problem_.start.size());
    end_ = vulkan::Buffer(gpu(), start_.bytes());
    kernel_ = vulkan::Kernel(gpu(), code<T>(), sizeof(Constants<T>), {threads});
    const T b = static_cast<T>(decay(problem_.rounds));
    const auto vectors = static_cast<std::uint32_t>(problem_.start.size() / 4);
    const Constants<T> constants{
        start_.address(), end_.address(), 1 - b, b, vectors, static_cast<std::uint32_t>(problem_.rounds)};
    queue().on_record([this, constants](vulkan::Commands& commands) {
      commands.dispatch(kernel_, (constants.vectors + threads - 1) / threads, constants);
    });
    facts().work = problem_.work();
    facts().resident_bytes = start_.bytes() + end_.bytes();
    facts().input_digest = problem_.digest.text();
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<T> values(problem_.start.size());
    end_.download(values.data(), end_.bytes());
    return problem_.output(values);
  }
  void spoil() override { end_.spoil(); }

 private:
  FmaProblem<T> problem_;
  vulkan::Buffer start_;
  vulkan::Buffer end_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace roof_fma

Implementation implementation_roof_fma_vulkan();

Implementation implementation_roof_fma_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "float";
  row.doc = "four chains an invocation in registers; f64 where the device has it";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "isa") != "best") {
      throw Error(ErrorCode::unavailable, "roof.fma/vulkan has no choice of isa", "leave isa= out");
    }
    if (get_text(p.params, "dtype") == "f64") return std::make_unique<roof_fma::VulkanFma<double>>(p);
    return std::make_unique<roof_fma::VulkanFma<float>>(p);
  };
  return row;
}

}  // namespace assay
