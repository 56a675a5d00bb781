// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/channel.h"

namespace assay::protocol {

/// One rule of the protocol, and whether a worker keeps it.
struct CheckResult {
  std::string name;  ///< the rule, as a sentence: "an unknown operation is answered unsupported"
  bool passed = false;
  std::string detail;  ///< what was seen, when it did not pass; may say what was measured when it did
  std::string remedy;  ///< what to change in the worker, when it did not pass
};

/// Starts a fresh worker. Called several times: once for the conversation and once for every implementation.
using StartWorker = std::function<std::unique_ptr<Channel>()>;

struct CheckOptions {
  std::chrono::duration<double> limit{30};          ///< for each answer
  std::vector<int> cpus{0};                         ///< for prepare; one that this process may run on
  std::string page = "harness/protocol/README.md";  ///< where the reader of the remedies finds the rules
  /// Before each implementation: how many were tried, of how many, and which comes now.
  std::function<void(std::size_t done, std::size_t all, const std::string& name)> progress =
      [](std::size_t, std::size_t, const std::string&) {};
};

/// Puts a worker through the rules of harness/protocol/README.md. Never throws for what the worker does:
/// every rule has its row, in the order in which they were tried; a rule that could not be tried, because the
/// worker was gone by then, did not pass. \throws what `start` throws when the very first worker cannot be
/// started.
std::vector<CheckResult> check_worker(const StartWorker& start, const CheckOptions& options = {});

}  // namespace assay::protocol
