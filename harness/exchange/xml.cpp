// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/xml.h"

#include "harness/core/error.h"

namespace assay {

Probe xml_probe() { return Probe::present(); }

void refuse_node(const ToolSource& source, const char* format, const pugi::xml_node& node,
                 const std::string& what) {
  throw Error(
      ErrorCode::bad_input,
      source.where + ": " + format + ": " + what + " (byte " + std::to_string(node.offset_debug()) + ")",
      "is it what the tool wrote, whole and unchanged?");
}

void parse_xml(pugi::xml_document& document, const ToolSource& source, const char* format) {
  const auto parsed = document.load_buffer(source.text.data(), source.text.size());
  if (!parsed)
    throw Error(ErrorCode::bad_input,
                source.where + ": " + format + ": no XML at byte " + std::to_string(parsed.offset) + ": " +
                    parsed.description(),
                "was it cut off, or changed, after its tool wrote it?");
  struct Depth : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node& node) override {
      deepest = node;
      return depth() < 200;
    }
    pugi::xml_node deepest;
  } walker;
  if (!document.traverse(walker))
    refuse_node(source, format, walker.deepest, "elements are nested deeper than 200 times");
}

double need_number(const ToolSource& source, const char* format, const pugi::xml_node& node,
                   const char* attribute) {
  const auto value = decimal(node.attribute(attribute).value());
  if (!value)
    refuse_node(source, format, node, std::string("<") + node.name() + "> has no number '" + attribute + "'");
  return *value;
}

std::string_view first_element(std::string_view text) {
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('?') || rest.starts_with('!')) continue;
    return rest.substr(0, rest.find_first_of(" \t\r\n/>"));
  }
  return {};
}

}  // namespace assay
