// SPDX-License-Identifier: Apache-2.0
#include "harness/run/prepared.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/launch_rules.h"

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

std::string prepared_difference(const Launch& launch, const std::string& reference_input,
                                const Work& reference) {
  if (!reference_input.empty() && !launch.input_digest.empty() && reference_input != launch.input_digest)
    return "its input differs from the reference's";
  struct Figure {
    double Work::*of;
    std::string what;
  };
  for (const auto& [of, what] :
       {Figure{&Work::units, launch.unit_of_work}, Figure{&Work::operations, "operations"},
        Figure{&Work::minimum_bytes, "bytes at least"}}) {
    if (same_figure(launch.work.*of, reference.*of)) continue;
    return fmt::format("a call counts as {} {}, the reference's as {}", shortest(launch.work.*of), what,
                       shortest(reference.*of));
  }
  return "";
}

void check_prepared(const PlannedCase& planned, const Device& device, const protocol::Prepared& prepared) {
  if (prepared.work.units <= 0) {
    throw Error(ErrorCode::protocol, "prepare: work.units is not above 0",
                "say how many units of work one call does: 1 when there is no better one");
  }
  check_threads(planned, prepared.threads);
  if (prepared.device) check_device(device, *prepared.device);
}

}  // namespace assay::run
