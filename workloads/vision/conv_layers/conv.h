// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"

namespace assay::vision {

/// The task of vision.conv_layers: one layer, its seeded input and weights.
struct ConvProblem {
  /// \throws Error{usage} on an impossible layer, Error{unavailable} without the memory.
  explicit ConvProblem(const Preparation& preparation);

  Work work() const;
  std::string digest() const;
  std::int64_t results() const { return out_channels * out_height * out_width; }
  std::vector<Tensor> output(std::span<const float> result) const;  ///< [out_channels][out_height][out_width]

  bool half;  ///< input and weights are binary16: `input` and `weights` hold what it can
  std::int64_t in_channels, height, width, out_channels, kernel, stride, groups;
  std::int64_t out_height, out_width;
  std::int64_t group_in, group_out;  ///< channels of one group
  Aligned<float> input;              ///< [in_channels][height][width]
  Aligned<float> weights;            ///< [out_channels][group_in][kernel][kernel]
};

Definition conv_definition();
Implementation conv_reference();

}  // namespace assay::vision
