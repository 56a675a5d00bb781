// SPDX-License-Identifier: Apache-2.0
#include "harness/run/checks.h"

#include <fmt/format.h>

#include <algorithm>
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
  if (average < 0) return {"load", Level::ok, "not readable here", ""};
  const double share = average / static_cast<double>(topology.cpus.size());
  const std::string finding =
      fmt::format("{:.2f} processes were running on {} CPUs", average, topology.cpus.size());
  if (share > 0.5)
    return {"load", Level::warn, finding,
            "stop what else is running: 'ps -eo pcpu,args --sort -pcpu | head'"};
  return {"load", Level::ok, finding, ""};
}

Check virtual_machine(const Host& host) {
  const std::string value = fact(host, "virtualized");
  if (value.empty()) return {"virtualization", Level::ok, "not to be seen here", ""};
  if (value != "yes") return {"virtualization", Level::ok, "none seen", ""};
  return {"virtualization", Level::warn, "a virtual machine: neighbours and the hypervisor add noise",
          "compare only runs of one session, side by side, or measure on metal"};
}

Check clock_source(const Host& host) {
  const std::string value = fact(host, "clocksource");
  if (value.empty()) return {"clock", Level::ok, "not readable here", ""};
  if (value == "tsc" || value == "kvm-clock" || value == "arch_sys_counter") {
    return {"clock", Level::ok, value, ""};
  }
  return {"clock", Level::warn, fmt::format("clock source '{}' is slow to read", value),
          "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource"};
}

Check boost(const Host& host) {
  const std::string value = fact(host, "cpu.boost");
  if (value == "1") {
    return {"boost", Level::warn, "on: the clock depends on temperature and on how many cores are busy",
            "echo 0 > /sys/devices/system/cpu/cpufreq/boost (intel_pstate: echo 1 > "
            "/sys/devices/system/cpu/intel_pstate/no_turbo)"};
  }
  return {"boost", Level::ok, value == "0" ? "off" : "not readable here", ""};
}

Check counters(const Host& host) {
  const std::string value = fact(host, "perf_event_paranoid");
  if (value.empty()) return {"perf_event_paranoid", Level::ok, "not readable here", ""};
  const double paranoid = number(value, 4);
  if (paranoid > 2) {
    return {"perf_event_paranoid", Level::warn, fmt::format("{:g}: counters are for root only", paranoid),
            "sysctl kernel.perf_event_paranoid=1"};
  }
  return {"perf_event_paranoid", Level::ok, fmt::format("{:g}", paranoid), ""};
}

/// "200000 100000": two CPUs' worth in each period; "max 100000": no limit.
Check quota(const Host& host, const Topology& topology) {
  const std::string value = fact(host, "cgroup.cpu_max");
  const double used = number(value, -1);
  const double period = number(value.substr(std::min(value.size(), value.find(' ') + 1)), 0);
  if (value.empty() || used < 0 || period <= 0) return {"cpu quota", Level::ok, "none", ""};
  const double cpus = used / period;
  const std::string finding =
      fmt::format("the container may use {:.2f} of {} CPUs", cpus, topology.cpus.size());
  if (cpus >= static_cast<double>(topology.cpus.size())) return {"cpu quota", Level::ok, finding, ""};
  return {"cpu quota", Level::warn, finding + ": what is beyond waits for the next period, up to 100 ms",
          "start the container without --cpus, and choose CPUs by --cpuset-cpus"};
}

Check steal(const Host& host) {
  const std::string value = fact(host, "steal_share");
  if (value.empty()) return {"steal", Level::ok, "not readable here", ""};
  const double share = number(value, 0);
  const std::string finding = fmt::format("{:.2f} % of all CPU time since the start", share * 100);
  if (share < 0.005) return {"steal", Level::ok, finding, ""};
  return {"steal", Level::warn, finding + " went to other virtual machines", "measure on a host of its own"};
}

Check pressure(const Host& host) {
  const std::string value = fact(host, "pressure.cpu.some_avg10_percent");
  if (value.empty()) return {"cpu pressure", Level::ok, "the kernel does not say (no PSI)", ""};
  const double percent = number(value, 0);
  const std::string finding = fmt::format("somebody waited for a CPU {:.1f} % of the last 10 s", percent);
  if (percent < 5) return {"cpu pressure", Level::ok, finding, ""};
  return {"cpu pressure", Level::warn, finding,
          "stop what else is running: 'ps -eo pcpu,args --sort -pcpu | head'"};
}

Check swap(const Host& host) {
  const std::string value = fact(host, "swap.used_kib");
  if (value.empty()) return {"swap", Level::ok, "not readable here", ""};
  const double kib = number(value, 0);
  if (kib <= 0) return {"swap", Level::ok, "none in use", ""};
  const std::string finding = fmt::format("{:.0f} MiB of memory lie on disk", kib / 1024);
  return {"swap", kib > 64 * 1024 ? Level::warn : Level::ok, finding, "swapoff -a && swapon -a"};
}

/// Threads of one core share its units: what is measured on one depends on what the other does.
Check smt(const Host& host, const Topology& topology) {
  const auto threads = static_cast<int>(topology.cpus.size());
  if (threads <= topology.cores)
    return {"smt", Level::ok, fact(host, "cpu.smt") == "off" ? "off" : "no shared cores seen", ""};
  return {"smt", Level::warn,
          fmt::format("{} threads on {} cores; cases of up to {} threads have a core for each", threads,
                      topology.cores, topology.cores),
          "echo off > /sys/devices/system/cpu/smt/control"};
}

Check huge_pages(const Host& host) {
  const std::string value = fact(host, "transparent_hugepage");
  if (value.empty()) return {"huge pages", Level::ok, "not readable here", ""};
  if (value != "always") return {"huge pages", Level::ok, value, ""};
  return {"huge pages", Level::warn, "always: which memory gets them changes from launch to launch",
          "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"};
}

Check numa(const Host& host) {
  const std::string nodes = fact(host, "numa.nodes");
  if (nodes.empty()) return {"numa", Level::ok, "not readable here", ""};
  if (nodes == "0") return {"numa", Level::ok, "one node", ""};
  if (fact(host, "numa.balancing") == "1") {
    return {"numa", Level::warn, fmt::format("nodes {}; the kernel moves pages between them", nodes),
            "sysctl kernel.numa_balancing=0"};
  }
  return {"numa", Level::ok, fmt::format("nodes {}", nodes), ""};
}

}  // namespace

std::vector<Check> check_host(const Host& host, const Topology& topology) {
  std::vector<Check> checks{load(host, topology),  pressure(host), steal(host),
                            quota(host, topology), swap(host),     virtual_machine(host),
                            smt(host, topology),   governor(host), boost(host),
                            huge_pages(host),      numa(host),     clock_source(host),
                            counters(host)};
  if (topology.cpus.size() < 2) {
    checks.push_back({"cpus", Level::warn, "one CPU: the orchestrator and the worker share it", ""});
  }
  return checks;
}

std::string to_string(Level level) {
  return level == Level::ok ? "ok" : level == Level::warn ? "warn" : "fail";
}

bool disturbs_times(const std::string& check) { return check != "perf_event_paranoid"; }

NamedProbe as_probe(const Check& check) {
  return {"check", check.name, {check.level == Level::ok, check.finding, check.remedy}};
}

}  // namespace assay::run
