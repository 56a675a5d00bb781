// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/resize/resize.h"

namespace assay {

namespace vision {

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

}  // namespace vision

Workload workload_vision_resize() {
  using P = Params;
  const auto preset = [](const char* name, std::int64_t w, std::int64_t h, std::int64_t ow, std::int64_t oh) {
    return Preset{name, P{{"width", w}, {"height", h}, {"out_width", ow}, {"out_height", oh}}};
  };
  Definition d;
  d.name = "vision.resize";
  d.doc =
      "Bilinear resize of an image of three u8 channels, interleaved: half-pixel centres, edge pixels "
      "repeated, "
      "11-bit fixed-point weights for each axis, one rounding: (sum of 4 pixels * weights + 2^21) >> 22. The "
      "taps "
      "are those of workloads/vision/taps.h, in integers alone.";
  d.parameters = {{"width", std::int64_t{1920}, "of the source in pixels", {}},
                  {"height", std::int64_t{1080}, "of the source in pixels", {}},
                  {"out_width", std::int64_t{640}, "of the result in pixels; 0: half of the source's", {}},
                  {"out_height", std::int64_t{360}, "of the result in pixels; 0: half of the source's", {}}};
  d.presets = {preset("xs", 40, 24, 24, 14),          preset("720p", 1280, 720, 640, 360),
               preset("1080p", 1920, 1080, 640, 360), preset("4k", 3840, 2160, 640, 360),
               preset("720p_half", 1280, 720, 0, 0),  preset("1080p_half", 1920, 1080, 0, 0),
               preset("4k_half", 3840, 2160, 0, 0)};
  d.inputs = {vision::image_role()};
  d.unit_of_work = "frames";
  d.tolerances = {{"exact", "exact", 0, 0}, {"library", "abs", 1, 0}};
  d.operations_formula = "8 * 3 * out_width * out_height";
  d.bytes_formula = "3 * width * (source rows with a weight) + 3 * out_width * out_height";
  return {std::move(d), {vision::resize_reference(), vision::resize_simd()}};
}

}  // namespace assay
