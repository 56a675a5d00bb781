// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/history_order.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <span>

namespace assay::judge_detail {

namespace {

/// A commit with its points, or one run without a commit.
struct Node {
  const Commit* commit = nullptr;
  std::span<const std::string> ancestors;  ///< first parents, nearest first, as far as any run tells
  std::optional<std::int64_t> place;
  std::int64_t time =
      0;  ///< commit time, or when the run began; then: no earlier than that of nodes before it
  std::vector<HistoryPoint*> points;
  bool off_line = false;
};

using Nodes = std::vector<Node*>;

std::map<std::string, Node> group(std::vector<HistoryPoint>& points) {
  std::map<std::string, Node> nodes;
  for (HistoryPoint& point : points) {
    Node& node = nodes[point.commit ? point.commit->id : "run:" + point.run];
    node.points.push_back(&point);
    if (!point.commit) {
      node.time = point.started_utc_ms;
      continue;
    }
    const Commit& commit = *point.commit;
    node.commit = &commit;
    node.time = commit.committed_utc_ms;
    if (commit.place) node.place = commit.place;
    std::span<const std::string> ancestors = commit.line;
    if (ancestors.empty() && !commit.parents.empty()) ancestors = std::span(commit.parents).first(1);
    if (ancestors.size() > node.ancestors.size()) node.ancestors = ancestors;
  }
  for (auto& [id, node] : nodes) {
    std::sort(node.points.begin(), node.points.end(), [](const HistoryPoint* a, const HistoryPoint* b) {
      return a->started_utc_ms != b->started_utc_ms ? a->started_utc_ms < b->started_utc_ms : a->run < b->run;
    });
  }
  return nodes;
}

/// What one commit's place says of its ancestors', and theirs of its own.
void spread_places(std::map<std::string, Node>& nodes) {
  const auto is_unknown = [](const auto& node) {
    return node.second.commit != nullptr && !node.second.place;
  };
  for (bool more = std::any_of(nodes.begin(), nodes.end(), is_unknown); more;) {
    more = false;
    for (auto& [id, node] : nodes) {
      for (std::size_t i = 0; i < node.ancestors.size(); ++i) {
        const auto found = nodes.find(node.ancestors[i]);
        if (found == nodes.end() || found->second.place.has_value() == node.place.has_value()) continue;
        const auto steps = static_cast<std::int64_t>(i) + 1;
        if (node.place) {
          found->second.place = *node.place - steps;
        } else {
          node.place = *found->second.place + steps;
        }
        more = true;
      }
    }
  }
}

/// The commits of one first-parent line, newest first, from `sorted[tip]`. `sorted`: by place, highest first.
Nodes line_from(const Nodes& sorted, std::size_t tip) {
  Nodes line{sorted[tip]};
  for (std::size_t i = tip + 1; i < sorted.size(); ++i) {
    const Node& child = *line.back();
    const std::int64_t steps = *child.place - *sorted[i]->place;
    if (steps <= 0) continue;
    const auto known = static_cast<std::int64_t>(child.ancestors.size());
    if (steps <= known && child.ancestors[static_cast<std::size_t>(steps - 1)] != sorted[i]->commit->id)
      continue;
    line.push_back(sorted[i]);
  }
  return line;
}

std::size_t point_count(const Nodes& nodes) {
  std::size_t count = 0;
  for (const Node* node : nodes) count += node->points.size();
  return count;
}

/// Newest first. Of two with as many points, the one that ends with the later commit.
Nodes choose_line(const Nodes& sorted, const std::string& wanted) {
  Nodes best;
  std::map<const Node*, bool> covered;
  for (std::size_t tip = 0; tip < sorted.size(); ++tip) {
    if (!wanted.empty()) {
      if (sorted[tip]->commit->id.starts_with(wanted)) return line_from(sorted, tip);
      continue;
    }
    if (covered[sorted[tip]]) continue;
    Nodes line = line_from(sorted, tip);
    for (const Node* node : line) covered[node] = true;
    if (point_count(line) > point_count(best)) best = std::move(line);
  }
  return best;
}

/// A commit is no earlier than its first parent, whatever the clocks of their authors said.
void push_times(const Nodes& unplaced, const std::map<std::string, Node>& nodes) {
  for (std::size_t pass = 0; pass < unplaced.size(); ++pass) {
    bool more = false;
    for (Node* node : unplaced) {
      if (node->ancestors.empty()) continue;
      const auto parent = nodes.find(node->ancestors.front());
      if (parent == nodes.end() || parent->second.time < node->time) continue;
      node->time = parent->second.time + 1;
      more = true;
    }
    if (!more) return;
  }
}

}  // namespace

Ordered order_points(std::vector<HistoryPoint> points, const std::string& line) {
  Ordered result;
  std::map<std::string, Node> nodes = group(points);
  spread_places(nodes);
  Nodes placed;
  Nodes others;
  for (auto& [id, node] : nodes) {
    if (node.commit != nullptr && !node.place) result.unplaced += node.points.size();
    (node.place ? placed : others).push_back(&node);
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Node* a, const Node* b) {
    return *a->place != *b->place ? *a->place > *b->place : a->time > b->time;
  });
  Nodes chosen = choose_line(placed, line);
  if (!chosen.empty()) result.line = chosen.front()->commit->id;
  result.off_line = point_count(placed) - point_count(chosen);
  std::reverse(chosen.begin(), chosen.end());
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (Node* node : chosen) latest = node->time = std::max(node->time, latest);
  push_times(others, nodes);
  const auto earlier = [](const Node* a, const Node* b) { return a->time < b->time; };
  std::stable_sort(others.begin(), others.end(), earlier);
  result.points.reserve(points.size());
  Nodes all;
  std::merge(chosen.begin(), chosen.end(), others.begin(), others.end(), std::back_inserter(all), earlier);
  for (const Node* node : all) {
    for (HistoryPoint* point : node->points) result.points.push_back(std::move(*point));
  }
  return result;
}

}  // namespace assay::judge_detail
