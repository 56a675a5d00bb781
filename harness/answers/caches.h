// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace assay {

/// Sizes of a host's caches, from its class, in bytes. 0: not known.
struct Caches {
  double l1d = 0;   ///< of one core
  double l2 = 0;    ///< of one core
  double last = 0;  ///< all caches of the last level together

  explicit Caches(const std::map<std::string, std::string>& host_class);

  /// What arrays must hold so that memory is reached, and not caches: four times the last level (STREAM's
  /// rule). 0: not known.
  double beyond() const { return 4 * last; }

  /// The level that `bytes` of all threads together lie in: "L1" where one thread's share fits one, "L2"
  /// likewise, "L3" up to the last level's caches together, "memory" from beyond() on, between these "L3 and
  /// memory"; "memory or cache" on a host whose caches are not known.
  std::string level(double bytes, int threads) const;
};

}  // namespace assay
