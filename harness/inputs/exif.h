// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "harness/core/tensor.h"

namespace assay::inputs {

/// How a JPEG file's Exif data say that the picture is to be turned: 1 to 8, as in the tag Orientation
/// (0x0112 of the Exif specification, CIPA DC-008); 1, as it is, where there are none that can be read.
int exif_orientation(std::span<const std::byte> jpeg);

/// The picture u8[height, width, 3] as a person should see it. Other orientations than 2 to 8 leave it.
Tensor upright(Tensor image, int orientation);

}  // namespace assay::inputs
