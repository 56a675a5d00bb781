// SPDX-License-Identifier: Apache-2.0
#include <cub/device/device_radix_sort.cuh>

#include <algorithm>
#include <numeric>

#include "harness/backends/cuda/instance.h"
#include "workloads/dataframe/sort/sort.h"

namespace assay {

namespace sorting {

namespace {

using Key = unsigned long long;

class CudaSort final : public cuda::DeviceInstance {
 public:
  explicit CudaSort(const Preparation& preparation)
      : DeviceInstance(preparation), problem_(preparation), bits_(problem_.bits()) {
    std::vector<Key> keys(problem_.rows);
    for (std::size_t i = 0; i < keys.size(); ++i)
      keys[i] = static_cast<Key>(problem_.v3.values[i]) - static_cast<Key>(problem_.minimum);
    std::vector<unsigned> rows(problem_.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    keys_ = cuda::Buffer<Key>(keys.data(), keys.size());
    rows_ = cuda::Buffer<unsigned>(rows.data(), rows.size());
    sorted_ = cuda::Buffer<Key>(problem_.rows);
    order_ = cuda::Buffer<unsigned>(problem_.rows);
    std::size_t scratch = 0;
    sort(nullptr, scratch);
    scratch_ = cuda::Buffer<unsigned char>(std::max<std::size_t>(scratch, 1));
    facts() = {problem_.work(),
               keys_.bytes() + rows_.bytes() + sorted_.bytes() + order_.bytes() + scratch_.bytes(),
               problem_.digest};
    queue().on_submit(
        [this] {
          std::size_t bytes = scratch_.bytes();
          sort(scratch_.data(), bytes);
        },
        40);
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<unsigned> order(order_.size());
    order_.download(order.data());
    return problem_.output(order);
  }
  void spoil() override { order_.spoil(); }

 private:
  void sort(void* scratch, std::size_t& bytes) {
    cuda::check(cub::DeviceRadixSort::SortPairs(scratch, bytes, keys_.data(), sorted_.data(), rows_.data(),
                                                order_.data(), static_cast<int>(problem_.rows), 0, bits_,
                                                queue().stream()),
                "sort");
  }

  SortProblem problem_;
  int bits_;
  cuda::Buffer<Key> keys_;  ///< less the least: never negative
  cuda::Buffer<unsigned> rows_;
  cuda::Buffer<Key> sorted_;
  cuda::Buffer<unsigned> order_;
  cuda::Buffer<unsigned char> scratch_;
};

}  // namespace

}  // namespace sorting

Implementation implementation_dataframe_sort_cub();

Implementation implementation_dataframe_sort_cub() {
  Implementation row;
  row.name = "cub";
  row.device = "cuda";
  row.doc = "CUB's radix sort of pairs, over the bits that differ";
  row.make = [](const Preparation& p) { return std::make_unique<sorting::CudaSort>(p); };
  return row;
}

}  // namespace assay
