// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <string>

#include "reports/document/document.h"

namespace assay::gui {

/// The report on sheets of A4: numbered, charts as vectors, tables whole by rows with their heads on each
/// sheet; what other forms fold stands at the end. Equal documents give equal bytes. A QGuiApplication must
/// be there. \throws Error{internal} where the file cannot be made.
QByteArray pdf(const reports::Document& document);

/// `assay-gui --render FROM TO`: a report's JSON as PDF. \throws Error{bad_input}, Error{io}
void render(const std::string& from, const std::string& to);

}  // namespace assay::gui
