// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::cli {

/// All or nothing: written beside its place and then renamed, so that what stood there is whole until the new
/// one is. Pipes and devices (/dev/stdout) take it as it comes; a link stays one, and its file is replaced.
/// \throws Error{io} naming the file.
void write_file(const std::string& path, const std::string& text);

}  // namespace assay::cli
