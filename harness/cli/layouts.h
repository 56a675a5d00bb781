// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/judge/comparison.h"
#include "harness/run/worker.h"
#include "harness/trials/paired_trial.h"

/// `assay ab --layouts`: what a build links, linked in several layouts. What for, and what that proves:
/// ci/decisions/0026-same-machine-code.md.
namespace assay::cli {

/// Stands in the linker's place while something is built: whatever gcc or clang have linked is there in
/// `layouts` layouts, the first of them under its own name. Sections are shuffled by lld; the same numbers
/// are the same seeds everywhere.
class LinkerFront {
 public:
  /// \throws Error{unavailable} where there is no lld.
  explicit LinkerFront(int layouts);
  /// What the build's processes need: COMPILER_PATH, where gcc and clang look for linkers first.
  const std::map<std::string, std::string>& environment() const { return environment_; }
  /// The files that were linked so far and are still there.
  std::vector<std::string> linked() const;

 private:
  run::ScratchDirectory scratch_;
  std::map<std::string, std::string> environment_;
};

/// The layouts of one built tree.
class Layouts {
 public:
  /// `program`: the file that is started. \throws Error{usage} when the build did not link it.
  Layouts(const LinkerFront& front, int count, const std::string& program);
  /// Puts the files of a layout (0 to count - 1; others begin again) in their places. \throws Error{io}.
  void select(int layout);

 private:
  std::vector<std::string> linked_;
  int count_;
};

/// Adds to each case's verdict of pairs how much each side's launches differ from layout to layout.
void tell_spread(Comparison& comparison, const trials::PairedTrial& trial);

}  // namespace assay::cli
