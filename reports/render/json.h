// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "reports/document/document.h"

namespace assay::reports {

inline constexpr int report_schema_version = 1;

/// The whole document: {"schema": "assay.report", "schema_version": 1, "kind": ..., ...}, fields named as in
/// document.h, those at their default left out. One of several (a block, a value, a picture) says which with
/// "type". ASCII; texts that are no UTF-8 get U+FFFD; never NaN: null. Numbers read back to the last bit, so
/// that every form made of what is read is, byte for byte, that made of what was written.
std::string to_json(const Document& document);

/// Unknown fields are passed over. `where` names the text in errors. \throws Error{bad_input} with the byte
/// or the field that is wrong, and for another schema or a newer version.
Document from_json(std::string_view text, const std::string& where);

}  // namespace assay::reports
