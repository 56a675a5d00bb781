// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/protocol/agree.h"
#include "harness/run/limits.h"
#include "harness/run/worker.h"

namespace assay::run {

/// Expected results, made once by `reference` for (workload, v, parameters, seed or input) in a launch of its
/// own; kept for the run, and in the input cache by the hash of exactly that where the worker says its
/// binary.
class ExpectedResults {
 public:
  ExpectedResults(std::uint64_t seed, LaunchLimits limits) : seed_(seed), limits_(limits) {}

  struct Expected {
    std::vector<protocol::Output> outputs;
    std::string input_digest;  ///< of the inputs that the reference saw
    Work work{};               ///< what one of its calls does
  };

  /// One object serves one plan. The expected result of a planned case, from memory, from the cache, or by
  /// launching the reference. \throws Error{unavailable} when the worker offers no reference for the
  /// workload, and whatever the reference's launch ended with; asked again, that without a launch.
  const Expected& get(const PlannedCase& planned, const WorkerInfo& worker);

  /// After a get() that threw: the end of what the reference's worker wrote to standard error; else empty.
  const std::string& log() const { return log_; }

 private:
  /// Why there is none, and the end of the log.
  struct Refusal {
    Error error;
    std::string log;
  };

  const Expected& find(const std::string& key, const PlannedCase& planned, const WorkerInfo& worker);
  Expected make(const PlannedCase& planned, const WorkerInfo& worker);
  Expected ask_reference(const PlannedCase& planned, const Definition& definition, Channel& channel) const;

  std::string log_;
  std::uint64_t seed_;
  LaunchLimits limits_;
  std::map<std::int64_t, std::string> keys_;  ///< by the case's ordinal in the plan
  std::map<std::string, Expected> known_;
  std::map<std::string, Refusal> refused_;
};

}  // namespace assay::run
