// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/history_order.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>
#include <unordered_map>

namespace assay::judge_detail {

namespace {

/// A commit with its points, or one run without a commit.
struct Node {
  const Commit* commit = nullptr;
  std::span<const std::string> ancestors;  ///< first parents, nearest first, as far as any run tells
  std::optional<std::int64_t> place;
  std::int64_t time =
      0;  ///< commit time, or when the run began; then: no earlier than that of nodes before it
  std::size_t count = 0;
  std::span<HistoryPoint*> points;
  bool covered = false;  ///< by a line that was looked at
};

using Nodes = std::vector<Node*>;

/// What decides where all else is equal: equal databases give equal answers.
bool by_id(const Node* a, const Node* b) {
  if (a->commit == nullptr || b->commit == nullptr) {
    if (a->commit != nullptr || b->commit != nullptr) return a->commit != nullptr;
    return a->points.front()->run < b->points.front()->run;
  }
  return a->commit->id < b->commit->id;
}

struct Groups {
  std::vector<Node> nodes;
  std::unordered_map<std::string_view, Node*> commits;
  std::vector<HistoryPoint*> members;  ///< of the nodes, one behind the other
};

void add(Node& node, const HistoryPoint& point) {
  ++node.count;
  if (!point.commit) {
    node.time = point.started_utc_ms;
    return;
  }
  const Commit& commit = *point.commit;
  node.commit = &commit;
  node.time = commit.committed_utc_ms;
  if (commit.place) node.place = commit.place;
  std::span<const std::string> ancestors = commit.line;
  if (ancestors.empty() && !commit.parents.empty()) ancestors = std::span(commit.parents).first(1);
  if (ancestors.size() > node.ancestors.size()) node.ancestors = ancestors;
}

void group(std::vector<HistoryPoint>& points, Groups& groups) {
  groups.nodes.reserve(points.size());  // nodes stay where they are
  groups.commits.reserve(points.size());
  std::unordered_map<std::string_view, Node*> runs;
  std::vector<Node*> node_of;
  node_of.reserve(points.size());
  for (const HistoryPoint& point : points) {
    Node*& node = point.commit ? groups.commits[point.commit->id] : runs[point.run];
    if (node == nullptr) node = &groups.nodes.emplace_back();
    add(*node, point);
    node_of.push_back(node);
  }
  groups.members.resize(points.size());
  std::size_t begin = 0;
  for (Node& node : groups.nodes) {
    node.points = std::span(groups.members).subspan(begin, node.count);
    begin += node.count;
  }
  for (std::size_t i = points.size(); i-- > 0;) node_of[i]->points[--node_of[i]->count] = &points[i];
  for (Node& node : groups.nodes) {
    std::sort(node.points.begin(), node.points.end(), [](const HistoryPoint* a, const HistoryPoint* b) {
      return a->started_utc_ms != b->started_utc_ms ? a->started_utc_ms < b->started_utc_ms : a->run < b->run;
    });
  }
}

/// What one commit's place says of its ancestors', and theirs of its own.
void spread_places(Groups& groups) {
  const auto is_unknown = [](const Node& node) { return node.commit != nullptr && !node.place; };
  if (std::none_of(groups.nodes.begin(), groups.nodes.end(), is_unknown)) return;
  Nodes order;
  for (Node& node : groups.nodes) order.push_back(&node);
  std::sort(order.begin(), order.end(), &by_id);
  for (bool more = true; more;) {
    more = false;
    for (Node* const node : order) {
      for (std::size_t i = 0; i < node->ancestors.size(); ++i) {
        const auto found = groups.commits.find(node->ancestors[i]);
        if (found == groups.commits.end() || found->second->place.has_value() == node->place.has_value())
          continue;
        const auto steps = static_cast<std::int64_t>(i) + 1;
        if (node->place) {
          found->second->place = *node->place - steps;
        } else {
          node->place = *found->second->place + steps;
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
  for (std::size_t tip = 0; tip < sorted.size(); ++tip) {
    if (!wanted.empty()) {
      if (sorted[tip]->commit->id.starts_with(wanted)) return line_from(sorted, tip);
      continue;
    }
    if (sorted[tip]->covered) continue;
    Nodes line = line_from(sorted, tip);
    for (Node* node : line) node->covered = true;
    if (point_count(line) > point_count(best)) best = std::move(line);
  }
  return best;
}

/// A commit is no earlier than its first parent, whatever the clocks of their authors said.
void push_times(const Nodes& unplaced, const Groups& groups) {
  for (std::size_t pass = 0; pass < unplaced.size(); ++pass) {
    bool more = false;
    for (Node* node : unplaced) {
      if (node->ancestors.empty()) continue;
      const auto parent = groups.commits.find(node->ancestors.front());
      if (parent == groups.commits.end() || parent->second->time < node->time) continue;
      node->time = parent->second->time + 1;
      more = true;
    }
    if (!more) return;
  }
}

}  // namespace

Ordered order_points(std::vector<HistoryPoint> points, const std::string& line) {
  Ordered result;
  Groups groups;
  group(points, groups);
  spread_places(groups);
  Nodes placed;
  Nodes others;
  for (Node& node : groups.nodes) {
    if (node.commit != nullptr && !node.place) result.unplaced += node.points.size();
    (node.place ? placed : others).push_back(&node);
  }
  std::sort(placed.begin(), placed.end(), [](const Node* a, const Node* b) {
    if (*a->place != *b->place) return *a->place > *b->place;
    return a->time != b->time ? a->time > b->time : by_id(a, b);
  });
  std::sort(others.begin(), others.end(), &by_id);
  Nodes chosen = choose_line(placed, line);
  if (!chosen.empty()) result.line = chosen.front()->commit->id;
  result.off_line = point_count(placed) - point_count(chosen);
  std::reverse(chosen.begin(), chosen.end());
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (Node* node : chosen) latest = node->time = std::max(node->time, latest);
  push_times(others, groups);
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
