// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::transport {

/// A word that a POSIX shell takes as it is. Pure.
std::string shell_word(const std::string& text);

}  // namespace assay::transport
