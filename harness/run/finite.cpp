// SPDX-License-Identifier: Apache-2.0
#include "harness/run/finite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/text.h"

namespace assay::run {

namespace {

template <typename T>
bool any_finite(const Tensor& tensor) {
  const auto values = tensor.view<T>();
  return std::any_of(values.begin(), values.end(), [](T value) { return std::isfinite(value); });
}

}  // namespace

std::string not_finite(const std::vector<protocol::Output>& outputs) {
  for (const auto& output : outputs) {
    if (output.values.bytes.empty()) continue;
    const bool told = (output.dtype == DType::f32 && !any_finite<float>(output.values)) ||
                      (output.dtype == DType::f64 && !any_finite<double>(output.values));
    if (told) {
      return fmt::format(
          "all {} values of '{}' are NaN or infinite, in the expected result too: that they agree "
          "says little",
          output.values.elements(), printable(output.name));
    }
  }
  return "";
}

}  // namespace assay::run
