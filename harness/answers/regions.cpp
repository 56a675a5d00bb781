// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/regions.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "harness/judge/comparison.h"

namespace assay {

namespace {

constexpr std::string_view source = "regions.";

struct Node {
  RegionRow row;
  std::vector<Node*> inner;
};

/// The paths of the row's regions and of those around them; std::map keeps outer ones before inner ones.
std::map<std::string, Node> nodes_of(const ResultRow& row) {
  std::map<std::string, Node> nodes;
  for (const auto& metric : row.metrics) {
    if (!metric.id.starts_with(source)) continue;
    const auto dot = metric.id.rfind('.');
    if (dot < source.size()) continue;  // of all regions
    const std::string what = metric.id.substr(dot + 1);
    const std::string path = metric.id.substr(source.size(), dot - source.size());
    RegionRow& region = nodes[path].row;
    if (what == "calls") region.calls = metric.value;
    if (what == "share") region.share = metric.value;
    if (what == "p50") region.p50_ns = metric.value;
    if (what == "p99") region.p99_ns = metric.value;
    for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      nodes.try_emplace(path.substr(0, slash));
  }
  return nodes;
}

double order(const Node& node) { return node.row.share.value_or(node.row.p50_ns.value_or(0) * 1e-18); }

void append(const std::vector<Node*>& siblings, std::size_t depth, double begin,
            std::vector<RegionRow>& rows) {
  for (Node* node : siblings) {
    std::optional<double> self = node->row.share;
    for (const Node* inner : node->inner)
      self =
          self && inner->row.share ? std::optional(std::max(0.0, *self - *inner->row.share)) : std::nullopt;
    node->row.self = self;
    node->row.depth = depth;
    node->row.begin = begin;
    rows.push_back(node->row);
    append(node->inner, depth + 1, begin, rows);
    begin += node->row.share.value_or(0);
  }
}

}  // namespace

std::vector<RegionRow> regions_of(const ResultRow& row) {
  auto nodes = nodes_of(row);
  std::vector<Node*> outermost;
  for (auto& [path, node] : nodes) {
    const auto slash = path.rfind('/');
    node.row.path = path;
    node.row.name = path.substr(slash == std::string::npos ? 0 : slash + 1);
    (slash == std::string::npos ? outermost : nodes.at(path.substr(0, slash)).inner).push_back(&node);
  }
  const auto by_time = [](const Node* a, const Node* b) { return order(*a) > order(*b); };
  for (auto& [path, node] : nodes) std::stable_sort(node.inner.begin(), node.inner.end(), by_time);
  std::stable_sort(outermost.begin(), outermost.end(), by_time);
  std::vector<RegionRow> rows;
  append(outermost, 0, 0, rows);
  return rows;
}

std::vector<std::string> region_faults(const ResultRow& row) {
  std::vector<std::string> faults;
  for (const char* what : {"unbalanced", "calls", "untold"}) {
    const MetricValue* metric = find_metric(row, std::string(source) + what);
    if (metric != nullptr && !metric->value) faults.push_back(metric->id + ": " + metric->reason);
  }
  return faults;
}

const std::vector<Metric>& region_metrics() {
  static const std::vector<Metric> metrics{
      {"regions.REGION.p50", "ns", Better::lower, "A program's own region: the median time through it."},
      {"regions.REGION.p99", "ns", Better::lower, "99 times of 100 through the region are faster."},
      {"regions.REGION.calls", "count", Better::neither, "How often a run goes through the region."},
      {"regions.REGION.share", "ratio", Better::neither,
       "The region's time over the run's, all threads together."},
      {"regions.calls", "count", Better::neither, "How often a run goes through its regions, all together."},
      {"regions.unbalanced", "", Better::neither,
       "No value; the reason says which begins and ends of regions do not match, and have no time."},
      {"regions.untold", "", Better::neither,
       "No value; the reason says of which regions no durations are kept."},
  };
  return metrics;
}

}  // namespace assay
