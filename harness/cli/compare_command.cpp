// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/comparison_options.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/show_view.h"
#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

int compare_them(const ComparisonOptions& options, const Context& context) {
  const LoadedComparison loaded = load_comparison(options, context);
  const Comparison& comparison = loaded.comparison;
  const bool nothing = comparison.pairs.empty() && loaded.selector.has_value();
  if (nothing) {
    const Error what = nothing_matches(loaded.newer().run, *loaded.selector);
    context.terminal.note(fmt::format("{}\n  {}", what.what(), printable(what.remedy)));
  }
  for (const Warning& warning : loaded.warnings)
    context.terminal.note(fmt::format("{}\n  {}", printable(warning.message), printable(warning.remedy)));
  if (context.json) {
    std::vector<Run> runs{loaded.base.run};
    if (loaded.candidate) runs.push_back(loaded.candidate->run);
    Document document = make_document("compare", context, runs);
    document.warnings.insert(document.warnings.end(), loaded.warnings.begin(), loaded.warnings.end());
    document.pairs = comparison.pairs;
    for (const auto& pair : comparison.pairs) {
      if (pair.base) document.results.push_back(*pair.base);
      if (pair.candidate) document.results.push_back(*pair.candidate);
    }
    context.terminal.out(to_json(document));
  } else {
    context.terminal.out(
        comparison_text(comparison, "it is the median over all pairs of launches", context.terminal.width()));
  }
  return nothing ? exit_unavailable : exit_fine;
}

}  // namespace

CommandSpec compare_command() {
  return {"compare", "two runs, or one run across an axis, side by side", "assay compare latest~1 latest",
          [](Arguments arguments) {
            auto options = std::make_shared<ComparisonOptions>();
            add_comparison_options(arguments, *options);
            return [options](Context& context) { return compare_them(*options, context); };
          }};
}

}  // namespace assay::cli
