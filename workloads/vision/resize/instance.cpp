// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "workloads/vision/resize/resize.h"

namespace assay::vision {

ResizeProblem::ResizeProblem(const Preparation& preparation)
    : source(make_frame(preparation, false)),
      out_width(extent_parameter(preparation.params, "out_width", 0)),
      out_height(extent_parameter(preparation.params, "out_height", 0)) {
  if (out_width == 0) out_width = std::max(source.width / 2, 1);
  if (out_height == 0) out_height = std::max(source.height / 2, 1);
  columns = bilinear_taps(source.width, out_width);
  rows = bilinear_taps(source.height, out_height);
}

std::size_t ResizeProblem::values() const { return columns.size() * rows.size() * 3; }

Work ResizeProblem::work() const {
  const auto count = static_cast<double>(values());
  return {8 * count, 3.0 * source.width * touched(rows) + count, 1};
}

std::size_t ResizeProblem::resident_bytes() const {
  return source.pixels.bytes() + (columns.size() + rows.size()) * sizeof(Tap);
}

std::vector<Tensor> ResizeProblem::output(std::span<const std::uint8_t> result) const {
  return {Tensor::from<std::uint8_t>("resized", {out_height, out_width, 3}, result.first(values()))};
}

ResizeInstance::ResizeInstance(const Preparation& preparation)
    : pool_(preparation.pool), problem_(preparation), result_(problem_.values(), pool_) {}

}  // namespace assay::vision
