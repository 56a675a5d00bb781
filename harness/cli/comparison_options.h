// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/answers/compare.h"
#include "harness/cli/command.h"
#include "harness/core/run.h"
#include "harness/core/selector.h"
#include "harness/exchange/document.h"
#include "harness/store/store.h"

namespace assay::cli {

/// What `compare` and `report compare` take alike.
struct ComparisonOptions {
  std::optional<std::string> base;       ///< "latest~1"; with an axis "latest"
  std::optional<std::string> candidate;  ///< "latest"
  std::optional<std::string> across;
  std::optional<std::string> base_value;
  std::string selector;
};

void add_comparison_options(const Arguments& arguments, ComparisonOptions& options);

/// A run and the database that it stands in.
struct Side {
  Store store;
  Run run;
};

struct LoadedComparison {
  Comparison comparison;
  Side base;
  std::optional<Side> candidate;  ///< empty: across an axis of `base`
  std::optional<Selector> selector;
  std::vector<Warning> warnings;  ///< what a reader must know beside the pairs

  const Side& newer() const { return candidate ? *candidate : base; }
};

/// \throws Error{usage} where the options contradict each other.
LoadedComparison load_comparison(const ComparisonOptions& options, const Context& context);

}  // namespace assay::cli
