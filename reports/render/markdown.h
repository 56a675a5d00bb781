// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/document/document.h"

namespace assay::reports {

/// GitHub's and GitLab's Markdown. No text of the document is taken for markup, links, mentions or HTML.
std::string to_markdown(const Document& document);

}  // namespace assay::reports
