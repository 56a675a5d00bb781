// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/vision/frame.h"
#include "workloads/vision/taps.h"

namespace assay::vision {

/// What every implementation of vision.resize has: the source, the taps, the result
/// u8[out_height][out_width][3].
class ResizeInstance : public Instance {
 public:
  explicit ResizeInstance(const Preparation& preparation);
  std::vector<Tensor> output() override;
  void spoil() override { result_.spoil(); }
  Work work() const override;
  std::size_t resident_bytes() const override;
  std::string input_digest() const override { return source_.digest(); }

 protected:
  std::uint8_t* out_row(int y) {
    return result_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(out_width_) * 3;
  }

  cpu::Pool* pool_;  ///< may be null
  Frame source_;
  int out_width_;
  int out_height_;
  std::vector<Tap> columns_;  ///< out_width
  std::vector<Tap> rows_;     ///< out_height
  Aligned<std::uint8_t> result_;
};

Implementation resize_reference();
Implementation resize_simd();

}  // namespace assay::vision
