// SPDX-License-Identifier: Apache-2.0
#include "harness/core/component.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/model/seeded.h"

namespace assay {

Workload workload_tinyml_ad() {
  return tinyml::row_workload(
      assay_kernel_ad,
      {.doc = "Anomaly detection: one inference of the autoencoder of MLPerf Tiny in TFLite int8 arithmetic: "
              "fully connected layers, four of `width`, one of `code`, four of `width`, all with ReLU, and "
              "one of as many outputs as inputs. Seeded input and weights; scales follow from the data "
              "(workloads/tinyml/README.md). All activations lie in one arena, planned before the network "
              "runs. The results are the outputs and the code, so that no error hides behind them.",
       .parameters = {"numbers that go in and come out", "outputs of the wide layers",
                      "outputs of the narrow one"},
       .operations = "2 * (2 * inputs * width + 6 * width^2 + 2 * width * code)",
       .bytes = "2 * inputs + 2 * inputs * width + 6 * width^2 + 2 * width * code + 12 * (8 * width + code + "
                "inputs)"});
}

}  // namespace assay
