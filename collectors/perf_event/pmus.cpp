// SPDX-License-Identifier: Apache-2.0
#include "collectors/perf_event/pmus.h"

#include <linux/perf_event.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "harness/core/sensors.h"
#include "harness/core/text.h"

namespace assay::perf {

namespace {

constexpr const char* folder = "/sys/bus/event_source/devices";
constexpr int pmu_type_shift = 32;  // PERF_PMU_TYPE_SHIFT, which older headers lack

/// "0-3,6" of sysfs.
std::vector<int> cpus_of(const std::string& text) {
  std::vector<int> cpus;
  for (const auto& part : split_filled(text, ',')) {
    int first = 0;
    const char* const end = part.data() + part.size();
    const auto parsed = std::from_chars(part.data(), end, first);
    if (parsed.ec != std::errc{}) continue;
    int last = first;
    if (parsed.ptr != end && *parsed.ptr == '-') std::from_chars(parsed.ptr + 1, end, last);
    for (int cpu = first; cpu <= std::min(last, 65535); ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace

std::vector<CorePmu> core_pmus() {
  std::vector<CorePmu> pmus;
  for (const auto& name : sensor_names(folder, "")) {
    const std::string path = std::string(folder) + "/" + name;
    const SensorText cpus = read_sensor_text(path + "/cpus");
    const SensorText type = read_sensor_text(path + "/type");
    CorePmu pmu{name, 0, cpus_of(cpus.text)};
    const char* const end = type.text.data() + type.text.size();
    if (pmu.cpus.empty() || std::from_chars(type.text.data(), end, pmu.type).ec != std::errc{}) continue;
    pmus.push_back(std::move(pmu));
  }
  if (pmus.size() < 2) pmus.clear();
  return pmus;
}

std::vector<CorePmu> pmus_on(const std::vector<CorePmu>& pmus, const std::vector<int>& cpus) {
  std::vector<CorePmu> found;
  std::copy_if(pmus.begin(), pmus.end(), std::back_inserter(found), [&](const CorePmu& pmu) {
    return std::any_of(pmu.cpus.begin(), pmu.cpus.end(),
                       [&](int cpu) { return std::find(cpus.begin(), cpus.end(), cpu) != cpus.end(); });
  });
  return found;
}

std::vector<Opening> openings(const Event& event, const std::vector<CorePmu>& pmus) {
  if (event.type == PERF_TYPE_SOFTWARE || pmus.empty()) return {{event.type, event.config, ""}};
  std::vector<Opening> all;
  for (const auto& pmu : pmus) {
    if (event.type == PERF_TYPE_RAW) {
      all.push_back({pmu.type, event.config, pmu.name});
    } else {
      all.push_back({event.type, event.config | std::uint64_t{pmu.type} << pmu_type_shift, pmu.name});
    }
  }
  return all;
}

stats::RawCount over_pmus(const stats::RawCount* counts, std::size_t n) {
  stats::RawCount all;
  for (std::size_t i = 0; i < n; ++i) {
    all.value += counts[i].value;
    all.enabled_ns = std::max(all.enabled_ns, counts[i].enabled_ns);
    all.running_ns += counts[i].running_ns;
  }
  // Each clock is read for itself: together they may run some nanoseconds longer than the thread.
  all.running_ns = std::min(all.running_ns, all.enabled_ns);
  return all;
}

std::string ambiguous(const Event& event, const std::vector<CorePmu>& pmus) {
  if (event.type != PERF_TYPE_RAW || pmus.size() < 2) return "";
  return "its code means one event on " + pmus[0].name + " and another on " + pmus[1].name +
         ": measure on CPUs of one kind (--cpus)";
}

std::string paranoid_level() {
  const SensorText level = read_sensor_text("/proc/sys/kernel/perf_event_paranoid");
  return level.state == ReadingState::ok ? level.text : "not readable";
}

Reading refused(const Event& event, int error, const std::string& pmu) {
  Reading reading{
      .metric = "perf." + event.name, .value = std::nullopt, .unit = event.unit, .coverage = 0, .reason = {}};
  if (error == EACCES || error == EPERM) {
    reading.state = ReadingState::denied;
    reading.reason = "perf_event_paranoid is " + paranoid_level() + "; " + paranoid_remedy;
  } else if (error == EMFILE || error == ENFILE || error == ENOMEM) {
    reading.state = ReadingState::denied;
    reading.reason = std::string("the system refused: ") + std::strerror(error) + "; raise ulimit -n";
  } else {
    reading.state = ReadingState::unsupported;
    const std::string who = pmu.empty() ? "this CPU, virtual machine or kernel" : pmu;
    reading.reason = who + " has no such counter (" + std::strerror(error) + ")";
  }
  return reading;
}

}  // namespace assay::perf
