// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/slurm/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::campaign {

namespace {

constexpr const char* example = "write --slurm 'partition=gpu,constraint=h100,time=30'";

/// At the commas that stand in no brackets.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ',' && depth <= 0) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

bool is_key(const std::string& text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos &&
         text.front() != '-';
}

double seconds_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit(end, text.data() + text.size());
  const double scale = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc{} || scale == 0 || !(value >= 0) || value > 1e6)
    throw Error(ErrorCode::usage, "--slurm: wait is '" + printable(text) + "'", "write wait=90s or wait=10m");
  return value * scale;
}

}  // namespace

std::string SlurmOptions::of(const std::string& key) const {
  for (const auto& [name, value] : sbatch) {
    if (name == key) return value;
  }
  return "";
}

SlurmOptions parse_slurm(const std::string& text) {
  static const std::set<std::string> ours{
      "array", "chdir",  "dependency", "error",          "exclusive", "input",     "job-name", "ntasks",
      "nodes", "output", "requeue",    "wait-all-nodes", "wrap",      "test-only", "parsable", "hold"};
  std::vector<std::pair<std::string, std::string>> given;
  for (const auto& piece : pieces_of(text)) {
    const auto equals = piece.find('=');
    if (equals != std::string::npos && is_key(piece.substr(0, equals))) {
      given.emplace_back(piece.substr(0, equals), piece.substr(equals + 1));
    } else if (!given.empty() && !piece.empty()) {
      given.back().second += "," + piece;
    } else if (!piece.empty()) {
      throw Error(ErrorCode::usage, "--slurm: '" + printable(piece) + "' is no KEY=VALUE", example);
    }
  }
  SlurmOptions options;
  std::set<std::string> seen;
  for (auto& [key, value] : given) {
    if (value.empty()) throw Error(ErrorCode::usage, "--slurm: " + key + " has no value", example);
    if (!seen.insert(key).second)
      throw Error(ErrorCode::usage, "--slurm: " + key + " stands there twice", example);
    if (ours.count(key) != 0)
      throw Error(ErrorCode::usage,
                  "--slurm: a campaign sets " + key + " itself: one exclusive job for each node",
                  "leave it out");
    if (key == "each") {
      if (value != "host" && value != "type")
        throw Error(ErrorCode::usage, "--slurm: each is '" + printable(value) + "'",
                    "write each=host for every node, each=type for one of a kind");
      options.each_type = value == "type";
    } else if (key == "wait") {
      options.wait_s = seconds_of(value);
    } else if (key == "folder") {
      options.folder = value;
    } else {
      options.sbatch.emplace_back(key, value);
    }
  }
  return options;
}

bool SlurmNode::is_down() const {
  static const std::array<const char*, 8> states{"down",  "drain", "fail",       "unknown",
                                                 "power", "maint", "no_respond", "inval"};
  return state.find('*') != std::string::npos ||
         std::any_of(states.begin(), states.end(),
                     [&](const char* word) { return state.find(word) != std::string::npos; });
}

bool SlurmNode::may_fit(const std::string& constraint) const {
  if (constraint.empty()) return true;
  std::string words = constraint;
  for (char& c : words) {
    if (std::string_view("&|()[]*").find(c) != std::string_view::npos) c = ',';
  }
  const auto wanted = split_filled(words, ',');
  const auto here = split_filled(features, ',');
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    return std::find(here.begin(), here.end(), word) != here.end();
  });
}

std::vector<SlurmNode> parse_nodes(const std::vector<std::string>& lines, const std::string& partition) {
  std::vector<SlurmNode> nodes;
  std::set<std::string> seen;
  for (const auto& line : lines) {
    const auto fields = split(line, '|');
    if (fields.size() < 7) continue;
    SlurmNode node{fields[0], fields[1], fields[2],
                   false,     fields[3], fields[3] + "|" + fields[4] + "|" + fields[5] + "|" + fields[6]};
    node.default_partition = node.partition.ends_with('*');
    if (node.default_partition) node.partition.pop_back();
    if (partition.empty() && !node.default_partition) continue;
    if (seen.insert(node.name).second) nodes.push_back(std::move(node));
  }
  return nodes;
}

SlurmWait slurm_wait(const std::string& state, const std::string& reason) {
  static const std::set<std::string> live{"RUNNING",   "COMPLETING", "STAGE_OUT",
                                          "SIGNALING", "SUSPENDED",  "STOPPED"};
  static const std::set<std::string> again{"NODE_FAIL", "BOOT_FAIL", "PREEMPTED"};
  static const std::set<std::string> soon{"CONFIGURING", "RESIZING", "REQUEUED", "REQUEUE_FED"};
  if (live.count(state) != 0) return SlurmWait::running;
  if (again.count(state) != 0) return SlurmWait::again;
  if (soon.count(state) != 0) return SlurmWait::turn;
  if (state != "PENDING" && state != "REQUEUE_HOLD" && state != "SPECIAL_EXIT") return SlurmWait::over;
  const auto says = [&](const char* word) { return reason.find(word) != std::string::npos; };
  if (state != "PENDING" || says("Held") || says("held") || says("Hold") || says("Never") ||
      says("BadConstraints") || says("PartitionTimeLimit") || says("PartitionNodeLimit") || says("Invalid"))
    return SlurmWait::never;
  if (says("DOWN") || says("NotAvail") || says("Down") || says("NotResponding")) return SlurmWait::node;
  return SlurmWait::turn;
}

}  // namespace assay::campaign
