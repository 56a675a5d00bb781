// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/agent/kernel.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"

namespace assay::tinyml {

/// A C11 row (harness/agent/kernel.h) seen from C++: what the host shares with boards and wasm.

/// The parameters of the definition, with the row's names and defaults; `docs` has one text for each.
std::vector<Parameter> parameters_of(const assay_kernel& kernel, const std::vector<std::string>& docs);

/// The row's preset `xs`: the parameters that differ from their defaults.
Preset xs_of(const assay_kernel& kernel);

/// Values in the row's order. \throws Error{usage} naming the parameter and its limits when one is out of
/// range.
std::vector<std::int32_t> values_of(const assay_kernel& kernel, const Params& params);

/// A row's arena after prepare(). The seeded problem is built here for every implementation, so all see the
/// same data.
class Problem {
 public:
  /// \throws Error{usage} as values_of(), and where the row refuses the combination.
  Problem(const assay_kernel& kernel, const Preparation& preparation);

  const assay_kernel& kernel() const { return kernel_; }
  void* arena() { return arena_.data(); }
  const void* arena() const { return arena_.data(); }
  std::size_t arena_bytes() const { return arena_.size(); }
  Work work() const;
  std::string input_digest() const;
  /// The row's own results, from the arena.
  std::vector<Tensor> output() const;
  void spoil();  ///< overwrites them

 private:
  const assay_kernel& kernel_;
  std::vector<std::int32_t> values_;
  Aligned<std::uint8_t> arena_;
};

/// What a definition says beside its row.
struct RowTexts {
  std::string doc;
  std::vector<std::string> parameters;  ///< one for each
  std::string operations, bytes;        ///< formulas, as text
};

/// A workload that is nothing but its row: `reference` here, `scalar` on boards.
Workload row_workload(const assay_kernel& kernel, const RowTexts& texts);

/// The instance that calls the row itself, on the caller's thread: "reference".
std::unique_ptr<Instance> make_kernel_instance(const assay_kernel& kernel, const Preparation& preparation);

}  // namespace assay::tinyml
