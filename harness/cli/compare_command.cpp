// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "harness/answers/compare.h"
#include "harness/cli/command.h"
#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/show_view.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/store.h"

namespace assay::cli {

namespace {

struct Options {
  std::optional<std::string> base;       ///< "latest~1"; with an axis "latest"
  std::optional<std::string> candidate;  ///< "latest"
  std::optional<std::string> across;
  std::optional<std::string> base_value;
  std::string selector;
};

/// "DATABASE.db#RUN" or "RUN": a run may stand in another database.
struct Side {
  Store store;
  std::string id;
};
Side open_side(const std::string& text, const Context& context) {
  const auto hash = text.rfind('#');
  Store store = Store::open(hash == std::string::npos ? context.settings.database() : text.substr(0, hash),
                            Store::Mode::read_only);
  std::string id = store.find_run(hash == std::string::npos ? text : text.substr(hash + 1));
  return {std::move(store), std::move(id)};
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

void check(const Options& options) {
  const Error usage(ErrorCode::usage, "--base-value is a value of an axis, and no axis is named",
                    "add --across implementation, device, host, subject, or a parameter");
  if (options.base_value && !options.across) throw usage;
  if (options.across && options.candidate) {
    throw Error(ErrorCode::usage, "--across compares within one run, and two are named",
                "name one run, or leave --across out");
  }
}

int compare_them(const Options& options, const Context& context) {
  check(options);
  std::optional<Selector> selector;
  if (!options.selector.empty()) selector = parse_selector(options.selector);
  Comparison comparison;
  std::vector<Run> runs;
  if (options.across) {
    const Side side = open_side(options.base.value_or("latest"), context);
    comparison =
        compare_axis(side.store, side.id, *options.across, options.base_value.value_or(""), selector);
    runs.push_back(side.store.load_run(side.id));
  } else {
    const Side base = open_side(options.base.value_or("latest~1"), context);
    const Side candidate = open_side(options.candidate.value_or("latest"), context);
    comparison = compare(base.store, base.id, candidate.store, candidate.id, selector);
    runs.push_back(base.store.load_run(base.id));
    runs.push_back(candidate.store.load_run(candidate.id));
  }
  if (comparison.pairs.empty() && selector) {
    const Error what = nothing_matches(runs.back(), *selector);
    context.terminal.note(fmt::format("{}\n  {}", what.what(), printable(what.remedy)));
  }
  const std::vector<Warning> warnings = warnings_of(comparison);
  for (const Warning& warning : warnings)
    context.terminal.note(fmt::format("{}\n  {}", printable(warning.message), printable(warning.remedy)));
  if (context.json) {
    Document document = make_document("compare", context, runs);
    document.warnings.insert(document.warnings.end(), warnings.begin(), warnings.end());
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
  return comparison.pairs.empty() && selector ? exit_unavailable : exit_fine;
}

}  // namespace

CommandSpec compare_command() {
  return {"compare", "two runs, or one run across an axis, side by side", "assay compare latest~1 latest",
          [](Arguments arguments) {
            auto options = std::make_shared<Options>();
            arguments.add("base", options->base, "run, or DATABASE.db#RUN; with --across latest")
                .show_default("latest~1");
            arguments.add("new", options->candidate, "run, or DATABASE.db#RUN").show_default("latest");
            arguments.add("--across", options->across,
                          "within one run: implementation, device, host, subject, or a parameter");
            arguments.add("--base-value", options->base_value, "which value of the axis is the base: opencv");
            arguments.add("--select", options->selector, "only these cases: 'llm.*'");
            return [options](Context& context) { return compare_them(*options, context); };
          }};
}

}  // namespace assay::cli
