// SPDX-License-Identifier: Apache-2.0
#include "tests/hw/gpu/judge.h"

#include <algorithm>
#include <set>

namespace assay::hw {

namespace {

constexpr double memory_target = 0.85;  // issue 7: memory-bound kernels, of measured copy bandwidth
constexpr double gemv_target = 0.80;    // and decode-shaped gemv
constexpr double vulkan_goal = 1.3;     // Vulkan's time over CUDA's, of kernels that memory binds
/// Times this far apart are one time: events count in steps of 0.5 us, and launching takes some more.
constexpr double long_kernel_ns = 300e3;
/// A call that is as long as this is timed to better than 1 % over the many calls of a reading.
constexpr double long_call_ns = 30e3;
/// What a GPU that nobody watches may run at, of its highest clock: at less, time.device has no readings
/// where NVML is (harness/backends/nvml/throttle_watch.h).
constexpr double lowest_clock = 0.75;
/// Starts, results and the last blocks to end are of either, so twice the rounds take somewhat less.
constexpr double least_twice = 1.8;
constexpr double most_twice = 2.1;
constexpr double bare_goal = 1.02;                // issue 7: cuBLAS's row and a bare call
constexpr double bare_limit = 1.05;               ///< beyond it is no noise between two processes
const std::string memory_fact = "memory.bytes=";  // of a fingerprint
const std::string software = "software: a CPU driver, on which no GPU is verified";
constexpr const char* kernel_time = "cupti.kernel_time";

bool is_of(const Json& device, const std::string& backend) {
  return device.at("device").get<std::string>().rfind(backend, 0) == 0;
}

/// Of a row of `assay list --json`: empty when it is here.
std::string why_not_here(const Json& row) {
  const std::string here = row.at("here").get<std::string>();
  if (here == "yes") return "";
  return here.rfind("no: ", 0) == 0 ? here.substr(4) : here;
}

bool is_hardware(const Json& device) { return why_not_here(device).empty() && !is_software(device); }

/// "uuid=..." of a row of `assay list devices`; empty where it has none.
std::string uuid_of(const Json& device) {
  const std::string print = device.value("fingerprint", "");
  const auto begin = print.find("uuid=");
  return begin == std::string::npos ? "" : print.substr(begin, print.find(' ', begin) - begin);
}

double metric(const Json& result, const std::string& id) {
  for (const auto& m : result.at("metrics")) {
    if (m.at("id") == id && m.contains("value") && m.at("value").is_number())
      return m.at("value").get<double>();
  }
  return 0;
}

std::string param(const Json& result, const std::string& key) {
  if (!result.at("params").contains(key)) return "";
  const Json& value = result.at("params").at(key);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

double number(const Json& result, const std::string& key) {
  const std::string text = param(result, key);
  return text.empty() ? 0 : std::stod(text);
}

Row row_of(const Json& result) {
  Row row;
  row.case_key = result.at("case").get<std::string>();
  row.device = result.at("device").get<std::string>();
  const std::string status = result.at("status").get<std::string>();
  row.reason = result.value("reason", "");
  if (status == "unavailable") {
    row.outcome = "absent";
    return row;
  }
  if (status != "ok" || !result.at("verified").is_boolean() || !result.at("verified").get<bool>()) {
    row.outcome = "FAILED";
    if (row.reason.empty()) row.reason = status == "ok" ? "not verified" : status;
    return row;
  }
  row.outcome = "ok";
  row.wall_ns = metric(result, "time.wall.p50");
  row.device_ns = metric(result, "time.device.p50");
  row.of_limit = metric(result, "roof.fraction");
  // Rates at the host's time come with the result; the work is the same at the device's.
  if (row.device_ns > 0) {
    row.bytes_per_s = metric(result, "throughput.bytes") * row.wall_ns / row.device_ns;
    row.operations_per_s = metric(result, "throughput.operations") * row.wall_ns / row.device_ns;
  }
  return row;
}

struct Judging {
  Report& report;
  const Json& results;

  double of(std::size_t i, double Row::*member) const { return report.rows[i].*member; }

  /// Bandwidth of the copy whose arrays are largest: that of memory.
  double copy_bandwidth(const std::string& device) const {
    double bytes = 0;
    double best = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Json& r = results[i];
      if (r.at("workload") != "roof.mem" || r.at("device") != device || param(r, "kind") != "copy") continue;
      if (report.rows[i].bytes_per_s <= 0 || number(r, "bytes") < bytes) continue;
      best = number(r, "bytes") > bytes ? report.rows[i].bytes_per_s
                                        : std::max(best, report.rows[i].bytes_per_s);
      bytes = number(r, "bytes");
    }
    return best;
  }

  void check(const std::string& name, double value, double low, double high) {
    const bool passed = value >= low && value <= high;
    report.checks.push_back({name, value, low, high, passed});
    if (!passed) report.failures.push_back("check: " + name);
  }

  /// A long kernel takes the same by events and by the host's clock; twice the rounds, twice the cycles, but
  /// for starts and results, which go through memory once either way.
  void check_clock(const std::string& device) {
    const auto fma = [&](std::size_t i) {
      return results[i].at("workload") == "roof.fma" && results[i].at("device") == device;
    };
    const auto longer = [&](std::size_t a, std::size_t b) {
      return b == results.size() || report.rows[a].device_ns > report.rows[b].device_ns;
    };
    std::size_t longest = results.size();
    std::size_t once = results.size();
    std::size_t twice = results.size();
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!fma(i)) continue;
      if (report.rows[i].device_ns <= 0) continue;
      if (longer(i, longest)) longest = i;
      for (std::size_t k = 0; k < results.size(); ++k) {
        if (!fma(k) || report.rows[k].device_ns <= 0 || !is_twice(results[k], results[i]) ||
            !longer(i, twice))
          continue;
        once = k;
        twice = i;
      }
    }
    if (longest < results.size() && report.rows[longest].device_ns >= long_kernel_ns) {
      const Row& row = report.rows[longest];
      check(device + ": host time over device time of a long kernel", row.wall_ns / row.device_ns, 0.98,
            1.06);
    }
    if (twice < results.size()) return check_twice(device, once, twice);
    report.failures.push_back(device +
                              ": of no work and twice as much (roof.fma) both were measured, so its "
                              "clock is not checked");
  }

  static bool is_twice(const Json& once, const Json& twice) {
    return param(once, "dtype") == param(twice, "dtype") && param(once, "blocks") == param(twice, "blocks") &&
           number(twice, "rounds") == 2 * number(once, "rounds");
  }

  /// Both have the same blocks, so the last wave is as empty in either. But they ran at different times, and
  /// between them the clock of a GPU at its limit of power moves: cycles are held against each other where
  /// both clocks were measured. Where not, either may have run as slow as is ever kept.
  void check_twice(const std::string& device, std::size_t once, std::size_t twice) {
    const double times = report.rows[twice].device_ns / report.rows[once].device_ns;
    const double clock = metric(results[once], "device.clock.p50");
    const double other = metric(results[twice], "device.clock.p50");
    if (clock > 0 && other > 0)
      check(device + ": cycles of twice the work", times * other / clock, least_twice, most_twice);
    else
      check(device + ": time of twice the work", times, least_twice * lowest_clock,
            most_twice / lowest_clock);
  }

  static bool is_on_memory(const std::string& workload) {
    return workload == "roof.mem" || workload == "llm.gemv" || workload == "dataframe.filter_sum";
  }

  void rate(std::size_t i) {
    const Json& r = results[i];
    Row& row = report.rows[i];
    const std::string workload = r.at("workload").get<std::string>();
    const bool on_memory = is_on_memory(workload);
    const double copy = copy_bandwidth(row.device);
    // Less than 100 MB may stay in the caches of today's GPUs.
    const double bytes = row.bytes_per_s * row.device_ns * 1e-9;
    if (!on_memory || copy <= 0 || bytes < 30e6) return;
    row.of_copy = row.bytes_per_s / copy;
    if (bytes > 100e6) row.target = workload == "llm.gemv" ? gemv_target : memory_target;
  }

  /// Empty where it is not known. Vulkan's and CUDA's is the same text of one board of NVIDIA's.
  std::string uuid(const std::string& name) const {
    for (const auto& device : report.devices) {
      if (device.at("device") == name) return uuid_of(device);
    }
    return "";
  }

  /// Beside Vulkan's kernel that memory binds: CUDA's of the same task on the same board.
  void hold_against_cuda(std::size_t i) {
    Row& row = report.rows[i];
    const std::string board = uuid(row.device);
    if (results[i].at("implementation") != "vulkan" || row.device_ns <= 0 || board.empty()) return;
    if (!is_on_memory(results[i].at("workload").get<std::string>())) return;
    for (std::size_t k = 0; k < results.size(); ++k) {
      if (results[k].at("implementation") != "cuda" || report.rows[k].device_ns <= 0) continue;
      if (results[k].at("workload") != results[i].at("workload") ||
          results[k].at("params") != results[i].at("params") || uuid(report.rows[k].device) != board)
        continue;
      row.cuda_ns = report.rows[k].device_ns;
      // Smaller ones are bound by the launch.
      if (row.bytes_per_s * row.device_ns * 1e-9 >= 30e6) row.cuda_target = vulkan_goal;
    }
  }

  /// Beside the row of cuBLAS: its time without Assay, on the same device. What memory binds takes the same a
  /// minute later; what arithmetic binds, only at the same clock, and the bare call knows none: no check.
  void hold_against_bare(std::size_t i) {
    Row& row = report.rows[i];
    if (row.device_ns <= 0 || !report.bare.is_object() || !report.bare.contains(row.case_key)) return;
    if (!report.bare.at(row.case_key).is_number()) return;
    row.bare_ns = report.bare.at(row.case_key).get<double>();
    if (row.bare_ns < long_call_ns || !is_on_memory(results[i].at("workload").get<std::string>())) return;
    const double ratio = row.device_ns / row.bare_ns;
    check(row.case_key + ": its time over a bare call's", ratio, 1 / bare_limit, bare_limit);
    if (std::max(ratio, 1 / ratio) > bare_goal)
      report.notes.push_back(row.case_key +
                             ": more than 2 % from a bare call's time, the goal; two times of one "
                             "call in two processes are apart by as much now and then");
  }

  /// Beside our kernel: the fastest of NVIDIA's libraries at the same task on the same device.
  void hold_against_libraries(std::size_t i) {
    Row& row = report.rows[i];
    if (results[i].at("implementation") != "cuda" || row.device_ns <= 0) return;
    for (std::size_t k = 0; k < results.size(); ++k) {
      const std::string name = results[k].at("implementation").get<std::string>();
      if (name != "cublas" && name != "cublaslt" && name != "cub") continue;
      const bool same = results[k].at("workload") == results[i].at("workload") &&
                        results[k].at("params") == results[i].at("params") &&
                        report.rows[k].device == row.device;
      const double ns = report.rows[k].device_ns;
      if (!same || ns <= 0 || (row.library_ns > 0 && ns >= row.library_ns)) continue;
      row.library = name;
      row.library_ns = ns;
    }
  }
};

}  // namespace

bool is_software(const Json& device) { return device.value("fidelity", "hardware") != "hardware"; }

std::string why_no_gpu(const Json& devices) {
  std::string reasons;
  for (const auto& device : devices) {
    if (!is_of(device, "cuda:") && !is_of(device, "vulkan:")) continue;
    if (is_hardware(device)) return "";
    const std::string absent = why_not_here(device);
    reasons += (reasons.empty() ? "" : "; ") + device.at("device").get<std::string>() + ": " +
               (absent.empty() ? software : absent);
  }
  return reasons.empty() ? "this build knows no CUDA and no Vulkan devices" : reasons;
}

int gpus(const Json& devices) {
  std::set<std::string> boards;
  for (const auto& device : devices) {
    if (!is_hardware(device) || (!is_of(device, "cuda:") && !is_of(device, "vulkan:"))) continue;
    const std::string uuid = uuid_of(device);
    boards.insert(uuid.empty() ? device.at("device").get<std::string>() : uuid);
  }
  return std::max(1, static_cast<int>(boards.size()));
}

void judge(Report& report, const Json& results) {
  std::map<std::string, int> measured;
  std::set<std::string> soft;
  for (const auto& device : report.devices) {
    if (is_software(device) && why_not_here(device).empty())
      soft.insert(device.at("device").get<std::string>());
  }
  for (const auto& result : results) {
    report.rows.push_back(row_of(result));
    Row& row = report.rows.back();
    if (row.outcome == "ok" && soft.contains(row.device)) {
      row.outcome = "left out";
      row.reason = software;
    }
    if (row.outcome == "FAILED") report.failures.push_back(row.case_key + ": " + row.reason);
    if (row.outcome == "ok") ++measured[row.device];
  }
  Judging judging{report, results};
  for (std::size_t i = 0; i < results.size(); ++i) {
    judging.rate(i);
    judging.hold_against_libraries(i);
    judging.hold_against_bare(i);
    judging.hold_against_cuda(i);
  }
  for (const auto& device : report.devices) {
    const std::string name = device.at("device").get<std::string>();
    if (!is_hardware(device) || (!is_of(device, "cuda:") && !is_of(device, "vulkan:"))) continue;
    if (measured[name] == 0)
      report.failures.push_back(name + ": nothing was measured");
    else if (is_of(device, "cuda:"))
      judging.check_clock(name);
  }
  for (const std::string& name : soft) {
    Row row;
    row.case_key = row.device = name;
    row.outcome = "left out";
    row.reason = software;
    report.rows.push_back(row);
  }
  if (report.bare.is_object() && report.bare.contains("absent"))
    report.notes.push_back("no bare cuBLAS: " + report.bare.at("absent").get<std::string>());
  if (!report.peers.is_object()) return;
  for (Row& row : report.rows) {
    for (const auto& [name, ns] : report.peers.items()) {
      if (ns.is_number() && row.case_key == name) row.peer_ns = ns.get<double>();
    }
  }
}

void add_refused(Report& report, const Json& plan) {
  for (const auto& refused : plan.value("refused", Json::array())) {
    Row row;
    row.case_key = refused.at("case").get<std::string>();
    row.device = row.case_key.substr(row.case_key.rfind('@') + 1);
    row.outcome = "absent";
    row.reason = refused.value("reason", "");
    report.rows.push_back(row);
  }
}

std::int64_t long_copy_bytes(const Json& devices) {
  std::int64_t bytes = std::int64_t{1} << 31;
  for (const auto& device : devices) {
    const std::string print = device.value("fingerprint", "");
    const auto begin = print.find(memory_fact);
    if (!is_of(device, "cuda:") || !is_hardware(device) || begin == std::string::npos) continue;
    const std::int64_t quarter = std::stoll(print.substr(begin + memory_fact.size())) / 4;
    bytes = std::min(bytes, quarter / 4096 * 4096);
  }
  return bytes;
}

std::string why_no_cupti(const Json& collectors, const Json& devices) {
  const auto is_cuda = [](const Json& device) { return is_of(device, "cuda:") && is_hardware(device); };
  if (std::none_of(devices.begin(), devices.end(), is_cuda)) return "no CUDA device is here";
  for (const auto& collector : collectors) {
    if (collector.at("collector") == "cupti") return why_not_here(collector);
  }
  return "this build has no collector cupti";
}

void judge_counts(Report& report, const Json& results) {
  Judging judging{report, results};
  std::set<std::string> settled;  // devices whose kernels' time was compared, or is refused to us
  for (const auto& result : results) {
    const std::string name = result.at("case").get<std::string>();
    const std::string device = result.at("device").get<std::string>();
    if (result.at("status") == "unavailable") {
      report.notes.push_back(name + ": " + result.value("reason", ""));
      continue;
    }
    bool counted = false;
    for (const auto& one : result.at("metrics")) {
      const std::string id = one.at("id").get<std::string>();
      if (id.rfind("cupti", 0) != 0) continue;
      counted = true;
      const std::string what = name + ": " + id + " ";
      if (one.contains("value") && one.at("value").is_number()) {
        report.notes.push_back(what + one.at("value").dump() + " " + one.value("unit", ""));
        continue;
      }
      const std::string state = one.value("state", "not_counted");
      const bool refused = state == "denied" || state == "unsupported";
      (refused ? report.notes : report.failures).push_back(what + state + ": " + one.value("reason", ""));
      if (refused && id == kernel_time) settled.insert(device);
    }
    if (!counted) report.failures.push_back(name + ": CUPTI counted nothing: " + result.value("reason", ""));
    const double device_ns = metric(result, "time.device.p50");
    const double kernels_ns = metric(result, kernel_time);
    // Both times are of launches of their own: arithmetic's would be the clock of their minutes.
    if (result.at("workload") != "roof.mem" || kernels_ns <= 0 || device_ns < long_kernel_ns) continue;
    settled.insert(device);
    judging.check(name + ": kernels' time by CUPTI over that by events", kernels_ns / device_ns, 0.98, 1.02);
  }
  for (const auto& device : report.devices) {
    const std::string name = device.at("device").get<std::string>();
    if (is_of(device, "cuda:") && is_hardware(device) && !settled.contains(name))
      report.failures.push_back(name + ": CUPTI is here, and timed no kernel that is long enough to hold " +
                                "it against events");
  }
}

}  // namespace assay::hw
