// SPDX-License-Identifier: Apache-2.0
// JUnit's XML as most test runners write it: <testcase classname name time> in <testsuite>s, seconds, with
// <failure>, <error> or <skipped> in it. A test's time is one observation by a clock that nobody names: a
// reading, no sample.
#include "harness/exchange/xml.h"

namespace assay {

namespace {

constexpr const char* format = "junit";

void read_test(ToolRun& run, const pugi::xml_node& node, const ToolSource& source) {
  ToolResult& result = run.results.emplace_back();
  const std::string name = node.attribute("name").value();
  const std::string within = node.attribute("classname").value();
  if (name.empty()) refuse_node(source, format, node, "a <testcase> has no name");
  result.name = within.empty() ? name : within + "." + name;
  const auto reason = [](const pugi::xml_node& why) {
    const std::string message = why.attribute("message").value();
    const std::string text = message.empty() ? why.child_value() : message;
    return text.empty() ? "it gives no reason" : text.substr(0, 4096);
  };
  for (const char* kind : {"failure", "error"}) {
    if (const pugi::xml_node why = node.child(kind)) result.error = std::string(kind) + ": " + reason(why);
  }
  if (const pugi::xml_node why = node.child("skipped")) {
    result.error = "skipped: " + reason(why);
    result.skipped = true;
  }
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string_view key = attribute.name();
    if (key != "name" && key != "classname" && key != "time")
      result.unread.emplace_back(attribute.name(), attribute.value());
  }
  for (const pugi::xml_node& property : node.child("properties").children("property"))
    result.unread.emplace_back(property.attribute("name").value(), property.attribute("value").value());
  if (!result.error.empty()) return;
  std::string time = node.attribute("time").value();
  std::erase(time, ',');  // "1,234.5"
  const auto seconds = decimal(time);
  if (!seconds || *seconds < 0 || *seconds > 1e9) {
    if (!time.empty()) refuse_node(source, format, node, "'time' is no time in seconds");
    result.error = "it has no time";
    return;
  }
  add_reading(result, "junit.time", *seconds * 1e9, "ns", Better::lower);
}

/// No deeper than parse_xml() lets pass.
void read_within(ToolRun& run, const pugi::xml_node& node, const ToolSource& source) {
  if (!run.started_utc_ms) run.started_utc_ms = utc_ms_of(node.attribute("timestamp").value());
  if (run.host_name.empty()) run.host_name = node.attribute("hostname").value();
  for (const pugi::xml_node& property : node.child("properties").children("property"))
    run.environment[std::string("junit.") + property.attribute("name").value()] =
        property.attribute("value").value();
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = child.name();
    if (name == "testcase") read_test(run, child, source);
    if (name == "testsuite") read_within(run, child, source);
  }
}

}  // namespace

bool is_junit(const ToolSource& source) {
  const auto root = first_element(std::string_view(source.text).substr(0, 65'536));
  return root == "testsuites" || root == "testsuite";
}

std::vector<ToolRun> import_junit(const ToolSource& source) {
  pugi::xml_document document;
  parse_xml(document, source, format);
  ToolRun run;
  const pugi::xml_node root = document.document_element();
  if (std::string_view(root.name()) == "testsuite") {
    read_within(run, root, source);
  } else {
    if (const auto at = utc_ms_of(root.attribute("timestamp").value())) run.started_utc_ms = at;
    for (const pugi::xml_node& suite : root.children("testsuite")) read_within(run, suite, source);
  }
  if (run.results.empty()) refuse_node(source, format, root, "it has no <testcase>");
  return {run};
}

}  // namespace assay
