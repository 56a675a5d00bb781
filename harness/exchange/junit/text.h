// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// Text for an XML attribute or element; what XML 1.0 cannot hold becomes '?'.
std::string xml(const std::string& text);

}  // namespace assay
