// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/conv2d_int8/definition.h"

#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/kernel_row.h"

namespace assay::tinyml {

Definition conv2d_int8_definition() {
  Definition d;
  d.name = "tinyml.conv2d_int8";
  d.doc =
      "One 2-D convolution layer with SAME padding after the TFLite int8 specification: asymmetric int8 "
      "activations, "
      "symmetric int8 weights with a scale for each output channel, int32 bias; the sum is rescaled by a "
      "31-bit "
      "multiplier and a rounding shift (two roundings, as in TFLite's reference kernels). Seeded weights; "
      "scales and "
      "biases follow from the data so that 1 to 5 % of the results saturate at each end of the int8 range.";
  d.parameters = parameters_of(assay_kernel_conv2d_int8,
                               {"input rows", "input columns", "input channels", "output channels",
                                "rows and columns of the kernel", "rows and columns between two windows"});
  d.presets = {
      xs_of(assay_kernel_conv2d_int8),
      {"m", {}},
      {"pointwise",
       {{"height", std::int64_t{25}},
        {"width", std::int64_t{5}},
        {"in_channels", std::int64_t{64}},
        {"out_channels", std::int64_t{64}},
        {"kernel", std::int64_t{1}}}},
      {"l",
       {{"height", std::int64_t{56}},
        {"width", std::int64_t{56}},
        {"in_channels", std::int64_t{64}},
        {"out_channels", std::int64_t{64}}}},
  };
  d.unit_of_work = assay_kernel_conv2d_int8.unit_of_work;
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula =
      "2 * ceil(height/stride) * ceil(width/stride) * out_channels * kernel * kernel * in_channels";
  d.bytes_formula =
      "height * width * in_channels + kernel * kernel * in_channels * out_channels + 12 * out_channels + "
      "ceil(height/stride) * ceil(width/stride) * out_channels";
  return d;
}

}  // namespace assay::tinyml
