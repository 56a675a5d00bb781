// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/vision/frame.h"
#include "workloads/vision/taps.h"

namespace assay::vision {

/// The task of vision.resize, whoever computes it: the source, the taps, the shape of the result
/// u8[out_height][out_width][3].
struct ResizeProblem {
  /// \throws as make_frame() does.
  explicit ResizeProblem(const Preparation& preparation);

  std::size_t values() const;  ///< of the result, in bytes
  Work work() const;
  std::size_t resident_bytes() const;  ///< of the source and the taps
  /// `result`: at least values() of them.
  std::vector<Tensor> output(std::span<const std::uint8_t> result) const;

  Frame source;
  int out_width;
  int out_height;
  std::vector<Tap> columns;  ///< out_width
  std::vector<Tap> rows;     ///< out_height
};

/// What every implementation on the CPU has.
class ResizeInstance : public Instance {
 public:
  explicit ResizeInstance(const Preparation& preparation);
  std::vector<Tensor> output() override { return problem_.output(result_.view()); }
  void spoil() override { result_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return problem_.resident_bytes() + result_.bytes(); }
  std::string input_digest() const override { return problem_.source.digest(); }

 protected:
  std::uint8_t* out_row(int y) {
    return result_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(problem_.out_width) * 3;
  }

  cpu::Pool* pool_;  ///< may be null
  ResizeProblem problem_;
  Aligned<std::uint8_t> result_;
};

Implementation resize_reference();
Implementation resize_simd();

}  // namespace assay::vision
