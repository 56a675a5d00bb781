// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
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

/// The task of vision.letterbox_f32, whoever computes it: the source (B, G, R), the taps, the shape of the
/// result f32[3][out_height][out_width], planes R, G, B.
struct LetterboxProblem {
  /// \throws as make_frame() does.
  explicit LetterboxProblem(const Preparation& preparation);

  std::size_t pixels() const;  ///< of the canvas
  Work work() const;
  std::size_t resident_bytes() const;  ///< of the source and the taps
  /// `result`: 3 * pixels() values.
  std::vector<Tensor> output(std::span<const float> result) const;

  Frame source;
  int out_width;
  int out_height;
  Placement placement;
  std::vector<Tap> columns;  ///< placement.width
  std::vector<Tap> rows;     ///< placement.height
};

/// What every implementation on the CPU has.
class LetterboxInstance : public Instance {
 public:
  explicit LetterboxInstance(const Preparation& preparation);
  std::vector<Tensor> output() override { return problem_.output(result_.view()); }
  void spoil() override { result_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return problem_.resident_bytes() + result_.bytes(); }
  std::string input_digest() const override { return problem_.source.digest(); }

 protected:
  /// Row y of the canvas in plane p (0 red, 1 green, 2 blue).
  float* out_row(int p, int y) {
    return result_.data() + (static_cast<std::size_t>(p) * static_cast<std::size_t>(problem_.out_height) +
                             static_cast<std::size_t>(y)) *
                                static_cast<std::size_t>(problem_.out_width);
  }

  cpu::Pool* pool_;  ///< may be null
  LetterboxProblem problem_;
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
