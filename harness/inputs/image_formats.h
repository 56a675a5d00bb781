// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "harness/core/error.h"
#include "harness/core/tensor.h"
#include "harness/inputs/limits.h"

/// Between image.cpp and the readers of single formats; CMake picks <format>.cpp or <format>_absent.cpp.
namespace assay::inputs {

Tensor decode_jpeg(std::span<const std::byte> file, const std::string& name, const Limits& limits);
Tensor decode_png(std::span<const std::byte> file, const std::string& name, const Limits& limits);

inline Error image_error(const std::string& name, const std::string& what) {
  return {ErrorCode::bad_input, name + ": " + what, "expected a whole JPEG or PNG image"};
}

/// An RGB tensor of that size, zeroed. \throws Error{bad_input} beyond the limits.
Tensor blank_image(std::int64_t width, std::int64_t height, const std::string& name, const Limits& limits);

}  // namespace assay::inputs
