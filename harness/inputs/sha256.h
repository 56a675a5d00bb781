// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace assay::inputs {

/// SHA-256 as 64 lower-case hex digits. sha256_file throws Error{bad_input} when the file cannot be read.
std::string sha256(std::string_view bytes);
std::string sha256_file(const std::string& path);

}  // namespace assay::inputs
