// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reports/chart/scene.h"
#include "reports/document/document.h"

namespace assay::reports {

/// Inside: a picture on a sheet; charts of rows are as high as these need.
inline chart::Scene drawn(const Picture& picture, const chart::Canvas& canvas) {
  return std::visit([&](const auto& chart) { return chart::draw(chart, canvas); }, picture);
}

}  // namespace assay::reports
