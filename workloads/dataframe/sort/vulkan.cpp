// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/dataframe/sort/sort.h"

namespace assay {

namespace sorting {

namespace {

constexpr std::uint32_t count_code[] =
#include "workloads/dataframe/sort/count.inc"
    ;
constexpr std::uint32_t offsets_code[] =
#include "workloads/dataframe/sort/offsets.inc"
    ;
constexpr std::uint32_t place_code[] =
#include "workloads/dataframe/sort/place.inc"
    ;

constexpr std::uint32_t threads = 128;
constexpr std::size_t digits = 16;  ///< of digits.glsl, as the next two
constexpr std::uint32_t digit_bits = 4;
constexpr std::size_t tile = std::size_t{threads} * 8;

/// The push constants of count.comp, offsets.comp and place.comp.
struct Count {
  std::uint64_t column, order, counts;
  std::int64_t minimum;
  std::uint32_t rows, tiles, shift, first;
};
struct Offsets {
  std::uint64_t counts;
  std::uint32_t count;
};
struct Place {
  std::uint64_t column, order, begins, to;
  std::int64_t minimum;
  std::uint32_t rows, tiles, shift, first;
};

class VulkanSort final : public vulkan::DeviceInstance {
 public:
  explicit VulkanSort(const Preparation& preparation) : DeviceInstance(preparation), problem_(preparation) {
    const std::size_t tiles = (problem_.rows + tile - 1) / tile;
    column_ = vulkan::Buffer(gpu(), problem_.v3.values.data(), problem_.rows);
    counts_ = vulkan::Buffer(gpu(), digits * tiles * sizeof(std::uint32_t));
    for (auto& order : orders_) order = vulkan::Buffer(gpu(), problem_.rows * sizeof(std::uint32_t));
    count_ = vulkan::Kernel(gpu(), count_code, sizeof(Count), {threads});
    offsets_ = vulkan::Kernel(gpu(), offsets_code, sizeof(Offsets), {threads});
    place_ = vulkan::Kernel(gpu(), place_code, sizeof(Place), {threads});
    passes_ = (static_cast<std::uint32_t>(problem_.bits()) + digit_bits - 1) / digit_bits;
    queue().on_record([this, tiles](vulkan::Commands& commands) {
      for (std::uint32_t pass = 0; pass < passes_; ++pass)
        record(commands, pass, static_cast<std::uint32_t>(tiles));
    });
    facts() = {problem_.work(), column_.bytes() + counts_.bytes() + 2 * orders_[0].bytes(), problem_.digest};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::uint32_t> order(problem_.rows);
    result().download(order.data(), result().bytes());
    return problem_.output(order);
  }
  void spoil() override { result().spoil(); }

 private:
  vulkan::Buffer& result() { return orders_[passes_ % 2]; }

  void record(vulkan::Commands& commands, std::uint32_t pass, std::uint32_t tiles) {
    const vulkan::Buffer& from = orders_[pass % 2];
    const vulkan::Buffer& to = orders_[(pass + 1) % 2];
    const auto rows = static_cast<std::uint32_t>(problem_.rows);
    const std::uint32_t shift = pass * digit_bits;
    const std::uint32_t first = pass == 0 ? 1 : 0;
    if (pass > 0) commands.barrier();
    commands.dispatch(count_, tiles,
                      Count{column_.address(), from.address(), counts_.address(), problem_.minimum, rows,
                            tiles, shift, first});
    commands.barrier();
    commands.dispatch(offsets_, 1, Offsets{counts_.address(), static_cast<std::uint32_t>(digits) * tiles});
    commands.barrier();
    commands.dispatch(place_, tiles,
                      Place{column_.address(), from.address(), counts_.address(), to.address(),
                            problem_.minimum, rows, tiles, shift, first});
  }

  SortProblem problem_;
  std::uint32_t passes_ = 0;
  vulkan::Buffer column_;
  vulkan::Buffer counts_;
  vulkan::Buffer orders_[2];
  vulkan::Kernel count_;
  vulkan::Kernel offsets_;
  vulkan::Kernel place_;
};

}  // namespace

}  // namespace sorting

Implementation implementation_dataframe_sort_vulkan();

Implementation implementation_dataframe_sort_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc =
      "radix sort of the rows' numbers by digits of four bits, over the bits that differ; three dispatches a "
      "digit";
  row.make = [](const Preparation& p) { return std::make_unique<sorting::VulkanSort>(p); };
  return row;
}

}  // namespace assay
