// SPDX-License-Identifier: Apache-2.0
#include "harness/run/environment.h"

#include <gnu/libc-version.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/core/sensors.h"
#include "harness/core/value.h"

namespace assay::run {

namespace fs = std::filesystem;

std::string read_line(const std::string& path) {
  std::ifstream file(sensor_root() + path);
  std::string line;
  std::getline(file, line);
  return line;
}

namespace {

void put(std::map<std::string, std::string>& facts, const std::string& key, const std::string& value) {
  if (!value.empty()) facts[key] = value;
}

/// The value of `key` in a file of "key : value" lines.
std::string field(const std::string& path, const std::string& key) {
  std::ifstream file(sensor_root() + path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const auto colon = line.find(':');
    const auto begin = colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
    if (begin != std::string::npos) return line.substr(begin);
  }
  return {};
}

/// "[madvise]" of "always [madvise] never".
std::string chosen(const std::string& line) {
  const auto open = line.find('[');
  const auto close = line.find(']');
  return open == std::string::npos || close == std::string::npos ? line
                                                                 : line.substr(open + 1, close - open - 1);
}

void put_pressure(std::map<std::string, std::string>& facts, const std::string& resource) {
  const std::string line = read_line("/proc/pressure/" + resource);
  const auto at = line.find("avg10=");
  if (at != std::string::npos)
    facts["pressure." + resource + ".some_avg10_percent"] = line.substr(at + 6, line.find(' ', at) - at - 6);
}

/// "1" where clocks above the nominal one are on; intel_pstate says it the other way round.
std::string boost() {
  const std::string off = read_line("/sys/devices/system/cpu/intel_pstate/no_turbo");
  if (!off.empty()) return off == "0" ? "1" : "0";
  return read_line("/sys/devices/system/cpu/cpufreq/boost");
}

/// Memory that lies on disk, in KiB.
void put_swap(std::map<std::string, std::string>& facts) {
  const std::string all = field("/proc/meminfo", "SwapTotal:");
  const std::string left = field("/proc/meminfo", "SwapFree:");
  if (all.empty() || left.empty()) return;
  facts["swap.used_kib"] = std::to_string(std::atoll(all.c_str()) - std::atoll(left.c_str()));
}

void put_temperatures(std::map<std::string, std::string>& facts) {
  std::error_code error;
  for (const auto& zone : fs::directory_iterator(sensor_root() + "/sys/class/thermal", error)) {
    const std::string name = zone.path().filename().string();
    if (name.rfind("thermal_zone", 0) != 0) continue;
    std::ifstream file(zone.path() / "temp");
    std::string value;
    if (std::getline(file, value)) facts["thermal." + name + "_mdegc"] = value;
  }
}

/// "yes", "no", or "" where nothing tells: x86 has a flag for it; elsewhere only a hypervisor that shows
/// itself.
std::string virtualized() {
  const std::string flags = field("/proc/cpuinfo", "flags");
  if (!flags.empty()) return (" " + flags + " ").find(" hypervisor ") != std::string::npos ? "yes" : "no";
  std::error_code ignored;
  for (const char* path : {"/sys/hypervisor/type", "/proc/device-tree/hypervisor"}) {
    if (fs::exists(sensor_root() + path, ignored)) return "yes";
  }
  return {};
}

}  // namespace

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> facts;
  utsname system{};
  if (::uname(&system) == 0) {
    facts["kernel"] = std::string(system.sysname) + " " + system.release;
    facts["architecture"] = system.machine;
  }
  facts["libc"] = std::string("glibc ") + ::gnu_get_libc_version();
  put(facts, "os", field("/etc/os-release", "PRETTY_NAME"));
  if (facts.find("os") == facts.end()) {
    std::ifstream file(sensor_root() + "/etc/os-release");
    for (std::string line; std::getline(file, line);) {
      if (line.rfind("PRETTY_NAME=", 0) == 0) facts["os"] = line.substr(13, line.size() - 14);
    }
  }
  put(facts, "cpu.microcode", field("/proc/cpuinfo", "microcode"));
  put(facts, "cpu.governor", read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
  put(facts, "cpu.driver", read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver"));
  put(facts, "cpu.boost", boost());
  put(facts, "cpu.smt", read_line("/sys/devices/system/cpu/smt/control"));
  put(facts, "cpu.mhz", field("/proc/cpuinfo", "cpu MHz"));
  put(facts, "clocksource", read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
  put(facts, "aslr", read_line("/proc/sys/kernel/randomize_va_space"));
  put(facts, "perf_event_paranoid", read_line("/proc/sys/kernel/perf_event_paranoid"));
  put(facts, "cgroup.cpu_max", read_line("/sys/fs/cgroup/cpu.max"));
  put(facts, "numa.nodes", read_line("/sys/devices/system/node/online"));
  put(facts, "numa.balancing", read_line("/proc/sys/kernel/numa_balancing"));
  put_swap(facts);
  put(facts, "transparent_hugepage", chosen(read_line("/sys/kernel/mm/transparent_hugepage/enabled")));
  const std::string load = read_line("/proc/loadavg");
  put(facts, "load.1min", load.substr(0, load.find(' ')));
  put(facts, "virtualized", virtualized());
  for (const char* resource : {"cpu", "memory", "io"}) put_pressure(facts, resource);
  put_temperatures(facts);
  double steal = 0;
  double all = 0;
  for (const auto& [cpu, times] : read_cpu_times()) {
    steal += times.steal_s;
    all += times.total_s;
  }
  if (all > 0) {
    facts["steal_s"] = shortest(steal);
    facts["steal_share"] = shortest(steal / all);
  }
  return facts;
}

std::string host_name() {
  std::string name(256, '\0');
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.c_str() : "";
}

Host read_host(const Topology& topology) {
  Host host;
  host.name = host_name();
  host.host_class = topology.facts;
  host.environment = read_environment();
  host.host_class["architecture"] = host.environment["architecture"];
  return host;
}

std::map<int, CpuTimes> read_cpu_times() {
  std::map<int, CpuTimes> times;
  std::ifstream file(sensor_root() + "/proc/stat");
  const double tick_s = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("cpu", 0) != 0 || line.size() < 4 || line[3] == ' ') continue;
    std::istringstream fields(line.substr(3));
    int cpu = 0;
    double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    if (!(fields >> cpu >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal)) continue;
    const double busy = user + nice + system + irq + softirq;
    times[cpu] = {busy * tick_s, steal * tick_s, (busy + idle + iowait + steal) * tick_s};
  }
  return times;
}

}  // namespace assay::run
