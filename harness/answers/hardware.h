// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/judge/hardware.h"
#include "harness/store/store.h"

namespace assay {

/// `assay report hardware`: runs gathered from any number of sources, then judged. Runs of one host (label
/// `host`, else its name, and its class) belong together: of a case the newest valid result counts. Left out
/// are runs that go on, and the sides of paired trials, which are no host's own figures.
class Hardware {
 public:
  /// `tails`: percentiles above the median will be asked for; where launches are short that takes their
  /// samples. `identify`: hosts have their own names, else pseudonyms.
  Hardware(bool tails, bool identify) : tails_(tails), identify_(identify) {}

  void add_run(const Store& store, const std::string& run_id);
  void add(const Store& store);  ///< all of its runs
  /// A database, or a file that `assay export --format assay` wrote. \throws Error{bad_input} naming the
  /// file.
  void add_file(const std::string& path);

  std::size_t runs() const { return runs_.size(); }  ///< seen, with results or without

  bool empty() const;  ///< no result of any host

  /// \throws Error{bad_input} where it is empty(), Error{usage} where no host answers to `reference`, or to
  /// several. This must outlive what is returned.
  HardwareAnswer answer(const HardwareQuestion& question) const;

 private:
  struct Known {
    Machine machine;
    std::int64_t newest_utc_ms = 0;                                       ///< of the facts
    std::map<std::string, std::pair<std::int64_t, std::size_t>> by_case;  ///< start of the run, place in rows
    std::map<std::string, HardwareRun> runs;
  };

  void take(const Store& store, const Run& run);

  bool tails_;
  bool identify_;
  std::set<std::string> runs_;
  std::vector<Known> known_;         ///< in the order in which they were first seen
  std::vector<HardwareHost> hosts_;  ///< the same ones: what judges read
};

}  // namespace assay
