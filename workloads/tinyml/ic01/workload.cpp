// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/model/seeded.h"

namespace assay {

Workload workload_tinyml_ic01() {
  return tinyml::row_workload(
      assay_kernel_ic01,
      {.doc = "Image classification: one inference of the ResNet-8 of MLPerf Tiny in TFLite int8 arithmetic. "
              "A 3x3 convolution from size x size x 3, then three stacks of two 3x3 convolutions and an "
              "addition, the last two with twice the channels and a stride of 2 (and a 1x1 convolution "
              "around them), all SAME, the mean of all pixels, a fully connected layer to 10 classes, "
              "softmax. Seeded input and weights; scales follow from the data (workloads/tinyml/README.md). "
              "All activations lie in one arena, planned before the network runs. The results are the 10 "
              "probabilities and the last features, so that no error hides behind them.",
       .parameters = {"pixels of a side of the square image", "channels of the first stack"},
       .operations = "2 * multiply-accumulates: 25003264 at the defaults",
       .bytes = "3 * size^2 + 10 + weights + 12 * channels of every layer"});
}

}  // namespace assay
