// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/caches.h"

#include <algorithm>
#include <cstdlib>

namespace assay {

Caches::Caches(const std::map<std::string, std::string>& host_class) {
  const auto number = [&](const std::string& key) {
    const auto found = host_class.find(key);
    return found == host_class.end() ? 0.0 : std::strtod(found->second.c_str(), nullptr);
  };
  const auto all = [&](const std::string& cache) {
    return number(cache + "_bytes") * std::max(1.0, number(cache + "_count"));
  };
  l1d = number("cache.l1d_bytes");
  l2 = number("cache.l2_bytes");
  for (const char* cache : {"cache.l3", "cache.l2", "cache.l1d"}) {
    if (last <= 0) last = all(cache);
  }
}

std::string Caches::level(double bytes, int threads) const {
  const double share = bytes / std::max(1, threads);
  if (l1d > 0 && share <= l1d) return "L1";
  if (l2 > 0 && share <= l2) return "L2";
  if (last <= 0) return "memory or cache";
  if (bytes <= last) return "L3";
  return bytes >= beyond() ? "memory" : "L3 and memory";
}

}  // namespace assay
