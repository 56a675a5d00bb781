// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/chart/scene.h"

namespace assay::chart {

struct TextOptions {
  bool ascii = false;  ///< 7 bits, for terminals without UTF-8: a coarser picture, other text as '?'
};

/// A scene for a terminal: curves in braille dots, level and upright lines in box drawing, areas in blocks,
/// text over everything. Rows end in a line feed and have no trailing spaces. Scenes come from a Canvas with
/// cells (terminal()); others are drawn too, their texts then may hide each other.
std::string text(const Scene& scene, const TextOptions& options = {});

}  // namespace assay::chart
