// SPDX-License-Identifier: Apache-2.0
#include "harness/core/suggest.h"

#include <algorithm>

namespace assay {

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string suggest(const std::string& given, std::vector<std::string> known) {
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const std::string key = given.substr(0, 64);
  const std::string* best = nullptr;
  std::size_t best_cost = 3;
  std::string list;
  for (const auto& name : known) {
    list += (list.empty() ? "" : ", ") + name;
    std::size_t cost = edit_distance(key, name);
    if (key.size() >= 2 && name.compare(0, key.size(), key) == 0) cost = std::min<std::size_t>(cost, 2);
    if (cost < best_cost && cost < std::max(name.size(), key.size())) {
      best_cost = cost;
      best = &name;
    }
  }
  std::string text = best != nullptr ? "did you mean '" + *best + "'? " : "";
  return text + (list.empty() ? "none are known" : "known: " + list);
}

}  // namespace assay
