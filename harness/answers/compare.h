// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/answers/results.h"
#include "harness/judge/comparison.h"

namespace assay {

/// `assay compare BASE NEW`: both runs loaded, aligned by case and judged. The runs may stand in different
/// databases. A different host class makes every pair incomparable, with the fields that differ as reason.
Comparison compare(const Store& base_store, const std::string& base_run, const Store& candidate_store,
                   const std::string& candidate_run, const std::optional<Selector>& selector = std::nullopt);

/// The same beside results that stand in no database (a baseline's), of a host of that class. `name`: theirs.
Comparison compare(const std::vector<ResultRow>& base, const Host& base_host, const std::string& name,
                   const Store& candidate_store, const std::string& candidate_run,
                   const std::optional<Selector>& selector = std::nullopt);

/// The fields of their classes in which two hosts differ: "cpu.cores: 8 and 16; memory.gib: ...".
std::string class_difference(const Host& a, const Host& b);

/// `assay compare RUN --across AXIS`.
Comparison compare_axis(const Store& store, const std::string& run_id, const std::string& axis,
                        const std::string& base = {}, const std::optional<Selector>& selector = std::nullopt);

}  // namespace assay
