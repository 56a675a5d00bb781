// SPDX-License-Identifier: Apache-2.0
// Input: a file that another tool may have written. Every reader refuses it with an Error that has a remedy
// and says at which byte, or gives results that can be stored: named, finite, times not below 0, a batch of
// at least one call.
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/core/error.h"
#include "harness/exchange/tool_run.h"
#include "tests/fuzz/driver.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

void check(const ToolResult& result) {
  must(!result.name.empty() && !result.device.empty() && result.batch >= 1);
  must(result.warmup <= result.call_ns.size());
  for (const double call_ns : result.call_ns) must(std::isfinite(call_ns) && call_ns >= 0);
  for (const Reading& reading : result.readings) {
    must(!reading.metric.empty() && (!reading.value || std::isfinite(*reading.value)));
    must(reading.value || !reading.reason.empty());
  }
}

void check_refusal(const Error& error) {
  must(error.code == ErrorCode::bad_input || error.code == ErrorCode::unavailable);
  must(error.what()[0] != '\0' && !error.remedy.empty());
}

ToolSource make_source(std::string_view text) {
  ToolSource source;
  source.where = "fuzz";
  source.stem = "fuzz";
  source.text = text;
  source.read_file = [](const std::string&) { return std::string(); };
  return source;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const ImportFormat& format : import_formats()) {
    const ToolSource source = make_source(text);
    bool recognised = false;
    try {
      recognised = format.recognise(source);
      for (const ToolRun& run : format.read(source)) {
        for (const ToolResult& result : run.results) check(result);
        const bool within = run.identity.empty() || (run.identity.data() >= source.text.data() &&
                                                     run.identity.data() + run.identity.size() <=
                                                         source.text.data() + source.text.size());
        must(within);
      }
    } catch (const Error& error) {
      check_refusal(error);
      if (recognised && error.code == ErrorCode::bad_input)
        must(std::string_view(error.what()).find("byte ") != std::string_view::npos);
    }
  }
  return 0;
}
