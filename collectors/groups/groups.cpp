// SPDX-License-Identifier: Apache-2.0
#include "collectors/groups/groups.h"

#include <toml++/toml.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <map>

#include "harness/core/metric.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::groups {

namespace fs = std::filesystem;

namespace {

class Reader {
 public:
  Reader(const std::string& path, const Taken& taken) : path_(path), taken_(taken) {}

  stats::MetricGroup read() {
    std::error_code ignored;
    if (!fs::is_regular_file(path_, ignored))  // a pipe would be waited for
      throw Error(ErrorCode::bad_input, path_ + ": is not a regular file", "write the group into one");
    toml::table file;
    try {
      file = toml::parse_file(path_);
    } catch (const toml::parse_error& error) {
      throw Error(ErrorCode::bad_input, path_ + ":" + std::to_string(error.source().begin.line) + ": " +
                                            std::string(error.description()));
    }
    stats::MetricGroup group;
    group.name = fs::path(path_).stem().string();
    group.uarch = fs::path(path_).parent_path().filename().string();
    group.origin = path_;
    refuse_unknown(file, {"doc", "event", "metric"}, "a group");
    group.doc = text(file, "doc", "the group");
    for (const auto* entry : in_order(file, "event")) group.events.push_back(event(*entry));
    for (const auto* entry : in_order(file, "metric")) group.metrics.push_back(metric(*entry));
    if (group.metrics.empty()) throw Error(ErrorCode::bad_input, path_ + ": the group has no [metric]");
    check(group);
    return group;
  }

 private:
  struct Entry {
    std::string name;
    const toml::table* table;
  };

  [[noreturn]] void fail(const toml::node& node, const std::string& what,
                         const std::string& remedy = {}) const {
    throw Error(ErrorCode::bad_input, path_ + ":" + std::to_string(node.source().begin.line) + ": " + what,
                remedy);
  }

  void refuse_unknown(const toml::table& table, const std::vector<std::string>& known,
                      const std::string& what) const {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) == known.end())
        fail(node, "'" + name + "' is no key of " + what, suggest(name, known));
    }
  }

  /// Tables of a section in the order of the file: it is an event's place that makes it lead its group.
  std::vector<const Entry*> in_order(const toml::table& file, const char* section) {
    const auto* node = file.get(section);
    if (node == nullptr) return {};
    const auto* tables = node->as_table();
    if (tables == nullptr) fail(*node, std::string("write [") + section + ".NAME]");
    std::vector<const Entry*> entries;
    for (const auto& [key, value] : *tables) {
      if (!value.is_table())
        fail(value, "'" + std::string(key.str()) + "' is no table",
             std::string("write [") + section + ".NAME]");
      entries_.push_back(std::make_unique<Entry>(Entry{std::string(key.str()), value.as_table()}));
      entries.push_back(entries_.back().get());
    }
    std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) {
      return a->table->source().begin.line < b->table->source().begin.line;
    });
    lines_of_.insert({section, {}});
    for (const auto* entry : entries) lines_of_[section][entry->name] = entry->table->source().begin.line;
    return entries;
  }

  std::string text(const toml::table& table, const char* key, const std::string& what) const {
    const auto* node = table.get(key);
    if (node == nullptr) fail(table, what + " needs '" + key + "'");
    const auto* value = node->as_string();
    if (value == nullptr || value->get().empty()) fail(*node, std::string("'") + key + "' must be a text");
    return value->get();
  }
  std::string text_if(const toml::table& table, const char* key, const std::string& what) const {
    return table.contains(key) ? text(table, key, what) : "";
  }

  stats::GroupEvent event(const Entry& entry) const {
    const toml::table& table = *entry.table;
    const std::string what = "event '" + entry.name + "'";
    refuse_unknown(table, {"unit", "doc", "code", "pfm", "reading"}, "an event");
    const bool plain = !entry.name.empty() && std::all_of(entry.name.begin(), entry.name.end(), [](char c) {
      return std::islower(static_cast<unsigned char>(c)) != 0 ||
             std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_';
    });
    if (!plain) fail(table, what + ": names are of a-z, 0-9 and _");
    if (table.contains("reading") && table.contains("code"))
      fail(table, what + " is an event by its code, or a reading: not both");
    stats::GroupEvent event{.name = entry.name,
                            .collector = "perf_event",
                            .request = entry.name,
                            .metric = "perf." + entry.name,
                            .unit = text(table, "unit", what),
                            .doc = text_if(table, "doc", what),
                            .pfm = text_if(table, "pfm", what)};
    if (table.contains("code")) {
      event.request += "=r" + code(table, what);
      if (event.doc.empty()) fail(table, what + " needs 'doc': what it counts");
    } else if (!event.pfm.empty()) {
      fail(table, what + ": 'pfm' names an event that has a 'code'");
    }
    if (table.contains("reading")) take_reading(event, text(table, "reading", what), table);
    return event;
  }

  std::string code(const toml::table& table, const std::string& what) const {
    const std::string given = text(table, "code", what);
    std::uint64_t value = 0;
    const bool prefixed = given.starts_with("0x");
    const auto* end = given.data() + given.size();
    const auto parsed = std::from_chars(given.data() + (prefixed ? 2 : 0), end, value, 16);
    if (!prefixed || parsed.ec != std::errc{} || parsed.ptr != end)
      fail(*table.get("code"), what + ": '" + given + "' is no code",
           "write it in hexadecimal: code = \"0x01c2\"");
    char digits[20];
    return {digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr};
  }

  void take_reading(stats::GroupEvent& event, const std::string& id, const toml::table& table) const {
    const auto dot = id.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == id.size())
      fail(*table.get("reading"), "'" + id + "' is no metric", "write SOURCE.WHAT: \"powercap.package\"");
    const std::string source = id.substr(0, dot);
    event.collector = source == "perf" ? "perf_event" : source;
    event.request = id.substr(dot + 1);
    event.metric = id;
  }

  stats::DerivedMetric metric(const Entry& entry) const {
    const toml::table& table = *entry.table;
    const std::string what = "metric '" + entry.name + "'";
    refuse_unknown(table, {"formula", "unit", "better", "doc"}, "a metric");
    if (entry.name.find('.') == std::string::npos)
      fail(table, what + ": an id is SOURCE.WHAT", "write [metric.\"perf.ipc\"]");
    refuse_taken(entry.name, table);
    try {
      // One by one: what GCC 12 has of an aggregate whose next member throws, it destroys twice.
      Metric metric;
      metric.id = entry.name;
      metric.unit = text(table, "unit", what);
      metric.better = parse_better(text(table, "better", what));
      metric.doc = text(table, "doc", what);
      stats::Formula formula(text(table, "formula", what));
      return {std::move(metric), std::move(formula)};
    } catch (const Error& error) {
      if (std::string(error.what()).starts_with(path_)) throw;
      fail(table, what + ": " + error.what(), error.remedy);
    }
  }

  void refuse_taken(const std::string& id, const toml::table& table) const {
    const std::string source = source_of(id);
    const std::string owner = is_own_metric(id)                   ? "Assay's own to give"
                              : taken_.sources.count(source) != 0 ? "of the collector " + source
                              : taken_.ids.count(id) != 0         ? "a reading of a collector"
                                                                  : "";
    if (owner.empty()) return;
    fail(table, "metric '" + id + "': this id is " + owner,
         "give it a source of your own: [metric.\"mine" + id.substr(source.size()) + "\"]");
  }

  /// check_group names the metric or event; here it gets its line.
  void check(const stats::MetricGroup& group) const {
    try {
      stats::check_group(group);
    } catch (const Error& error) {
      const std::string what = error.what();
      toml::source_index line = 1;
      for (const auto& [section, names] : lines_of_) {
        for (const auto& [name, at] : names) {
          if (what.starts_with(section + " '" + name + "'")) line = at;
        }
      }
      throw Error(error.code, path_ + ":" + std::to_string(line) + ": " + what, error.remedy);
    }
  }

  std::string path_;
  const Taken& taken_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::map<std::string, std::map<std::string, toml::source_index>> lines_of_;
};

struct File {
  std::size_t folder = 0;  ///< index of the folder that it is in
  std::string path;
};

/// Every group's file for a microarchitecture: the first folder that has it, and `generic` last.
std::map<std::string, File> group_files(const std::vector<std::string>& folders, const std::string& uarch) {
  std::map<std::string, File> files;
  for (const auto& kind : {uarch, std::string(generic)}) {
    for (std::size_t i = 0; i < folders.size(); ++i) {
      std::error_code ignored;
      for (const auto& entry : fs::directory_iterator(fs::path(folders[i]) / kind, ignored)) {
        if (entry.path().extension() == ".toml")
          files.emplace(entry.path().stem().string(), File{i, entry.path().string()});
      }
    }
  }
  return files;
}

std::vector<std::string> misplaced(const std::vector<std::string>& folders) {
  std::vector<std::string> notes;
  for (const auto& folder : folders) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".toml" || name == "uarch.toml" || entry.is_directory(ignored))
        continue;
      notes.push_back(entry.path().string() +
                      " is not looked at: a group lies in a folder of its "
                      "microarchitecture; for all of them that is " +
                      folder + "/" + generic);
    }
  }
  std::sort(notes.begin(), notes.end());
  return notes;
}

/// What the groups taken so far state.
class Stated {
 public:
  /// \throws Error{bad_input} where the group says something else.
  void check(const stats::MetricGroup& group) const {
    for (const auto& event : group.events) {
      const auto known = request_of_.find(event.metric);
      if (known != request_of_.end() && known->second != event.request) {
        refuse(group, "event '" + event.name + "' is " + event.request + " here, and " + known->second +
                          " in another group");
      }
      refuse_second(group, "event '" + event.name + "': " + event.metric, event.metric);
    }
    for (const auto& derived : group.metrics) {
      const std::string& id = derived.metric.id;
      refuse_second(group, "metric '" + id + "'", id);
      if (request_of_.count(id) != 0)
        refuse(group, "metric '" + id + "' is the reading of an event in another group");
    }
  }

  void add(const stats::MetricGroup& group) {
    for (const auto& event : group.events) request_of_.emplace(event.metric, event.request);
    for (const auto& derived : group.metrics) given_by_.emplace(derived.metric.id, group.origin);
  }

 private:
  [[noreturn]] static void refuse(const stats::MetricGroup& group, const std::string& what) {
    throw Error(ErrorCode::bad_input, group.origin + ": " + what,
                "give one of them another name: a meaning is stated once");
  }
  void refuse_second(const stats::MetricGroup& group, const std::string& what, const std::string& id) const {
    const auto known = given_by_.find(id);
    if (known != given_by_.end()) refuse(group, what + " is in " + known->second + " too");
  }

  std::map<std::string, std::string> given_by_;    // file of a metric
  std::map<std::string, std::string> request_of_;  // of a reading: two groups of a run share it
};

}  // namespace

stats::MetricGroup load_group(const std::string& path, const Taken& taken) {
  return Reader(path, taken).read();
}

Groups load_groups(const std::vector<std::string>& folders, const std::string& uarch, const Taken& taken) {
  const auto files = group_files(folders, uarch);
  std::vector<std::string> order;
  for (const auto& [name, file] : files) order.push_back(name);
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto& a, const auto& b) { return files.at(a).folder > files.at(b).folder; });
  Groups all;
  all.notes = misplaced(folders);
  Stated stated;
  for (const auto& name : order) {
    try {
      auto group = load_group(files.at(name).path, taken);
      stated.check(group);
      stated.add(group);
      all.groups.push_back(std::move(group));
    } catch (const Error& error) {
      all.faults.emplace(name, error);
    }
  }
  std::sort(all.groups.begin(), all.groups.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

std::vector<std::string> group_names(const Groups& groups) {
  std::vector<std::string> names;
  for (const auto& group : groups.groups) names.push_back(group.name);
  for (const auto& [name, fault] : groups.faults) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

stats::MetricGroup take_group(Groups& groups, const std::string& name) {
  if (const auto fault = groups.faults.find(name); fault != groups.faults.end()) throw Error(fault->second);
  const auto found = std::find_if(groups.groups.begin(), groups.groups.end(),
                                  [&](const auto& group) { return group.name == name; });
  if (found != groups.groups.end()) {
    stats::MetricGroup group = std::move(*found);
    groups.groups.erase(found);
    return group;
  }
  throw Error(ErrorCode::usage, "there is no metric group '" + printable(name, 200) + "' for this machine",
              suggest(name, group_names(groups)));
}

}  // namespace assay::groups
