// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "workloads/vision/resize/resize.h"

namespace assay::vision {

ResizeInstance::ResizeInstance(const Preparation& preparation)
    : pool_(preparation.pool),
      source_(make_frame(preparation, false)),
      out_width_(extent_parameter(preparation.params, "out_width", 0)),
      out_height_(extent_parameter(preparation.params, "out_height", 0)) {
  if (out_width_ == 0) out_width_ = std::max(source_.width / 2, 1);
  if (out_height_ == 0) out_height_ = std::max(source_.height / 2, 1);
  columns_ = bilinear_taps(source_.width, out_width_);
  rows_ = bilinear_taps(source_.height, out_height_);
  result_ = Aligned<std::uint8_t>(
      static_cast<std::size_t>(out_width_) * static_cast<std::size_t>(out_height_) * 3, pool_);
}

std::vector<Tensor> ResizeInstance::output() {
  return {Tensor::from<std::uint8_t>("resized", {out_height_, out_width_, 3}, result_.view())};
}

Work ResizeInstance::work() const {
  const double values = 3.0 * out_width_ * out_height_;
  return {8 * values, 3.0 * source_.width * touched(rows_) + values, 1};
}

std::size_t ResizeInstance::resident_bytes() const {
  return source_.pixels.bytes() + result_.bytes() + (columns_.size() + rows_.size()) * sizeof(Tap);
}

}  // namespace assay::vision
