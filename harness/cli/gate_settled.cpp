// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/gate_settled.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/cli/git_worktree.h"
#include "harness/cli/history_options.h"
#include "harness/core/privacy.h"
#include "harness/store/history.h"

namespace assay::cli {

namespace {

/// Only asked for where somebody decided something: a history is much to read.
bool anything_decided(const std::vector<std::string>& from, const Context& context) {
  if (!from.empty()) return true;
  const std::string database = context.settings.existing_database();
  return !database.empty() && !load_triage(Store::open(database, Store::Mode::read_only)).empty();
}

std::string hash_of(const std::string& revision) { return revision.substr(0, revision.find('-')); }

/// Whether a commit is that one or an ancestor of it; empty: the repository does not have it.
std::optional<bool> is_in(const std::string& commit, const std::string& head) {
  if (!run_git(".", {"cat-file", "-e", commit + "^{commit}"}).fine) return std::nullopt;
  return run_git(".", {"merge-base", "--is-ancestor", commit, head}).fine;
}

}  // namespace

std::vector<Settled> settled_between(const GateCommits& commits, const std::vector<std::string>& from,
                                     const std::vector<ResultRow>& rows, const Policy& policy,
                                     const Context& context) {
  if (rows.empty() || !anything_decided(from, context)) return {};
  HistoryOptions options;
  options.from = from;
  options.metrics = policy.exact;
  options.metrics.emplace_back("time.wall.p50");
  options.host = rows.front().host_class_id;
  const History history = gather(options, context);
  std::vector<Series> series = history.series(history_rules(options));
  tell(history_warnings(history, {}), context);
  std::set<std::pair<std::string, std::string>> measured;
  for (const ResultRow& row : rows) {
    Case value = row.value;
    value.params.erase("v");
    measured.emplace(to_string(value), row.subject.name);
  }
  std::erase_if(series, [&](const Series& one) {
    return !measured.contains({one.key.case_key, one.key.subject});
  });
  const std::string base = hash_of(commits.base);
  const std::string candidate = hash_of(commits.candidate);
  std::set<std::string> unknown;
  const auto between = [&](const std::string& commit) {
    if (base.empty() || candidate.empty()) {
      unknown.insert("the commit of one side is not known");
      return false;
    }
    const auto in_candidate = is_in(commit, candidate);
    const auto in_base = is_in(commit, base);
    if (!in_candidate || !in_base)
      unknown.insert(
          fmt::format("commit {} is not in this clone: git fetch --unshallow", commit.substr(0, 12)));
    return in_candidate.value_or(false) && !in_base.value_or(true);
  };
  auto settled = find_settled(series, history.events(), between);
  for (const auto& reason : unknown)
    context.terminal.note("what 'assay ack' and 'ignore' settled is not counted: " + reason);
  for (auto& one : settled) {
    for (auto& decision : one.decisions) {
      if (!context.identify) decision.event.person = pseudonym(decision.event.person, "person");
    }
  }
  return settled;
}

}  // namespace assay::cli
