// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "workloads/dataframe/groupby/device.h"

/// What the group-by has on a CUDA device, however it groups: for .cu files.
namespace assay::groupby {

using Sum = unsigned long long;  // wraps as i64 does

/// The columns of a query on the device; v2 and v3 null in q1.
struct Columns {
  const int* code;
  const int* v1;
  const int* v2;
  const std::int64_t* v3;
  unsigned rows;
};

/// Columns and result. A subclass adds its memory to facts(), says how a call is submitted, and calls.
class CudaGroupbyInstance : public cuda::DeviceInstance {
 public:
  CudaGroupbyInstance(const Preparation& preparation, Query query) : DeviceInstance(preparation) {
    const Input input = make_device_input(preparation, query);
    range_ = static_cast<unsigned>(input.key.range);
    minimum_ = input.key.minimum;
    layout_ = {query, input.capacity()};
    columns_.rows = static_cast<unsigned>(input.rows);
    columns_.code = upload(ints_[0], input.key.code);
    columns_.v1 = upload(ints_[1], input.v1.values);
    if (reads_all(query)) {
      columns_.v2 = upload(ints_[2], input.v2.values);
      v3_ = cuda::Buffer<std::int64_t>(input.v3.values.data(), input.rows);
      columns_.v3 = v3_.data();
    }
    result_ = cuda::Buffer<std::int64_t>(layout_.words());
    facts() = {work_of(query, input), v3_.bytes() + result_.bytes(), input.digest};
    for (const auto& column : ints_) facts().resident_bytes += column.bytes();
  }

  std::vector<Tensor> output() override {
    std::vector<std::int64_t> all(layout_.words());
    result_.download(all.data());
    return layout_.tensors(all);
  }
  void spoil() override { result_.spoil(); }

 protected:
  const Columns& columns() const { return columns_; }
  unsigned range() const { return range_; }          ///< codes are below it
  std::int64_t minimum() const { return minimum_; }  ///< the key of code 0
  unsigned capacity() const { return static_cast<unsigned>(layout_.capacity); }
  unsigned planes() const { return static_cast<unsigned>(layout_.planes()); }
  std::int64_t* result() const { return result_.data(); }  ///< as DeviceResult has it

 private:
  static const int* upload(cuda::Buffer<int>& to, const Aligned<std::int32_t>& from) {
    to = cuda::Buffer<int>(from.data(), from.size());
    return to.data();
  }

  Columns columns_{};
  unsigned range_ = 0;
  std::int64_t minimum_ = 0;
  DeviceResult layout_;
  cuda::Buffer<int> ints_[3];  ///< key, v1, v2
  cuda::Buffer<std::int64_t> v3_;
  cuda::Buffer<std::int64_t> result_;
};

}  // namespace assay::groupby
