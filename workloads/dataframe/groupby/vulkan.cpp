// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/vulkan.h"

#include <algorithm>

#include "harness/backends/vulkan/instance.h"
#include "workloads/dataframe/groupby/device.h"

namespace assay::groupby {

namespace {

constexpr std::uint32_t accumulate_code[] =
#include "workloads/dataframe/groupby/accumulate.inc"
    ;
constexpr std::uint32_t count_code[] =
#include "workloads/dataframe/groupby/count.inc"
    ;
constexpr std::uint32_t count_code_subgroups[] =
#include "workloads/dataframe/groupby/count_subgroups.inc"
    ;
constexpr std::uint32_t place_code[] =
#include "workloads/dataframe/groupby/place.inc"
    ;
constexpr std::uint32_t write_code[] =
#include "workloads/dataframe/groupby/write.inc"
    ;

constexpr std::uint32_t threads = 128;
/// Workgroups that share the rows: enough for any device, few enough that adding up their tables is quick.
constexpr std::size_t most_groups = 1024;
/// A table up to this is each workgroup's own, in shared memory: half of what every device has.
constexpr std::size_t own_bytes = 8192;
constexpr std::size_t piece =
    std::size_t{threads} * 8;  ///< slots of the table that a workgroup counts and writes

/// The push constants of accumulate.comp, count.comp, place.comp and write.comp.
struct Accumulate {
  std::uint64_t code, v1, v2, v3, table;
  std::uint32_t rows, range, groups;
};
struct Count {
  std::uint64_t table, counts;
  std::uint32_t range, piece, pieces;
};
struct Place {
  std::uint64_t counts, found;
  std::uint32_t pieces;
};
struct Write {
  std::uint64_t table, begins, result;
  std::int64_t minimum;
  std::uint32_t range, piece, pieces, capacity;
};

class VulkanGroupby final : public vulkan::DeviceInstance {
 public:
  VulkanGroupby(const Preparation& preparation, Query query) : DeviceInstance(preparation) {
    const Input input = make_device_input(preparation, query);
    const bool all = reads_all(query);
    const std::size_t range = input.key.range;
    const std::size_t words = (all ? 7 : 3) * range;
    columns_[0] = vulkan::Buffer(gpu(), input.key.code.data(), input.rows);
    columns_[1] = vulkan::Buffer(gpu(), input.v1.values.data(), input.rows);
    if (all) {
      columns_[2] = vulkan::Buffer(gpu(), input.v2.values.data(), input.rows);
      columns_[3] = vulkan::Buffer(gpu(), input.v3.values.data(), input.rows);
    }
    layout_ = {query, input.capacity()};
    const std::size_t pieces = (range + piece - 1) / piece;
    table_ = vulkan::Buffer(gpu(), words * sizeof(std::uint32_t));
    counts_ = vulkan::Buffer(gpu(), pieces * sizeof(std::uint32_t));
    result_ = vulkan::Buffer(gpu(), layout_.words() * sizeof(std::int64_t));

    const bool own = words * sizeof(std::uint32_t) <= own_bytes;
    accumulate_ = vulkan::Kernel(gpu(), accumulate_code, sizeof(Accumulate),
                                 {threads, all, own, own ? static_cast<std::uint32_t>(words) : 1});
    count_ = vulkan::Kernel(gpu(), adding(count_code_subgroups, count_code), sizeof(Count), {threads});
    place_ = vulkan::Kernel(gpu(), place_code, sizeof(Place), {threads});
    write_ = vulkan::Kernel(gpu(), write_code, sizeof(Write), {threads, all, query == Query::q4});
    record(input, pieces);

    facts() = {work_of(query, input), table_.bytes() + counts_.bytes() + result_.bytes(), input.digest};
    for (const auto& column : columns_) facts().resident_bytes += column.bytes();
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::int64_t> all(layout_.words());
    result_.download(all.data(), result_.bytes());
    all.back() &= 0xFFFFFFFF;  // the device counts in 32 bits
    return layout_.tensors(all);
  }

  void spoil() override { result_.spoil(); }

 private:
  void record(const Input& input, std::size_t pieces) {
    const auto word = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
    const std::size_t each = std::size_t{threads} * 8;
    const auto groups = word(std::clamp<std::size_t>((input.rows + each - 1) / each, 1, most_groups));
    const auto range = word(input.key.range);
    const std::uint64_t found = result_.address() + (layout_.words() - 1) * sizeof(std::int64_t);
    const Accumulate accumulate{columns_[0].address(),
                                columns_[1].address(),
                                columns_[2].address(),
                                columns_[3].address(),
                                table_.address(),
                                word(input.rows),
                                range,
                                groups};
    const Count count{table_.address(), counts_.address(), range, word(piece), word(pieces)};
    const Place place{counts_.address(), found, word(pieces)};
    const Write write{table_.address(), counts_.address(), result_.address(),     input.key.minimum, range,
                      word(piece),      word(pieces),      word(layout_.capacity)};
    queue().on_record([this, accumulate, count, place, write](vulkan::Commands& commands) {
      commands.fill(table_, 0);
      commands.barrier();
      commands.dispatch(accumulate_, accumulate.groups, accumulate);
      commands.barrier();
      commands.dispatch(count_, count.pieces, count);
      commands.barrier();
      commands.dispatch(place_, 1, place);
      commands.barrier();
      commands.dispatch(write_, write.pieces, write);
    });
  }

  DeviceResult layout_;
  vulkan::Buffer columns_[4];  ///< key, v1, v2, v3
  vulkan::Buffer table_;
  vulkan::Buffer counts_;
  vulkan::Buffer result_;
  vulkan::Kernel accumulate_;
  vulkan::Kernel count_;
  vulkan::Kernel place_;
  vulkan::Kernel write_;
};

}  // namespace

Implementation vulkan_row(Query query) {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = device_doc(query, "workgroup", "whose groups are then counted and written in order");
  row.make = [query](const Preparation& p) { return std::make_unique<VulkanGroupby>(p, query); };
  return row;
}

}  // namespace assay::groupby
