// SPDX-License-Identifier: Apache-2.0
// Chrome's trace events (see write.cpp): the durations of events of one name, complete ("X") or from begin
// ("B") to end ("E") on their thread, are the samples of a case. Times are us.
#include <map>

#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

struct Begun {
  std::string name;
  double us;
};

ToolValue events_of(const ToolValue& root) { return root.is(Kind::list) ? root : root["traceEvents"]; }

}  // namespace

bool is_chrome_trace(const ToolSource& source) {
  const ToolJson* json = source.json();
  if (json == nullptr) return false;
  const ToolValue events = events_of(json->root());
  if (!events.is(Kind::list)) return false;
  for (const ToolValue event : events) return event["ph"].is(Kind::text);
  return json->root().is(Kind::object);
}

std::vector<ToolRun> import_chrome_trace(const ToolSource& source) {
  const ToolValue root = need_json(source, "chrome_trace")->root();
  const ToolValue events = events_of(root);
  if (!events.is(Kind::list)) root.fail("no list 'traceEvents'");
  std::vector<std::string> order;
  std::map<std::string, std::vector<double>> durations;
  std::map<std::pair<std::string, std::string>, std::vector<Begun>> open;  // by process and thread
  const auto add = [&](const std::string& name, double us, const ToolValue& event) {
    if (us < 0 || us > 1e15) event.fail("a duration is out of range");
    auto& own = durations[name];
    if (own.empty()) order.push_back(name);
    own.push_back(us * 1e3);
  };
  for (const ToolValue event : events) {
    if (!event.is(Kind::object)) event.fail("an event is no object");
    const std::string phase = event["ph"].text();
    if (phase != "X" && phase != "B" && phase != "E") continue;
    if (phase == "X") {
      add(event.need_text("name"), event.need_number("dur", 0, 1e15), event);
      continue;
    }
    std::vector<Begun>& stack = open[{std::string(event["pid"].raw()), std::string(event["tid"].raw())}];
    if (phase == "B") {
      if (stack.size() == 10'000) event.fail("more than 10000 events are open at once");
      stack.push_back({event.need_text("name"), event.need_number("ts", -1e18, 1e18)});
    } else {
      if (stack.empty()) event.fail("an event ends that did not begin");
      add(stack.back().name, event.need_number("ts", -1e18, 1e18) - stack.back().us, event);
      stack.pop_back();
    }
  }
  ToolRun run;
  for (const auto& name : order) {
    ToolResult& result = run.results.emplace_back();
    result.name = name;
    result.call_ns = std::move(durations[name]);
  }
  events.settle();
  if (root.is(Kind::object)) keep_facts(run, "chrome_trace.", root);
  return {run};
}

}  // namespace assay
