// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/trial_options.h"

#include <fmt/format.h>

#include "harness/cli/foreign.h"
#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// "0.5%" or "0.005".
double share_of(const std::string& text) {
  const bool percent = !text.empty() && text.back() == '%';
  const auto value = parse_real(percent ? text.substr(0, text.size() - 1) : text);
  const double share = value ? *value / (percent ? 100 : 1) : 0;
  if (share > 0 && share < 1) return share;
  throw Error(ErrorCode::usage, fmt::format("--effect {}: not a share", printable(text)),
              "write --effect 0.5%, or 0.005");
}

}  // namespace

void add_trial_options(const Arguments& arguments, RunOptions& measure, const std::string& name) {
  arguments.add("selector", measure.selectors, "only these cases, as for 'assay run'");
  arguments.add("--as", measure.program.tool, std::string(foreign_tools) + ", worker");
  arguments.add("--name", measure.program.name, name);
  arguments.add("--code", measure.program.code, foreign_code).one_a_flag();
  arguments.add("--budget", measure.flags.budget, "start no launch after this time: 90s, 10m");
  arguments.add("--suite", measure.suites, "a suite's name, or a .toml file").one_a_flag();
  arguments.add("--input", measure.inputs, "real input, as for 'assay run'").one_a_flag();
  arguments.add("--label", measure.labels, "name or key=value, to find the run again").one_a_flag();
  arguments.add("--cpus", measure.flags.cpus, "measure on these CPUs: 0,2-3");
  arguments.add("--seed", measure.flags.seed, "of inputs and order (1)");
  arguments.add("--max-time", measure.flags.max_time, "longest measuring of a launch: 500ms, 2s (1s)");
}

void add_rule_options(const Arguments& arguments, RuleOptions& rule, RunOptions& measure,
                      const std::string& effect) {
  const Argument given = arguments.add("--effect", rule.effect, effect);
  if (!rule.effect.empty()) given.show_default();
  arguments.add("--most-launches", rule.most_pairs, "of each side for each case")
      .show_default()
      .between(6, 900);
  arguments.flag("--tail", rule.tail, "judge the share of slow requests (beyond the base's p99), too");
  arguments.flag("--no-rerun", rule.no_rerun, "do not measure what is slower once more");
  arguments.add("--collect", measure.flags.collectors, "collectors beside the times: perf_event:cycles")
      .one_a_flag();
}

Policy policy_of(const RuleOptions& rule) {
  Policy policy;
  if (!rule.effect.empty()) policy.effect = share_of(rule.effect);
  policy.budget.most_pairs = static_cast<int>(rule.most_pairs);
  policy.rerun = !rule.no_rerun;
  policy.tail = rule.tail;
  policy.max_undecided = 1;  // who asks is told, and decides
  return policy;
}

}  // namespace assay::cli
