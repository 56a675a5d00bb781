// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay::vision {

Placement place(int width, int height, int canvas_width, int canvas_height) {
  // The side that limits the scale fills the canvas; the other is round(side * scale) in integers.
  const auto scaled = [](std::int64_t side, std::int64_t to, std::int64_t from) {
    return static_cast<int>(std::max<std::int64_t>((2 * side * to + from) / (2 * from), 1));
  };
  Placement p;
  const bool wide =
      static_cast<std::int64_t>(width) * canvas_height >= static_cast<std::int64_t>(height) * canvas_width;
  p.width = wide ? canvas_width : scaled(width, canvas_height, height);
  p.height = wide ? scaled(height, canvas_width, width) : canvas_height;
  p.left = (canvas_width - p.width) / 2;
  p.top = (canvas_height - p.height) / 2;
  return p;
}

LetterboxProblem::LetterboxProblem(const Preparation& preparation)
    : source(make_frame(preparation, true)),
      out_width(extent_parameter(preparation.params, "out_width")),
      out_height(extent_parameter(preparation.params, "out_height")),
      placement(place(source.width, source.height, out_width, out_height)),
      columns(bilinear_taps(source.width, placement.width)),
      rows(bilinear_taps(source.height, placement.height)) {}

std::size_t LetterboxProblem::pixels() const {
  return static_cast<std::size_t>(out_width) * static_cast<std::size_t>(out_height);
}

Work LetterboxProblem::work() const {
  const double picture = 3.0 * placement.width * placement.height;
  return {8 * picture, 3.0 * source.width * touched(rows) + 12.0 * out_width * out_height, 1};
}

std::size_t LetterboxProblem::resident_bytes() const {
  return source.pixels.bytes() + (columns.size() + rows.size()) * sizeof(Tap);
}

std::vector<Tensor> LetterboxProblem::output(std::span<const float> result) const {
  return {Tensor::from<float>("letterboxed", {3, out_height, out_width}, result)};
}

LetterboxInstance::LetterboxInstance(const Preparation& preparation)
    : pool_(preparation.pool), problem_(preparation), result_(3 * problem_.pixels(), pool_) {}

}  // namespace assay::vision
