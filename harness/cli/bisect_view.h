// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/judge/comparison.h"
#include "harness/trials/bisect.h"

namespace assay::cli {

/// One commit that was judged.
struct JudgedCommit {
  Commit commit;
  trials::BisectMark mark = trials::BisectMark::skip;
  Verdict verdict;  ///< of the case that is followed; of a skipped commit the reason is why
  std::string run;  ///< UUID; empty: nothing was measured
};

/// What `assay bisect` has found.
struct BisectReport {
  Commit good, bad;
  std::string case_key;              ///< that is followed; empty: `bad` is not slower than `good`
  std::vector<std::string> others;   ///< cases that are slower, too
  std::vector<JudgedCommit> judged;  ///< in the order in which they were; the first is `bad`
  std::vector<Commit> range;         ///< the first bad commit is one of them, the oldest first
  int left = 0;                      ///< commits still to be judged, about
  bool interrupted = false;

  const JudgedCommit* find(const std::string& id) const;  ///< nullptr: it was not judged
};

/// The answer for people: the first bad commit, or those that it is among, then what was judged.
std::string bisect_text(const BisectReport& report, std::size_t width);

/// The answer of --json. `identify`: authors as they are.
std::string bisect_json(const BisectReport& report, bool identify);

std::string to_string(trials::BisectMark mark);  ///< "good", "bad", "skipped"
std::string commit_text(const Commit& commit);   ///< "1a2b3c4d5e6f (Ada, 2026-11-20: subject)"

}  // namespace assay::cli
