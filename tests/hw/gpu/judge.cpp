// SPDX-License-Identifier: Apache-2.0
#include "tests/hw/gpu/judge.h"

#include <algorithm>
#include <cstdio>

namespace assay::hw {

namespace {

constexpr double memory_target = 0.85;  // issue 7: memory-bound kernels, of measured copy bandwidth
constexpr double gemv_target = 0.80;    // and decode-shaped gemv
/// Times this far apart are one time: events count in steps of 0.5 us, and launching takes some more.
constexpr double long_kernel_ns = 300e3;

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

  /// A long kernel takes the same by events and by the host's clock; twice the rounds, twice the time, but
  /// for starts and results, which go through memory once either way.
  void check_clock(const std::string& device) {
    std::size_t longest = results.size();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Json& r = results[i];
      if (r.at("workload") != "roof.fma" || r.at("device") != device || report.rows[i].device_ns <= 0)
        continue;
      if (longest == results.size() || report.rows[i].device_ns > report.rows[longest].device_ns) longest = i;
    }
    if (longest == results.size()) {
      report.failures.push_back(device + ": no roof.fma case was measured, so its clock is not checked");
      return;
    }
    const Row& row = report.rows[longest];
    if (row.device_ns >= long_kernel_ns) {
      check(device + ": host time over device time of a long kernel", row.wall_ns / row.device_ns, 0.98,
            1.06);
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Json& a = results[i];
      const Json& b = results[longest];
      if (a.at("workload") != "roof.fma" || a.at("device") != device ||
          param(a, "dtype") != param(b, "dtype")) {
        continue;
      }
      if (param(a, "blocks") != param(b, "blocks") || number(b, "rounds") != 2 * number(a, "rounds") ||
          report.rows[i].device_ns <= 0) {
        continue;
      }
      check(device + ": time of twice the work", row.device_ns / report.rows[i].device_ns, 1.9, 2.1);
    }
  }

  void rate(std::size_t i) {
    const Json& r = results[i];
    Row& row = report.rows[i];
    const std::string workload = r.at("workload").get<std::string>();
    const bool on_memory =
        workload == "roof.mem" || workload == "llm.gemv" || workload == "dataframe.filter_sum";
    const double copy = copy_bandwidth(row.device);
    // Less than 100 MB may stay in the caches of today's GPUs.
    const double bytes = row.bytes_per_s * row.device_ns * 1e-9;
    if (!on_memory || copy <= 0 || bytes < 30e6) return;
    row.of_copy = row.bytes_per_s / copy;
    if (bytes > 100e6) row.target = workload == "llm.gemv" ? gemv_target : memory_target;
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

std::string text(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return value > 0 ? buffer : "";
}

std::string time_text(double ns) {
  return ns >= 1e6 ? text("%.3f ms", ns * 1e-6) : text("%.2f us", ns * 1e-3);
}

/// A result file leaves the machine: it names the model, not the board.
Json without_uuid(Json devices) {
  for (auto& device : devices) {
    std::string print = device.value("fingerprint", "");
    const auto begin = print.find("uuid=");
    if (begin == std::string::npos) continue;
    const auto end = std::min(print.find(' ', begin), print.size());
    device["fingerprint"] = print.replace(begin, end - begin, "uuid=hidden");
  }
  return devices;
}

}  // namespace

std::string why_no_gpu(const Json& devices) {
  std::string reason = "this build knows no CUDA devices";
  for (const auto& device : devices) {
    if (device.at("device").get<std::string>().rfind("cuda:", 0) != 0) continue;
    const std::string here = device.at("here").get<std::string>();
    if (here == "yes") return "";
    reason = here.rfind("no: ", 0) == 0 ? here.substr(4) : here;
  }
  return reason;
}

void judge(Report& report, const Json& results) {
  std::map<std::string, int> measured;
  for (const auto& result : results) {
    report.rows.push_back(row_of(result));
    const Row& row = report.rows.back();
    if (row.outcome == "FAILED") report.failures.push_back(row.case_key + ": " + row.reason);
    if (row.outcome == "ok") ++measured[row.device];
  }
  Judging judging{report, results};
  for (std::size_t i = 0; i < results.size(); ++i) {
    judging.rate(i);
    judging.hold_against_libraries(i);
  }
  for (const auto& device : report.devices) {
    const std::string name = device.at("device").get<std::string>();
    if (name.rfind("cuda:", 0) != 0 || device.at("here") != "yes") continue;
    if (measured[name] == 0) {
      report.failures.push_back(name + ": nothing was measured");
      continue;
    }
    judging.check_clock(name);
  }
  if (!report.peers.is_object()) return;
  for (Row& row : report.rows) {
    for (const auto& [name, ns] : report.peers.items()) {
      if (ns.is_number() && row.case_key.rfind(name + "@", 0) == 0) row.peer_ns = ns.get<double>();
    }
  }
}

void judge_counts(Report& report, const Json& results) {
  Judging judging{report, results};
  for (const auto& result : results) {
    const std::string name = result.at("case").get<std::string>();
    bool counted = false;
    for (const auto& one : result.at("metrics")) {
      const std::string id = one.at("id").get<std::string>();
      if (id.rfind("cupti", 0) != 0) continue;
      counted = true;
      const bool has = one.contains("value") && one.at("value").is_number();
      report.notes.push_back(name + ": " + id + " " +
                             (has ? one.at("value").dump() + " " + one.value("unit", "")
                                  : one.value("state", "not counted") + ": " + one.value("reason", "")));
    }
    if (!counted) report.notes.push_back(name + ": CUPTI counted nothing: " + result.value("reason", ""));
    const double device_ns = metric(result, "time.device.p50");
    const double kernels_ns = metric(result, "cupti.kernel_time");
    if (kernels_ns > 0 && device_ns >= long_kernel_ns)
      judging.check(name + ": kernels' time by CUPTI over that by events", kernels_ns / device_ns, 0.98,
                    1.02);
  }
}

std::string text_of(const Report& report) {
  const std::vector<std::string> titles{"case",    "verified", "host",    "device",  "rate",    "of limit",
                                        "of copy", "library",  "ours/it", "PyTorch", "ours/it", "note"};
  std::vector<std::vector<std::string>> table{titles};
  for (const Row& row : report.rows) {
    const std::string rate = row.operations_per_s > 20 * row.bytes_per_s
                                 ? text("%.2f TFLOP/s", row.operations_per_s * 1e-12)
                                 : text("%.1f GB/s", row.bytes_per_s * 1e-9);
    const bool below = row.target > 0 && row.of_copy < row.target;
    table.push_back({row.case_key, row.outcome, time_text(row.wall_ns), time_text(row.device_ns), rate,
                     text("%.1f %%", 100 * row.of_limit), text("%.1f %%", 100 * row.of_copy),
                     row.library_ns > 0 ? row.library + " " + time_text(row.library_ns) : "",
                     row.library_ns > 0 ? text("%.3f", row.device_ns / row.library_ns) : "",
                     time_text(row.peer_ns), row.peer_ns > 0 ? text("%.3f", row.device_ns / row.peer_ns) : "",
                     row.outcome != "ok" ? row.reason
                     : below             ? "below the target of" + text(" %.0f %%", 100 * row.target)
                                         : ""});
  }
  std::vector<std::size_t> widths(titles.size());
  for (const auto& line : table) {
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  }
  std::string out;
  for (const auto& line : table) {
    std::string row;
    for (std::size_t c = 0; c < line.size(); ++c) {
      const std::string space(widths[c] - line[c].size(), ' ');
      row += (c == 0 || c == 1 || c + 1 == line.size() ? line[c] + space : space + line[c]) + "  ";
    }
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + "\n";
  }
  if (report.peers.contains("absent"))
    out += "PyTorch: " + report.peers.at("absent").get<std::string>() + "\n";
  for (const Check& check : report.checks) {
    out += std::string(check.passed ? "ok      " : "FAILED  ") + check.name + ": " +
           text("%.4f", check.value) + text(" (%.2f", check.low) + text(" to %.2f)", check.high) + "\n";
  }
  for (const auto& note : report.notes) out += "note    " + note + "\n";
  for (const auto& failure : report.failures) out += "FAILED  " + failure + "\n";
  const auto passed = std::count_if(report.rows.begin(), report.rows.end(),
                                    [](const Row& row) { return row.outcome == "ok"; });
  const auto absent = std::count_if(report.rows.begin(), report.rows.end(),
                                    [](const Row& row) { return row.outcome == "absent"; });
  return out + std::to_string(passed) + " cases verified, " + std::to_string(absent) + " absent, " +
         std::to_string(report.failures.size()) + " failures\n";
}

Json json_of(const Report& report) {
  Json json{{"schema_version", 1},
            {"date", report.date},
            {"assay_version", report.assay_version},
            {"subject", report.subject},
            {"devices", without_uuid(report.devices)},
            {"rows", Json::array()},
            {"checks", Json::array()},
            {"notes", report.notes},
            {"peers", report.peers},
            {"failures", report.failures}};
  for (const Row& row : report.rows) {
    Json line{{"case", row.case_key}, {"outcome", row.outcome}};
    if (!row.reason.empty()) line["reason"] = row.reason;
    const auto put = [&](const char* name, double value) {
      if (value > 0) line[name] = value;
    };
    put("time.wall.p50", row.wall_ns);
    put("time.device.p50", row.device_ns);
    put("bytes_per_s", row.bytes_per_s);
    put("operations_per_s", row.operations_per_s);
    put("roof.fraction", row.of_limit);
    put("of_copy", row.of_copy);
    put("target", row.target);
    put("pytorch_ns", row.peer_ns);
    if (!row.library.empty()) line["library"] = row.library;
    put("library_ns", row.library_ns);
    json["rows"].push_back(line);
  }
  for (const Check& check : report.checks) {
    json["checks"].push_back({{"name", check.name},
                              {"value", check.value},
                              {"low", check.low},
                              {"high", check.high},
                              {"passed", check.passed}});
  }
  return json;
}

}  // namespace assay::hw
