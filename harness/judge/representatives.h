// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/result.h"

/// Which result stands for a host in a task: what a buyer compares is the task, whoever computes it.
namespace assay {

/// How a result is chosen; each is a rule that a report names.
enum class Represent {
  best_verified,        ///< the fastest verified result of the host, whatever implementation and device
  same_implementation,  ///< of one implementation (and kind of device) for all hosts: the one that most have,
                        ///< then the fastest on the first host that has it
  named                 ///< the first of the named selectors that the host has
};

std::string to_string(Represent rule);  ///< "best verified"
/// Also "best-verified". \throws Error{usage} with what there is.
Represent parse_represent(const std::string& text);

/// A host and all that is known of it: rows of any number of runs, at most one of each case.
struct HardwareHost {
  std::string name;  ///< as reports call it
  std::vector<ResultRow> rows;
};

/// What stands for a host, or why nothing does.
struct Representative {
  const ResultRow* row = nullptr;
  std::string reason;
};

/// A task: workload, parameters, accuracy class.
struct Task {
  std::string name;  ///< "llm.gemv?dtype=q4_0", with " (q8)" where tasks differ in accuracy class alone
  std::string accuracy;
  Case value;                         ///< without implementation and device
  Params params;                      ///< known_params()
  std::vector<Representative> hosts;  ///< in their order
};

/// "llm.gemv?dtype=q4_0": a case without implementation and device.
std::string task_name(const Case& value);

/// A result's parameters, and those that it leaves out as every workload has them at their default: what
/// '?threads=all' matches.
Params known_params(const ResultRow& row);

/// All tasks that at least one host has a result of, by name. A result stands for a host only if it is `ok`,
/// has launches and is of fidelity `hardware`: software and functional devices never stand on time. Under
/// best_verified it is verified, too; the others take what cannot be verified (foreign benchmarks).
/// `select`, where it is given, says which cases may stand. The rows must outlive what is returned.
std::vector<Task> represent(const std::vector<HardwareHost>& hosts, Represent rule,
                            const std::vector<Selector>& named = {}, const Selector* select = nullptr);

}  // namespace assay
