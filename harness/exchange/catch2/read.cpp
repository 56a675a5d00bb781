// SPDX-License-Identifier: Apache-2.0
// Catch2's XML reporter, versions 2 and 3 (`-r xml`): <BenchmarkResults name samples resamples iterations
// ...> with <mean value lowerBound upperBound ci/> and <standardDeviation .../> in ns, within <TestCase> and
// <Section>s. It writes no samples.
#include "harness/exchange/xml.h"

namespace assay {

namespace {

constexpr const char* format = "catch2";

void read_benchmark(ToolRun& run, const pugi::xml_node& node, const std::string& path,
                    const ToolSource& source) {
  ToolResult& result = run.results.emplace_back();
  const std::string name = node.attribute("name").value();
  if (name.empty()) refuse_node(source, format, node, "<BenchmarkResults> has no name");
  result.name = path.empty() ? name : path + "/" + name;
  if (const pugi::xml_node failed = node.child("failed")) {
    result.error = failed.attribute("message").as_string("it gives no reason");
    return;
  }
  const pugi::xml_node mean = node.child("mean");
  add_reading(result, "catch2.mean", need_number(source, format, mean ? mean : node, "value"), "ns",
              Better::lower);
  for (const char* bound : {"lowerBound", "upperBound"})
    add_reading(result, std::string("catch2.mean.") + bound, decimal(mean.attribute(bound).value()), "ns");
  add_reading(result, "catch2.mean.ci", decimal(mean.attribute("ci").value()), "ratio");
  add_reading(result, "catch2.stddev", decimal(node.child("standardDeviation").attribute("value").value()),
              "ns");
  add_reading(result, "catch2.samples", decimal(node.attribute("samples").value()), "count");
  add_reading(result, "catch2.iterations", decimal(node.attribute("iterations").value()), "count");
  for (const pugi::xml_node& child : node.children()) {
    for (const pugi::xml_attribute& attribute : child.attributes()) {
      if (child != mean)
        result.unread.emplace_back(std::string(child.name()) + "." + attribute.name(), attribute.value());
    }
  }
  for (const char* known : {"resamples", "clockResolution", "estimatedDuration"})
    result.unread.emplace_back(known, node.attribute(known).value());
}

/// No deeper than parse_xml() lets pass.
void read_within(ToolRun& run, const pugi::xml_node& node, const std::string& path,
                 const ToolSource& source) {
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = child.name();
    if (name == "BenchmarkResults") {
      read_benchmark(run, child, path, source);
    } else if (name == "TestCase" || name == "Section") {
      const std::string own = child.attribute("name").value();
      read_within(run, child, path.empty() ? own : path + "/" + own, source);
    } else if (name == "Group") {
      read_within(run, child, path, source);
    }
  }
}

}  // namespace

bool is_catch2(const ToolSource& source) {
  const auto root = first_element(std::string_view(source.text).substr(0, 65'536));
  return root == "Catch" || root == "Catch2TestRun";
}

std::vector<ToolRun> import_catch2(const ToolSource& source) {
  pugi::xml_document document;
  parse_xml(document, source, format);
  const pugi::xml_node root = document.document_element();
  ToolRun run;
  run.program = root.attribute("name").value();
  run.version = root.attribute("catch2-version").value();
  for (const pugi::xml_attribute& attribute : root.attributes())
    run.environment[std::string("catch2.") + attribute.name()] = attribute.value();
  read_within(run, root, "", source);
  if (run.results.empty()) refuse_node(source, format, root, "it has no <BenchmarkResults>");
  return {run};
}

}  // namespace assay
