// SPDX-License-Identifier: Apache-2.0
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <algorithm>
#include <cub/device/device_reduce.cuh>
#include <limits>

#include "harness/backends/cuda/instance.h"
#include "workloads/dataframe/filter_sum/device_columns.h"

namespace assay {

namespace filter_sum {

namespace {

using Sum = unsigned long long;  // wraps as i64 does

/// What row `i` adds.
struct Qualified {
  const int* v1;
  const int* v2;
  const long long* v3;
  int v1_below;
  int v2_below;
  __host__ __device__ Sum operator()(unsigned i) const {
    return v1[i] < v1_below && v2[i] < v2_below ? static_cast<Sum>(v3[i]) : Sum{0};
  }
};

class CubFilterSum final : public cuda::DeviceInstance {
 public:
  explicit CubFilterSum(const Preparation& preparation) : DeviceInstance(preparation) {
    const FilterProblem problem(preparation);
    if (problem.rows > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      throw Error(ErrorCode::unavailable, "dataframe.filter_sum/cub has at most 2^31 - 1 rows",
                  "choose fewer rows, or the implementation cuda");
    }
    rows_ = static_cast<int>(problem.rows);
    columns_ = DeviceColumns(problem);
    adds_ = {columns_.v1.data(), columns_.v2.data(), columns_.v3.data(), problem.v1_below, problem.v2_below};
    sum_ = cuda::Buffer<Sum>(1);
    std::size_t scratch = 0;
    add_up(nullptr, scratch);
    scratch_ = cuda::Buffer<unsigned char>(std::max<std::size_t>(scratch, 1));
    facts() = {problem.work(), columns_.bytes() + scratch_.bytes(), problem.digest.text()};
    queue().on_submit([this] {
      std::size_t bytes = scratch_.bytes();
      add_up(scratch_.data(), bytes);
    });
    call();
  }

  std::vector<Tensor> output() override {
    Sum sum = 0;
    sum_.download(&sum);
    return FilterProblem::output(static_cast<std::int64_t>(sum));
  }
  void spoil() override { sum_.spoil(); }

 private:
  void add_up(void* scratch, std::size_t& bytes) {
    const auto from = thrust::make_transform_iterator(thrust::counting_iterator<unsigned>(0), adds_);
    cuda::check(cub::DeviceReduce::Sum(scratch, bytes, from, sum_.data(), rows_, queue().stream()), "add up");
  }

  int rows_ = 0;
  DeviceColumns columns_;
  Qualified adds_{};
  cuda::Buffer<Sum> sum_;
  cuda::Buffer<unsigned char> scratch_;
};

}  // namespace

}  // namespace filter_sum

Implementation implementation_dataframe_filter_sum_cub();

Implementation implementation_dataframe_filter_sum_cub() {
  Implementation row;
  row.name = "cub";
  row.device = "cuda";
  row.doc = "CUB's reduction over what each row adds";
  row.make = [](const Preparation& p) { return std::make_unique<filter_sum::CubFilterSum>(p); };
  return row;
}

}  // namespace assay
