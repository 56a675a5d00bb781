// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/kws/definition.h"

#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kws/problem.h"

namespace assay::tinyml {

Definition kws_definition() {
  Definition d;
  d.name = "tinyml.kws";
  d.doc =
      "Keyword spotting: one inference of the DS-CNN of MLPerf Tiny in TFLite int8 arithmetic. Convolution "
      "10x4 with "
      "stride 2 from frames x 10 MFCC coefficients, then `blocks` times a depthwise 3x3 and a 1x1 "
      "convolution, all "
      "SAME with ReLU and `filters` channels, the mean over int(frames / 2) x 5 pixels (the last of 25 rows "
      "is left "
      "out, as in the published model), a fully connected layer to 12 classes, softmax. Seeded input and "
      "weights; "
      "scales and biases follow from the data so that of each layer ReLU cuts about half, and 1 to 5 % "
      "saturate at the upper end of the int8 range; the least and the largest logit saturate. The results "
      "are "
      "the 12 probabilities and the last features, so that no error hides in the pooling.";
  d.parameters = parameters_of(
      assay_kernel_kws,
      {"frames of 10 coefficients", "channels of every convolution", "depthwise-separable blocks"});
  d.presets = {xs_of(assay_kernel_kws), {"m", {}}};
  d.unit_of_work = assay_kernel_kws.unit_of_work;
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula =
      "2 * (h * 5 * filters * (40 + blocks * (9 + filters)) + 12 * filters), h = ceil(frames / 2)";
  d.bytes_formula =
      "10 * frames + 12 + filters * (40 + blocks * (9 + filters) + 12) + 12 * (filters * (1 + 2 * blocks) + "
      "12)";
  return d;
}

}  // namespace assay::tinyml
