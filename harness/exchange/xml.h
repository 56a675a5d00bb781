// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "harness/exchange/readers.h"

/// Inside harness/exchange: what readers of XML share. pugixml knows no entities of a document's own, so none
/// can grow.
namespace assay {

/// \throws Error{bad_input}: `format`, the byte and what is wrong there; nested deeper than 200.
void parse_xml(pugi::xml_document& document, const ToolSource& source, const char* format);

[[noreturn]] void refuse_node(const ToolSource& source, const char* format, const pugi::xml_node& node,
                              const std::string& what);

/// A number that must be there.
double need_number(const ToolSource& source, const char* format, const pugi::xml_node& node,
                   const char* attribute);

/// The name of the first element, by looking at the text alone.
std::string_view first_element(std::string_view text);

}  // namespace assay
