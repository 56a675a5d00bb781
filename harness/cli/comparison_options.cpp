// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/comparison_options.h"

#include <fmt/format.h>

#include <utility>

#include "harness/core/error.h"

namespace assay::cli {

namespace {

/// "DATABASE.db#RUN" or "RUN": a run may stand in another database.
Side open_side(const std::string& text, const Context& context) {
  const auto hash = text.rfind('#');
  Store store = Store::open(hash == std::string::npos ? context.settings.database() : text.substr(0, hash),
                            Store::Mode::read_only);
  Run run = store.load_run(store.find_run(hash == std::string::npos ? text : text.substr(hash + 1)));
  return {std::move(store), std::move(run)};
}

/// What a reader must know beside the pairs.
std::vector<Warning> warnings_of(const Comparison& comparison) {
  std::vector<Warning> warnings;
  const auto left_out = [&](const char* code, const std::vector<std::string>& keys, const std::string& why,
                            const std::string& remedy) {
    if (keys.empty()) return;
    warnings.push_back(
        {code,
         fmt::format("{} {} left out, {}: {}{}", keys.size(), keys.size() == 1 ? "case is" : "cases are", why,
                     keys.front(), keys.size() == 1 ? "" : ", ..."),
         remedy});
  };
  left_out("no_base", comparison.without_base,
           fmt::format("without a result of {} '{}'", comparison.axis, comparison.base),
           "name a base that they have with --base-value");
  left_out(
      "no_axis", comparison.without_axis, fmt::format("without '{}' in the case", comparison.axis),
      fmt::format("where their workload has it, measure them with values of it: '?{}=A|B'", comparison.axis));
  std::vector<std::string> unverified;
  for (const auto& pair : comparison.pairs) {
    const auto is_unverified = [](const std::optional<ResultRow>& row) {
      return row && row->status == Status::ok && !row->verified;
    };
    if (is_unverified(pair.base) || is_unverified(pair.candidate)) unverified.push_back(pair.key);
  }
  if (!unverified.empty()) {
    warnings.push_back({"unverified",
                        fmt::format("{} of {} cases {} another tool's word: no result was verified, first {}",
                                    unverified.size(), comparison.pairs.size(),
                                    unverified.size() == 1 ? "is" : "are", unverified.front()),
                        "'assay show RUN' says so in each row, column verified"});
  }
  if (comparison.axis == "run" && comparison.candidates == std::vector{comparison.base}) {
    warnings.push_back({"same_run", "both sides are the same run: there is nothing to compare",
                        "name two runs ('assay list runs'), or compare within it with --across"});
  }
  return warnings;
}

void check(const ComparisonOptions& options) {
  const Error usage(ErrorCode::usage, "--base-value is a value of an axis, and no axis is named",
                    "add --across implementation, device, host, subject, or a parameter");
  if (options.base_value && !options.across) throw usage;
  if (options.across && options.candidate) {
    throw Error(ErrorCode::usage, "--across compares within one run, and two are named",
                "name one run, or leave --across out");
  }
}

}  // namespace

void add_comparison_options(const Arguments& arguments, ComparisonOptions& options) {
  arguments.add("base", options.base, "run, or DATABASE.db#RUN; with --across latest")
      .show_default("latest~1");
  arguments.add("new", options.candidate, "run, or DATABASE.db#RUN").show_default("latest");
  arguments.add("--across", options.across,
                "within one run: implementation, device, host, subject, or a parameter");
  arguments.add("--base-value", options.base_value, "which value of the axis is the base: opencv");
  arguments.add("--select", options.selector, "only these cases: 'llm.*'");
}

LoadedComparison load_comparison(const ComparisonOptions& options, const Context& context) {
  check(options);
  std::optional<Selector> selector;
  if (!options.selector.empty()) selector = parse_selector(options.selector);
  if (options.across) {
    Side side = open_side(options.base.value_or("latest"), context);
    Comparison comparison =
        compare_axis(side.store, side.run.id, *options.across, options.base_value.value_or(""), selector);
    std::vector<Warning> warnings = warnings_of(comparison);
    return {std::move(comparison), std::move(side), std::nullopt, std::move(selector), std::move(warnings)};
  }
  Side base = open_side(options.base.value_or("latest~1"), context);
  Side candidate = open_side(options.candidate.value_or("latest"), context);
  Comparison comparison = compare(base.store, base.run.id, candidate.store, candidate.run.id, selector);
  std::vector<Warning> warnings = warnings_of(comparison);
  return {std::move(comparison), std::move(base), std::move(candidate), std::move(selector),
          std::move(warnings)};
}

}  // namespace assay::cli
