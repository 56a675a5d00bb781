// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// Inside: what every page carries.
namespace assay::reports::html_page {

std::string style();  ///< of a <style> element: light, dark, print
extern const char* const script;

}  // namespace assay::reports::html_page
