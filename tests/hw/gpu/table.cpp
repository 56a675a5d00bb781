// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "tests/hw/gpu/judge.h"

namespace assay::hw {

namespace {

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

/// Why it has no times, or which goals it misses.
std::string note_of(const Row& row) {
  if (row.outcome != "ok") return row.reason;
  std::string note;
  if (row.target > 0 && row.of_copy < row.target)
    note = "below the target of" + text(" %.0f %%", 100 * row.target);
  if (row.cuda_target > 0 && row.device_ns > row.cuda_target * row.cuda_ns)
    note += (note.empty() ? "" : ", ") + std::string("above the goal of") +
            text(" %.1f times CUDA's time", row.cuda_target);
  return note;
}

}  // namespace

std::string text_of(const Report& report) {
  const std::vector<std::string> titles{"case",     "verified", "host",      "device",  "rate",
                                        "of limit", "of copy",  "library",   "ours/it", "over bare",
                                        "PyTorch",  "ours/it",  "over CUDA", "note"};
  std::vector<std::vector<std::string>> table{titles};
  for (const Row& row : report.rows) {
    const std::string rate = row.operations_per_s > 20 * row.bytes_per_s
                                 ? text("%.2f TFLOP/s", row.operations_per_s * 1e-12)
                                 : text("%.1f GB/s", row.bytes_per_s * 1e-9);
    table.push_back({row.case_key, row.outcome, time_text(row.wall_ns), time_text(row.device_ns), rate,
                     text("%.1f %%", 100 * row.of_limit), text("%.1f %%", 100 * row.of_copy),
                     row.library_ns > 0 ? row.library + " " + time_text(row.library_ns) : "",
                     row.library_ns > 0 ? text("%.3f", row.device_ns / row.library_ns) : "",
                     row.bare_ns > 0 ? text("%.3f", row.device_ns / row.bare_ns) : "", time_text(row.peer_ns),
                     row.peer_ns > 0 ? text("%.3f", row.device_ns / row.peer_ns) : "",
                     row.cuda_ns > 0 ? text("%.3f", row.device_ns / row.cuda_ns) : "", note_of(row)});
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
    put("bare_ns", row.bare_ns);
    put("cuda_ns", row.cuda_ns);
    put("cuda_target", row.cuda_target);
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
