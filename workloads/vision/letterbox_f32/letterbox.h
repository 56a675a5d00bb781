// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/vision/frame.h"
#include "workloads/vision/taps.h"

namespace assay::vision {

/// Where the picture lies in the canvas.
struct Placement {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;

  friend bool operator==(const Placement&, const Placement&) = default;
};

/// The largest size with the picture's proportions that fits the canvas (the free side rounded, halves up, at
/// least 1 pixel), centred; where the border is odd the smaller part lies left of or above the picture.
Placement place(int width, int height, int canvas_width, int canvas_height);

/// Grey level of the border, of 255.
inline constexpr int pad_level = 114;

/// What every implementation of vision.letterbox_f32 has: the source (B, G, R), the taps, the result
/// f32[3][out_height][out_width], planes R, G, B.
class LetterboxInstance : public Instance {
 public:
  explicit LetterboxInstance(const Preparation& preparation);
  std::vector<Tensor> output() override;
  void spoil() override { result_.spoil(); }
  Work work() const override;
  std::size_t resident_bytes() const override;
  std::string input_digest() const override { return source_.digest(); }

 protected:
  /// Row y of the canvas in plane p (0 red, 1 green, 2 blue).
  float* out_row(int p, int y) {
    return result_.data() + (static_cast<std::size_t>(p) * static_cast<std::size_t>(out_height_) +
                             static_cast<std::size_t>(y)) *
                                static_cast<std::size_t>(out_width_);
  }

  cpu::Pool* pool_;  ///< may be null
  Frame source_;
  int out_width_;
  int out_height_;
  Placement placement_;
  std::vector<Tap> columns_;  ///< placement_.width
  std::vector<Tap> rows_;     ///< placement_.height
  Aligned<float> result_;
};

/// What a kernel reads for one picture row, and where its three planes go.
struct RowSource {
  const std::uint8_t* upper;
  const std::uint8_t* lower;
  int weight;  ///< of `lower`, of 2048
};
struct RowPlanes {
  float* red;
  float* green;
  float* blue;
};

Implementation letterbox_reference();
Implementation letterbox_simd();

}  // namespace assay::vision
