// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "harness/store/maintenance.h"

namespace assay::store_detail {

/// Takes runs and launches from elsewhere into a store, by UUID: what is there already stays as it is. Order
/// of calls: run, then its launches, then the next run. What merge() and import_runs() share.
class Absorber {
 public:
  explicit Absorber(Store& target) : target_(target) {}

  void run(const Run& run);
  bool knows(const std::string& launch_id) const { return known_.contains(launch_id); }
  void launch(const Launch& launch);
  const MergeReport& report() const { return report_; }

 private:
  Store& target_;
  std::string run_id_;
  std::set<std::string> known_;  ///< launch ids
  std::set<LaunchKey> places_;   ///< taken
  MergeReport report_;
};

}  // namespace assay::store_detail
