// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::cli {

/// The revision checked out in `directory`, with "-dirty" where tracked files are changed; empty outside a
/// git tree or without git.
std::string git_revision(const std::string& directory);

}  // namespace assay::cli
