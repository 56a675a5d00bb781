// SPDX-License-Identifier: Apache-2.0
#include "harness/run/prepared.h"

#include <fmt/format.h>

#include "harness/core/error.h"

namespace assay::run {

namespace {

std::string uuid_of(const Device& device) {
  const auto found = device.fingerprint.find("uuid");
  return found == device.fingerprint.end() ? std::string() : found->second;
}

void check_threads(const PlannedCase& planned, int threads) {
  const auto asked = planned.params.find("threads");
  if (asked == planned.params.end() || !std::holds_alternative<std::int64_t>(asked->second)) return;
  if (std::get<std::int64_t>(asked->second) == threads) return;
  throw Error(
      ErrorCode::unavailable,
      fmt::format("the case asks for {} threads, the worker prepared {}", to_string(asked->second), threads),
      "leave threads out, or ask for what the implementation can do");
}

void check_device(const Device& planned, const Device& seen) {
  const std::string before = uuid_of(planned);
  if (seen.name == planned.name && (before.empty() || uuid_of(seen) == before)) return;
  throw Error(ErrorCode::worker,
              fmt::format("the worker prepared {} {}; when the run began it was {} {}", seen.name,
                          uuid_of(seen), planned.name, before),
              "one run measures one device: start a new run");
}

}  // namespace

void check_prepared(const PlannedCase& planned, const Device& device, const protocol::Prepared& prepared) {
  check_threads(planned, prepared.threads);
  if (prepared.device) check_device(device, *prepared.device);
}

}  // namespace assay::run
