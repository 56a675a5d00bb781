// SPDX-License-Identifier: Apache-2.0
#include "harness/run/checks.h"

#include <fmt/format.h>

#include <charconv>

namespace assay::run {

namespace {

std::string fact(const Host& host, const std::string& key) {
  const auto found = host.environment.find(key);
  return found == host.environment.end() ? "" : found->second;
}

double number(const std::string& text, double otherwise) {
  double value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Check governor(const Host& host) {
  const std::string value = fact(host, "cpu.governor");
  if (value.empty()) {
    return {"cpu governor", Level::ok,
            "not readable here (a virtual machine, usually): the clock is the host's matter", ""};
  }
  if (value == "performance") return {"cpu governor", Level::ok, value, ""};
  return {"cpu governor", Level::warn, fmt::format("'{}' changes the clock while measuring", value),
          "cpupower frequency-set -g performance"};
}

Check load(const Host& host, const Topology& topology) {
  const double average = number(fact(host, "load.1min"), -1);
  if (average < 0) return {"load", Level::warn, "/proc/loadavg cannot be read", ""};
  const double share = average / static_cast<double>(topology.cpus.size());
  const std::string finding =
      fmt::format("{:.2f} processes were running on {} CPUs", average, topology.cpus.size());
  if (share > 0.5)
    return {"load", Level::warn, finding,
            "stop what else is running: 'ps -eo pcpu,args --sort -pcpu | head'"};
  return {"load", Level::ok, finding, ""};
}

Check virtual_machine(const Host& host) {
  if (fact(host, "virtualized") != "yes") return {"virtualization", Level::ok, "none seen", ""};
  return {"virtualization", Level::warn, "a virtual machine: neighbours and the hypervisor add noise",
          "compare only runs of one session, side by side, or measure on metal"};
}

Check clock_source(const Host& host) {
  const std::string value = fact(host, "clocksource");
  if (value == "tsc" || value == "kvm-clock" || value == "arch_sys_counter") {
    return {"clock", Level::ok, value, ""};
  }
  return {"clock", Level::warn,
          fmt::format("clock source '{}' is slow to read", value.empty() ? "unknown" : value),
          "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource"};
}

Check boost(const Host& host) {
  const std::string value = fact(host, "cpu.boost");
  if (value == "1") {
    return {"boost", Level::warn, "on: the clock depends on temperature and on how many cores are busy",
            "echo 0 > /sys/devices/system/cpu/cpufreq/boost"};
  }
  return {"boost", Level::ok, value == "0" ? "off" : "not readable here", ""};
}

Check counters(const Host& host) {
  const double paranoid = number(fact(host, "perf_event_paranoid"), 4);
  if (paranoid > 2) {
    return {"perf_event_paranoid", Level::warn, fmt::format("{:g}: counters are for root only", paranoid),
            "sysctl kernel.perf_event_paranoid=1"};
  }
  return {"perf_event_paranoid", Level::ok, fmt::format("{:g}", paranoid), ""};
}

}  // namespace

std::vector<Check> check_host(const Host& host, const Topology& topology) {
  std::vector<Check> checks{load(host, topology), virtual_machine(host), governor(host),
                            boost(host),          clock_source(host),    counters(host)};
  if (topology.cpus.size() < 2) {
    checks.push_back({"cpus", Level::warn, "one CPU: the orchestrator and the worker share it", ""});
  }
  return checks;
}

std::string to_string(Level level) {
  return level == Level::ok ? "ok" : level == Level::warn ? "warn" : "fail";
}

NamedProbe as_probe(const Check& check) {
  return {"check", check.name, {check.level == Level::ok, check.finding, check.remedy}};
}

}  // namespace assay::run
