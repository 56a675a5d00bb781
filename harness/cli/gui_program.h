// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/document/document.h"

/// assay-gui, the program that alone has Qt: no other command waits for it.
namespace assay::cli {

/// Its path, beside this program. `what`: "the dashboard", for the error. \throws Error{unavailable} where it
/// was not built.
std::string gui_program(const std::string& what);

/// The document as PDF, made by `assay-gui --render`. \throws as gui_program; Error{internal} with what it
/// said.
std::string to_pdf(const reports::Document& document);

}  // namespace assay::cli
