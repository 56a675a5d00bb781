// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "reports/document/document.h"

namespace assay::reports {

/// Every text of the document, those of its pictures too, becomes what `of` makes of it: how names of hosts
/// and folders stay here.
void change_texts(Document& document, const std::function<std::string(const std::string&)>& of);

}  // namespace assay::reports
