// SPDX-License-Identifier: Apache-2.0
#include "harness/core/run.h"

#include <array>
#include <chrono>
#include <utility>

#include "harness/agent/seed.h"
#include "harness/core/error.h"

namespace assay {

namespace {

constexpr std::array<std::pair<Status, const char*>, 6> names{{{Status::ok, "ok"},
                                                               {Status::invalid, "invalid"},
                                                               {Status::failed, "failed"},
                                                               {Status::timeout, "timeout"},
                                                               {Status::skipped, "skipped"},
                                                               {Status::unavailable, "unavailable"}}};

}  // namespace

std::string to_string(Status status) {
  for (const auto& [value, name] : names) {
    if (value == status) return name;
  }
  return "failed";
}

Status parse_status(const std::string& text) {
  for (const auto& [value, name] : names) {
    if (text == name) return value;
  }
  throw Error(ErrorCode::bad_input, "'" + text + "' is not a status",
              "one of ok, invalid, failed, timeout, skipped, unavailable");
}

std::int64_t now_utc_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string Host::class_id() const {
  std::string text;
  for (const auto& [key, value] : host_class) text += key + "=" + value + "\n";
  const std::uint64_t hash = assay_mix64(assay_fnv1a64(text.data(), text.size()));
  static constexpr char digits[] = "0123456789abcdef";
  std::string id;
  for (int shift = 60; shift > 12; shift -= 4) id += digits[(hash >> shift) & 15];
  return id;
}

}  // namespace assay
