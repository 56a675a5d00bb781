// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay {

Workload workload_vision_letterbox_f32() {
  const auto preset = [](const char* name, std::int64_t w, std::int64_t h, std::int64_t ow, std::int64_t oh) {
    return Preset{name, Params{{"width", w}, {"height", h}, {"out_width", ow}, {"out_height", oh}}};
  };
  Definition d;
  d.name = "vision.letterbox_f32";
  d.doc =
      "What a detector's input needs, in one step: an image u8[height][width][3] in the order B, G, R "
      "becomes "
      "f32[3][out_height][out_width] with planes R, G, B in 0..1. The picture is scaled with its proportions "
      "kept "
      "(bilinear, taps as in vision.resize, not rounded to u8), centred, and bordered with 114 / 255: value "
      "= (sum of "
      "4 pixels * weights) / (2^22 * 255). 1080p is a third (every weight 0 or 1); 768p has all weights. A "
      "real image, read as R, G, B, is turned to B, G, R before "
      "measuring.";
  d.parameters = {{"width", std::int64_t{1920}, "of the source in pixels", {}, true},
                  {"height", std::int64_t{1080}, "of the source in pixels", {}, true},
                  {"out_width", std::int64_t{640}, "of the canvas in pixels", {}},
                  {"out_height", std::int64_t{640}, "of the canvas in pixels", {}}};
  d.presets = {preset("xs", 32, 20, 18, 18), preset("720p", 1280, 720, 640, 640),
               preset("768p", 1366, 768, 640, 640), preset("1080p", 1920, 1080, 640, 640),
               preset("4k", 3840, 2160, 640, 640)};
  d.inputs = {vision::image_role()};
  d.unit_of_work = "frames";
  d.tolerances = {{"float", "abs", 1e-6, 0}, {"library", "abs", 1.0 / 255 + 1e-6, 0}};
  d.operations_formula = "8 * 3 * picture_width * picture_height (1080p: 640 * 360)";
  d.bytes_formula = "3 * width * (source rows with a weight) + 12 * out_width * out_height";
  return {std::move(d), {vision::letterbox_reference(), vision::letterbox_simd()}};
}

}  // namespace assay
