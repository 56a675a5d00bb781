// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "harness/core/probe.h"
#include "harness/core/tensor.h"
#include "harness/inputs/limits.h"

namespace assay::inputs {

/// A JPEG or PNG file, told apart by its first bytes, as u8[height, width, 3] RGB. Grey becomes three equal
/// channels, a palette its colours, 16 bits 8 bits; an alpha channel is dropped, not blended; interlacing and
/// progressive coding make no difference; a JPEG is turned as its Exif orientation says. \throws
/// Error{bad_input} naming the file and what was expected: missing, truncated, damaged, of another kind,
/// beyond the limits; Error{unavailable} when this build has no reader for the format.
Tensor read_image(const std::string& path, const Limits& limits = {});

/// The same from memory; `name` stands for the file in messages.
Tensor decode_image(std::span<const std::byte> file, const std::string& name, const Limits& limits = {});

/// Can this build read them?
Probe jpeg_probe();
Probe png_probe();

}  // namespace assay::inputs
