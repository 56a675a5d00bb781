// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

/// The loop that judges commits until the first bad one is known. Where commits come from and what judges
/// them is not known here.
namespace assay::trials {

enum class BisectMark { good, bad, skip };

/// A bisection between a good commit and a bad one, which are marked so already.
class Bisection {
 public:
  virtual ~Bisection() = default;
  /// The commit to be judged next; empty: nothing is left that would tell more.
  virtual std::string next() = 0;
  virtual void tell(const std::string& commit, BisectMark mark) = 0;
  /// Those that may be the first bad commit by what has been told, the oldest first; the last one is bad.
  virtual std::vector<std::string> range() = 0;
};

/// What is told before a commit is judged.
struct BisectProgress {
  std::string commit;
  int judged = 0;     ///< commits, so far
  int left = 0;       ///< that are still to be judged, this one included: about, as skips add some
  double left_s = 0;  ///< for these, by what those judged so far took
};

struct BisectOutcome {
  std::vector<std::string> range;  ///< as Bisection::range(): a single one is the first bad commit
  int judged = 0;
  int left = 0;  ///< where it was interrupted: about so many are still to be judged
  bool interrupted = false;
};

struct BisectHooks {
  /// Judges one commit. Not called once `stop` says so.
  std::function<BisectMark(const std::string& commit)> judge;
  std::function<void(const BisectProgress&)> begin;
  std::function<bool()> stop;       ///< true: end now; the commit that is judged meanwhile does not count
  std::function<double()> seconds;  ///< a steady clock
};

/// `first_s`: what judging one commit took before.
BisectOutcome bisect(Bisection& bisection, const BisectHooks& hooks, double first_s);

/// How many commits are judged, about, until of `range` commits (the last one known to be bad) one is left.
int bisect_steps(std::size_t range);

}  // namespace assay::trials
