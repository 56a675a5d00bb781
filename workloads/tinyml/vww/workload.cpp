// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/model/seeded.h"

namespace assay {

Workload workload_tinyml_vww() {
  return tinyml::row_workload(
      assay_kernel_vww,
      {.doc =
           "Visual wake words: one inference of the MobileNet v1 of MLPerf Tiny in TFLite int8 arithmetic. A "
           "3x3 convolution with stride 2 from size x size x 3, then `blocks` times a depthwise 3x3 and a "
           "1x1 convolution, all SAME with ReLU, the mean of all pixels, a fully connected layer to 2 "
           "classes, softmax. Seeded input and weights; scales follow from the data "
           "(workloads/tinyml/README.md). All activations lie in one arena, planned before the network runs. "
           "The results are the 2 probabilities and the last features, so that no error hides behind them.",
       .parameters = {"pixels of a side of the square image", "channels of the first convolution",
                      "depthwise-separable blocks, at most 13"},
       .operations = "2 * multiply-accumulates: 14979328 at the defaults",
       .bytes = "3 * size^2 + 2 + weights + 12 * channels of every layer"});
}

}  // namespace assay
