// SPDX-License-Identifier: Apache-2.0
// In the place of the readers of XML where pugixml is not here: their formats are told as absent.
#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

Probe xml_probe() {
  return Probe::absent("this Assay reads no XML: it was built without pugixml",
                       "apt-get install libpugixml-dev, then configure and build again");
}

namespace {

std::vector<ToolRun> refuse(const ToolSource& source) {
  const Probe probe = xml_probe();
  throw Error(ErrorCode::unavailable, source.where + ": " + probe.reason, probe.remedy);
}

bool begins_with_element(const ToolSource& source, std::string_view one, std::string_view other) {
  const std::string_view begin = std::string_view(source.text).substr(0, 65'536);
  return begin.find(one) != std::string_view::npos || begin.find(other) != std::string_view::npos;
}

}  // namespace

bool is_catch2(const ToolSource& source) { return begins_with_element(source, "<Catch ", "<Catch2TestRun"); }
bool is_junit(const ToolSource& source) { return begins_with_element(source, "<testsuites", "<testsuite"); }
std::vector<ToolRun> import_catch2(const ToolSource& source) { return refuse(source); }
std::vector<ToolRun> import_junit(const ToolSource& source) { return refuse(source); }

}  // namespace assay
