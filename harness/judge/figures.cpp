// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/figures.h"

#include <cmath>

#include "harness/core/value.h"

namespace assay {

std::string percent_text(double part) {
  const double small = 100 * (part > 0.99 && part < 1 ? 1 - part : std::abs(part));
  if (small == 0) return "0 %";
  const double scale = std::pow(10, 2 - std::floor(std::log10(small)));
  return shortest(std::round(part * 100 * scale) / scale) + " %";
}

std::string ratio_figure(double ratio) { return shortest(std::round(ratio * 1e3) / 1e3); }

}  // namespace assay
