// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/conv_layers/conv.h"

namespace assay {

namespace vision {

Definition conv_definition() {
  const auto layer = [](const char* name, std::int64_t in, std::int64_t size, std::int64_t out,
                        std::int64_t kernel, std::int64_t stride, std::int64_t groups) {
    return Preset{name, Params{{"in_channels", in},
                               {"height", size},
                               {"width", size},
                               {"out_channels", out},
                               {"kernel", kernel},
                               {"stride", stride},
                               {"groups", groups}}};
  };
  Definition d;
  d.name = "vision.conv_layers";
  d.doc =
      "One convolution layer, batch 1, [channels][height][width]: out[o][y][x] = sum over the group's "
      "channels "
      "c and the kernel's i, j of in[c][y * stride + i - kernel / 2][x * stride + j - kernel / 2] * "
      "w[o][c][i][j]; "
      "outside the input is zero. input = normal(stream input), weights = sqrt(2 / taps) * normal(stream "
      "weights), f16: both rounded to binary16; products and sums in binary32 or wider, out in f32. "
      "Presets: layers of ResNet-50 (r50_*) and MobileNet (mobile_*).";
  d.parameters = {{"in_channels", std::int64_t{64}, "of the input", {}},
                  {"height", std::int64_t{56}, "of the input", {}},
                  {"width", std::int64_t{56}, "of the input", {}},
                  {"out_channels", std::int64_t{64}, "of the result", {}},
                  {"kernel", std::int64_t{3}, "its rows and columns; odd", {}},
                  {"stride", std::int64_t{1}, "between two windows", {}},
                  {"groups", std::int64_t{1}, "of channels; as many as there are: depthwise", {}},
                  {"dtype",
                   std::string("f32"),
                   "how input and weights are stored",
                   {std::string("f32"), std::string("f16")}}};
  d.presets = {layer("xs", 4, 8, 8, 3, 1, 1),
               layer("r50_first", 3, 224, 64, 7, 2, 1),
               layer("r50_3x3", 64, 56, 64, 3, 1, 1),
               layer("r50_1x1", 64, 56, 256, 1, 1, 1),
               layer("r50_late", 512, 7, 512, 3, 1, 1),
               layer("mobile_depthwise", 144, 56, 144, 3, 1, 144),
               layer("mobile_1x1", 144, 56, 24, 1, 1, 1)};
  d.unit_of_work = "layers";
  d.tolerances = {{"float", "rel_rms", 5e-5, 0}};
  d.operations_formula = "2 * out_channels * out_height * out_width * in_channels / groups * kernel * kernel";
  d.bytes_formula =
      "B * (in_channels * height * width + out_channels * in_channels / groups * kernel * kernel) + "
      "4 * out_channels * out_height * out_width, out_height = ceil(height / stride), B = 4 (f32), 2 (f16)";
  return d;
}

}  // namespace vision

Workload workload_vision_conv_layers();
Workload workload_vision_conv_layers() { return {vision::conv_definition(), {vision::conv_reference()}}; }

}  // namespace assay
