// SPDX-License-Identifier: Apache-2.0
// Bencher Metric Format (bencher.dev/docs/reference/bencher-metric-format):
// {"<benchmark>": {"<measure>": {"value": n, "lower_value": n?, "upper_value": n?}}}. The built-in measure
// `latency` is in ns, `throughput` is a second's; of others the file says neither unit nor direction.
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

bool is_measure(const ToolValue& measure) {
  return measure.is(Kind::object) && measure["value"].is(Kind::number);
}

}  // namespace

bool is_bencher(const ToolSource& source) {
  const ToolJson* json = source.json();
  if (json == nullptr || !json->root().is(Kind::object)) return false;
  for (const ToolValue benchmark : json->root()) {
    if (!benchmark.is(Kind::object) || benchmark.size() == 0) return false;
    for (const ToolValue measure : benchmark) {
      if (!is_measure(measure)) return false;
    }
  }
  return json->root().size() > 0;
}

std::vector<ToolRun> import_bencher(const ToolSource& source) {
  const ToolValue root = need_json(source, "bencher")->root();
  if (!root.is(Kind::object)) root.fail("it is no object of benchmarks");
  ToolRun run;
  for (const ToolValue benchmark : root) {
    ToolResult& result = run.results.emplace_back();
    result.name = benchmark.key();
    if (result.name.empty()) benchmark.fail("a benchmark has no name");
    for (const ToolValue measure : benchmark) {
      if (!is_measure(measure)) measure.fail("a measure has no number 'value'");
      const std::string name = measure.key();
      const bool latency = name == "latency";
      const bool throughput = name == "throughput";
      const std::string unit = latency ? "ns" : throughput ? "operations/s" : "value";
      const Better better = latency ? Better::lower : throughput ? Better::higher : Better::neither;
      add_reading(result, "bencher." + name, measure["value"].number(), unit, better);
      add_reading(result, "bencher." + name + ".lower", measure["lower_value"].number(), unit);
      add_reading(result, "bencher." + name + ".upper", measure["upper_value"].number(), unit);
    }
    result.unread = benchmark.unread();
  }
  return {run};
}

}  // namespace assay
