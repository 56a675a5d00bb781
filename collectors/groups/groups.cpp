// SPDX-License-Identifier: Apache-2.0
#include "collectors/groups/groups.h"

#include <toml++/toml.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <map>

#include "harness/core/error.h"
#include "harness/core/suggest.h"

namespace assay::groups {

namespace fs = std::filesystem;

namespace {

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  stats::MetricGroup read() {
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
  std::vector<std::unique_ptr<Entry>> entries_;
  std::map<std::string, std::map<std::string, toml::source_index>> lines_of_;
};

/// Every group's file for a microarchitecture: the first folder that has it, and `generic` last.
std::map<std::string, std::string> group_files(const std::vector<std::string>& folders,
                                               const std::string& uarch) {
  std::map<std::string, std::string> files;
  for (const auto& kind : {uarch, std::string(generic)}) {
    for (const auto& folder : folders) {
      std::error_code ignored;
      for (const auto& entry : fs::directory_iterator(fs::path(folder) / kind, ignored)) {
        if (entry.path().extension() == ".toml") files.emplace(entry.path().stem().string(), entry.path());
      }
    }
  }
  return files;
}

}  // namespace

stats::MetricGroup load_group(const std::string& path) { return Reader(path).read(); }

std::vector<std::string> group_names(const std::vector<std::string>& folders, const std::string& uarch) {
  std::vector<std::string> names;
  for (const auto& [name, path] : group_files(folders, uarch)) names.push_back(name);
  return names;
}

stats::MetricGroup find_group(const std::vector<std::string>& folders, const std::string& uarch,
                              const std::string& name) {
  const auto files = group_files(folders, uarch);
  if (const auto found = files.find(name); found != files.end()) return load_group(found->second);
  throw Error(ErrorCode::usage, "there is no metric group '" + name + "' for " + uarch,
              suggest(name, group_names(folders, uarch)));
}

std::vector<stats::MetricGroup> load_groups(const std::vector<std::string>& folders,
                                            const std::string& uarch) {
  std::vector<stats::MetricGroup> groups;
  std::map<std::string, std::string> given_by;
  std::map<std::string, std::string> request_of;  // of a reading's id: two groups of a run share the reading
  for (const auto& [name, path] : group_files(folders, uarch)) {
    groups.push_back(load_group(path));
    for (const auto& event : groups.back().events) {
      const auto [known, added] = request_of.emplace(event.metric, event.request);
      if (added || known->second == event.request) continue;
      throw Error(ErrorCode::bad_input,
                  path + ": event '" + event.name + "' is " + event.request + " here, and " + known->second +
                      " in another group",
                  "give one of them another name");
    }
    for (const auto& derived : groups.back().metrics) {
      const auto [known, added] = given_by.emplace(derived.metric.id, path);
      if (added) continue;
      throw Error(ErrorCode::bad_input,
                  path + ": metric '" + derived.metric.id + "' is in " + known->second + " too",
                  "give one of them another id: a meaning is stated once");
    }
  }
  return groups;
}

}  // namespace assay::groups
