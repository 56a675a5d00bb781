// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/resize/resize.h"

namespace assay {

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
      "are those of workloads/vision/taps.h, in integers alone. 1080p is a third: every weight is 0 or 1, "
      "and a "
      "call reads one row of three; 720p, 4k and the halves weigh neighbours alike; 768p has all weights.";
  d.parameters = {{"width", std::int64_t{1920}, "of the source in pixels", {}, true},
                  {"height", std::int64_t{1080}, "of the source in pixels", {}, true},
                  {"out_width", std::int64_t{640}, "of the result in pixels; 0: half of the source's", {}},
                  {"out_height", std::int64_t{360}, "of the result in pixels; 0: half of the source's", {}}};
  d.presets = {preset("xs", 40, 24, 24, 14),           preset("720p", 1280, 720, 640, 360),
               preset("1080p", 1920, 1080, 640, 360),  preset("4k", 3840, 2160, 640, 360),
               preset("768p", 1366, 768, 640, 360),    preset("720p_half", 1280, 720, 0, 0),
               preset("1080p_half", 1920, 1080, 0, 0), preset("4k_half", 3840, 2160, 0, 0)};
  d.inputs = {vision::image_role()};
  d.unit_of_work = "frames";
  // OpenCV 4.6 rounds elsewhere: by 0.00 in the mean where the ratio is whole, by 0.09 to 0.12 where it is
  // not.
  d.tolerances = {{"exact", "exact", 0, 0}, {"library", "abs", 1, 0, 0.2}};
  d.operations_formula = "8 * 3 * out_width * out_height";
  d.bytes_formula = "3 * width * (source rows with a weight) + 3 * out_width * out_height";
  return {std::move(d), {vision::resize_reference(), vision::resize_simd()}};
}

}  // namespace assay
