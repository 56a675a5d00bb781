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

LetterboxInstance::LetterboxInstance(const Preparation& preparation)
    : pool_(preparation.pool),
      source_(make_frame(preparation, true)),
      out_width_(extent_parameter(preparation.params, "out_width")),
      out_height_(extent_parameter(preparation.params, "out_height")),
      placement_(place(source_.width, source_.height, out_width_, out_height_)),
      columns_(bilinear_taps(source_.width, placement_.width)),
      rows_(bilinear_taps(source_.height, placement_.height)),
      result_(static_cast<std::size_t>(out_width_) * static_cast<std::size_t>(out_height_) * 3, pool_) {}

std::vector<Tensor> LetterboxInstance::output() {
  return {Tensor::from<float>("letterboxed", {3, out_height_, out_width_}, result_.view())};
}

Work LetterboxInstance::work() const {
  const double picture = 3.0 * placement_.width * placement_.height;
  return {8 * picture, 3.0 * source_.width * touched(rows_) + 12.0 * out_width_ * out_height_, 1};
}

std::size_t LetterboxInstance::resident_bytes() const {
  return source_.pixels.bytes() + result_.bytes() + (columns_.size() + rows_.size()) * sizeof(Tap);
}

}  // namespace assay::vision
