// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roof_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "harness/answers/roof.h"

namespace assay::answers_detail {

namespace {

constexpr double smallest_level = 16 << 10;  ///< below, calls cost as much as what they do
constexpr double another_level = 4;          ///< so much larger arrays lie in a farther level, or in the same
constexpr double nearly = 0.9;
constexpr double implausibly_faster = 4;  ///< then the case is noted (notes.h), not the roof
constexpr double most_instructions = 8;   ///< multiply-adds of vectors a cycle: no core has units for more
constexpr double whole_within = 0.05;

/// A value of which an interval is known.
struct Range {
  double value;
  double low;
  double high;
};

std::optional<Range> range_of(const ResultRow& row, const std::string& id) {
  const MetricValue* metric = find_metric(row, id);
  if (metric == nullptr || !metric->value || !metric->ci_low || !metric->ci_high || *metric->ci_low <= 0)
    return std::nullopt;
  return Range{*metric->value, *metric->ci_low, *metric->ci_high};
}

std::string text_of(const ResultRow& row, const std::string& key) {
  const auto found = row.params.find(key);
  return found == row.params.end() ? std::string() : to_string(found->second);
}

double bytes_of(const ResultRow& row) {
  const auto found = row.params.find("bytes");
  const auto* bytes = found == row.params.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return bytes == nullptr ? 0 : static_cast<double>(*bytes);
}

bool is_valid(const ResultRow& row) { return row.status == Status::ok && row.value.device == "cpu"; }

bool is_roof(const ResultRow& row, const char* workload) {
  return is_valid(row) && row.value.workload == workload && is_plain_roof(row);
}

std::string giga(double rate, const char* unit) { return fmt::format("{:.4g} {}", rate * 1e-9, unit); }

/// Of `rows` the one for which `rate` is highest by the low end of its interval, where that is above `limit`;
/// `rate` gives none for rows that do not count.
template <typename Rate>
const ResultRow* fastest_above(double limit, const std::vector<ResultRow>& rows, const Rate& rate) {
  const ResultRow* best = nullptr;
  for (const auto& row : rows) {
    const std::optional<Range> range = rate(row);
    if (!range || range->low <= limit) continue;
    limit = range->low;
    best = &row;
  }
  return best;
}

std::string slower_than_larger(const ResultRow& roof, const Range& own, const std::vector<ResultRow>& rows) {
  const std::string kind = text_of(roof, "kind");
  if (roof.threads != 1 || kind == "triad_nt" || bytes_of(roof) < smallest_level) return "";
  const ResultRow* other =
      fastest_above(own.high / nearly, rows, [&](const ResultRow& row) -> std::optional<Range> {
        const bool counts = is_roof(row, "roof.mem") && row.threads == 1 && text_of(row, "kind") == kind &&
                            row.value.implementation == roof.value.implementation &&
                            bytes_of(row) >= another_level * bytes_of(roof);
        return counts ? range_of(row, "throughput.bytes") : std::nullopt;
      });
  if (other == nullptr) return "";
  return fmt::format(
      "its {} are less than the {} of {}, whose arrays are larger: this level was not reached, or it was "
      "disturbed",
      giga(own.value, "GB/s"), giga(range_of(*other, "throughput.bytes")->value, "GB/s"), other->case_key);
}

std::string slower_than_triad(const ResultRow& roof, const Range& own, const std::vector<ResultRow>& rows,
                              const Caches& caches) {
  if (text_of(roof, "kind") != "triad_nt" || caches.beyond() <= 0 || bytes_of(roof) < caches.beyond())
    return "";
  const ResultRow* triad =
      fastest_above(own.high / nearly, rows, [&](const ResultRow& row) -> std::optional<Range> {
        const bool counts =
            is_roof(row, "roof.mem") && row.threads == roof.threads && text_of(row, "kind") == "triad" &&
            row.value.implementation == roof.value.implementation && bytes_of(row) == bytes_of(roof);
        return counts ? range_of(row, "throughput.bytes") : std::nullopt;
      });
  if (triad == nullptr) return "";
  return fmt::format(
      "its {} are less than 0.9 of the {} that triad reaches, though it need not read what it overwrites: "
      "non-temporal stores are slow here, or it was disturbed",
      giga(own.value, "GB/s"), giga(range_of(*triad, "throughput.bytes")->value, "GB/s"));
}

std::string slower_than_fewer_threads(const ResultRow& roof, const Range& own,
                                      const std::vector<ResultRow>& rows) {
  const ResultRow* other =
      fastest_above(own.high / nearly, rows, [&](const ResultRow& row) -> std::optional<Range> {
        const bool counts = is_roof(row, "roof.fma") && row.threads < roof.threads &&
                            text_of(row, "dtype") == text_of(roof, "dtype") && row.isa == roof.isa;
        return counts ? range_of(row, "throughput.operations") : std::nullopt;
      });
  if (other == nullptr) return "";
  return fmt::format(
      "its {} are less than the {} of {}, with fewer threads: its threads disturbed each other",
      giga(own.value, "GOP/s"), giga(range_of(*other, "throughput.operations")->value, "GOP/s"),
      other->case_key);
}

std::string slower_than_work(const ResultRow& roof, const Range& own, const std::vector<ResultRow>& rows) {
  const std::string wanted = text_of(roof, "isa");
  if (!wanted.empty() && wanted != "best") return "";  // narrower vectors on purpose
  const ResultRow* other =
      fastest_above(own.high / nearly, rows, [&](const ResultRow& row) -> std::optional<Range> {
        const std::string dtype = text_of(row, "dtype");
        const bool counts = is_valid(row) && !row.value.workload.starts_with("roof.") &&
                            row.verified == true && row.accuracy == "float" && row.threads == roof.threads &&
                            dtype == text_of(roof, "dtype");
        const auto rate = counts ? range_of(row, "throughput.operations") : std::nullopt;
        return rate && rate->value > implausibly_faster * own.value ? std::nullopt : rate;
      });
  if (other == nullptr) return "";
  return fmt::format(
      "its {} are less than 0.9 of the {} that {} computes: this is not the peak, or it was disturbed",
      giga(own.value, "GOP/s"), giga(range_of(*other, "throughput.operations")->value, "GOP/s"),
      other->case_key);
}

/// Operations of one fused multiply-add of vectors: two a lane. 0: not known (vectors of no fixed length), or
/// a path without them, on which additions and multiplications share units in other ways.
double operations_of_instruction(const std::string& isa, const std::string& dtype) {
  static constexpr std::pair<const char*, double> paths[] = {
      {"avx3", 64}, {"avx512", 64}, {"avx2", 32}, {"neon", 16}};  // bytes of a vector
  for (const auto& [prefix, bytes] : paths) {
    if (isa.starts_with(prefix)) return 2 * bytes / (dtype == "f64" ? 8 : 4);
  }
  return 0;
}

std::string no_whole_number(const ResultRow& roof, const Range& own, const std::vector<ResultRow>& rows) {
  const double each = operations_of_instruction(roof.isa, text_of(roof, "dtype"));
  const auto clock = std::find_if(rows.begin(), rows.end(), [&](const ResultRow& row) {
    return is_roof(row, "roof.chain") && row.threads == roof.threads && range_of(row, "throughput.cycles");
  });
  if (each <= 0 || clock == rows.end()) return "";
  const Range hz = *range_of(*clock, "throughput.cycles");
  const double cores = std::max(1, roof.threads) * each;
  const double low = own.low / (hz.high * cores);  // instructions a cycle and thread
  const double high = own.high / (hz.low * cores);
  const double value = own.value / (hz.value * cores);
  if (low > most_instructions) {
    return fmt::format(
        "its {:.1f} operations a cycle of roof.chain and thread are {:.1f} {} multiply-adds, more than any "
        "core does: check its times, or those of roof.chain",
        value * each, value, roof.isa);
  }
  // Is there a whole number, one at least, within 5 % of anything in the interval? Threads that share a core
  // (virtual machines hide which do) have halves.
  const double unit = roof.threads > 1 ? 0.5 : 1;
  const double nearest = unit * std::max(1.0, std::ceil(low / unit / (1 + whole_within)));
  if (nearest * (1 - whole_within) <= high) return "";
  return fmt::format(
      "its {:.1f} operations a cycle of roof.chain and thread are {:.2f} {} multiply-adds, no whole number: "
      "the peak was not reached, or the clock was another (wide vectors may lower it)",
      value * each, value, roof.isa);
}

}  // namespace

std::vector<CaseNote> roof_notes(const ResultRow& roof, const std::vector<ResultRow>& rows,
                                 const Caches& caches) {
  std::vector<CaseNote> notes;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) notes.push_back({"implausible_roof", text});
  };
  if (is_roof(roof, "roof.mem")) {
    if (const auto own = range_of(roof, "throughput.bytes")) {
      add(slower_than_larger(roof, *own, rows));
      add(slower_than_triad(roof, *own, rows, caches));
    }
  } else if (is_roof(roof, "roof.fma")) {
    if (const auto own = range_of(roof, "throughput.operations")) {
      add(slower_than_fewer_threads(roof, *own, rows));
      add(slower_than_work(roof, *own, rows));
      add(no_whole_number(roof, *own, rows));
    }
  }
  return notes;
}

}  // namespace assay::answers_detail
