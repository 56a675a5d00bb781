// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git_bisection.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// \throws Error{usage}. \returns `bad`.
const std::string& check_order(const std::string& good, const std::string& bad) {
  if (good != bad && run_git(".", {"merge-base", "--is-ancestor", good, bad}).fine) return bad;
  const GitAnswer base = run_git(".", {"merge-base", good, bad});
  throw Error(ErrorCode::usage,
              good == bad ? "--good and --bad are one commit: " + good.substr(0, 12)
                          : fmt::format("--good {} is no ancestor of --bad {}", good.substr(0, 12),
                                        bad.substr(0, 12)),
              base.fine && !base.lines.empty() && good != bad
                  ? "where both begin: --good " + base.lines[0].substr(0, 12)
                  : "see 'git log'; a shallow clone holds few commits: git fetch --unshallow");
}

}  // namespace

GitBisection::GitBisection(const std::string& good, const std::string& bad, bool first_parent)
    : tree_(check_order(good, bad), false), first_parent_(first_parent) {
  std::vector<std::string> words{"bisect", "start", "--no-checkout"};
  if (first_parent) words.emplace_back("--first-parent");
  words.insert(words.end(), {bad, good, "--"});
  git(words);
}

std::vector<std::string> GitBisection::git(const std::vector<std::string>& words) {
  GitAnswer answer = run_git(tree_.top(), words);
  if (answer.fine) return std::move(answer.lines);
  throw Error(ErrorCode::io, fmt::format("git {}: {}", fmt::join(words, " "), last_lines(answer.log, "")),
              "see whether the disk is full, and 'git fsck'");
}

std::string GitBisection::next() {
  // Git has come to its end where all that is left is bad, or was skipped.
  const auto left = range();
  const auto skipped = git({"for-each-ref", "--format=%(objectname)", "refs/bisect/skip-*"});
  const auto open = [&](const std::string& commit) {
    return std::find(skipped.begin(), skipped.end(), commit) == skipped.end();
  };
  if (std::none_of(left.begin(), left.end() - 1, open)) return "";
  return git({"rev-parse", "--verify", "BISECT_HEAD"}).at(0);
}

void GitBisection::tell(const std::string& commit, trials::BisectMark mark) {
  const char* word = mark == trials::BisectMark::good  ? "good"
                     : mark == trials::BisectMark::bad ? "bad"
                                                       : "skip";
  // Where skipped commits alone are left, git ends with 2, and has noted it all the same.
  (void)run_git(tree_.top(), {"bisect", word, commit});
}

std::vector<std::string> GitBisection::range() {
  std::vector<std::string> words{"rev-list", "--reverse", "--topo-order"};
  if (first_parent_) words.emplace_back("--first-parent");
  words.emplace_back("refs/bisect/bad");
  for (const auto& good : git({"for-each-ref", "--format=%(objectname)", "refs/bisect/good-*"}))
    words.push_back("^" + good);
  return git(words);
}

}  // namespace assay::cli
