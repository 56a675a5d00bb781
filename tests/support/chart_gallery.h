// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/chart/scene.h"

/// One picture of every kind of chart, as scenes on any canvas: what the tests sweep and people look at
/// (tests/bench/chart_gallery writes them as files).
struct GalleryPicture {
  std::string name;
  std::function<assay::chart::Scene(const assay::chart::Canvas&)> draw;
};
std::vector<GalleryPicture> chart_gallery();
