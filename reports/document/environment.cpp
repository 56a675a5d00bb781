// SPDX-License-Identifier: Apache-2.0
#include "reports/document/environment.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "reports/document/words.h"

namespace assay::reports {

namespace {

using Facts = std::map<std::string, std::string>;

Table fact_table(const std::string& title, const Facts& facts) {
  Table table{title, {{"fact", false, true}, {"value"}}, {}};
  for (const auto& [key, value] : facts) table.rows.push_back({{key}, {value}});
  return table;
}

/// A long fraction, as far as anybody reads it; everything else as it is.
std::string readable(const std::string& value) {
  constexpr std::size_t read = 8;
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool fraction = error == std::errc() && end == value.data() + value.size() &&
                        value.find('.') != std::string::npos && value.size() > read;
  return fraction ? fmt::format("{:.4g}", number) : value;
}

void put(Facts& facts, const std::string& key, const std::string& value) {
  if (!value.empty()) facts[key] = readable(value);
}

}  // namespace

Facts facts_of(const Run& run, const std::vector<ResultRow>& rows) {
  Facts facts;
  for (const auto& [key, value] : run.host.host_class) put(facts, "host " + key, value);
  put(facts, "host class", run.host.class_id());
  for (const auto& [key, value] : run.host.environment) put(facts, "environment " + key, value);
  put(facts, "run assay", run.assay_version);
  put(facts, "run launches", std::to_string(run.settings.launches));
  put(facts, "run seed", std::to_string(run.settings.seed));
  if (run.settings.budget_s > 0) put(facts, "run budget", fmt::format("{:.0f} s", run.settings.budget_s));
  put(facts, "run suite", run.settings.suite);
  put(facts, "run collectors", fmt::format("{}", fmt::join(run.settings.collectors, " ")));
  put(facts, "run inputs", fmt::format("{}", fmt::join(run.settings.inputs, " ")));
  put(facts, "run revision",
      run.commit ? run.commit->id + (run.commit->changed ? " with changed files" : "") : run.git_revision);
  std::set<Subject> subjects;
  for (const auto& row : rows) {
    subjects.insert(row.subject);
    put(facts, "device " + row.value.device + " model", row.device_model);
    put(facts, "device " + row.value.device + " board", row.device_board);
  }
  for (const auto& subject : subjects) {
    const std::string name = "subject " + (subject.name.empty() ? "?" : subject.name);
    const auto add = [&](const std::string& key, const std::string& value) {
      std::string& fact = facts[name + " " + key];
      if (!value.empty()) fact += (fact.empty() ? "" : ", ") + value;
      if (fact.empty()) facts.erase(name + " " + key);
    };
    add("version", subject.version), add("revision", subject.revision);
    add("compiler", subject.compiler), add("binary", subject.binary.substr(0, 16));
  }
  return facts;
}

std::vector<Block> environment_of(const Run& run, const std::vector<ResultRow>& rows) {
  std::vector<Block> blocks;
  Table changed{"What changed while it ran", {{"fact", false, true}, {"before"}, {"after"}}, {}};
  for (const auto& [key, after] : run.environment_after) {
    const auto before = run.host.environment.find(key);
    if (before != run.host.environment.end() && before->second != after)
      changed.rows.push_back({{key}, {readable(before->second)}, {readable(after)}});
  }
  if (!changed.rows.empty()) blocks.push_back({std::move(changed)});
  blocks.push_back({fact_table("Host, environment, settings and subjects", facts_of(run, rows))});
  Table absent{"What could not be used here", {{"what", false, true}, {"why"}, {"what to do"}}, {}};
  for (const auto& probe : run.probes) {
    if (!probe.probe.available && probe.kind != "check")
      absent.rows.push_back({{probe.kind + " " + probe.name}, {probe.probe.reason}, {probe.probe.remedy}});
  }
  if (!absent.rows.empty()) {
    const std::string summary = counted(absent.rows.size(), "thing") + " that could not be used here";
    blocks.push_back({Folded{summary, {{std::move(absent)}}}});
  }
  return blocks;
}

std::vector<Block> environment_difference(const Facts& base, const Facts& candidate) {
  Table differs{"What differs", {{"fact", false, true}, {"base"}, {"new"}}, {}};
  Facts equal;
  Facts all = base;
  all.insert(candidate.begin(), candidate.end());
  for (const auto& entry : all) {
    const std::string& key = entry.first;
    const auto before = base.find(key);
    const auto after = candidate.find(key);
    if (before != base.end() && after != candidate.end() && before->second == after->second) {
      equal[key] = before->second;
      continue;
    }
    const auto cell = [](const Facts& facts, Facts::const_iterator at) {
      return at == facts.end() ? Cell{Absent{}} : Cell{at->second};
    };
    differs.rows.push_back({{key}, cell(base, before), cell(candidate, after)});
  }
  std::vector<Block> blocks;
  if (differs.rows.empty()) {
    blocks.push_back({Paragraph{"Nothing that is recorded differs between the two."}});
  } else {
    blocks.push_back({std::move(differs)});
  }
  if (!equal.empty()) {
    const std::string summary = counted(equal.size(), "fact") + " are the same on both sides";
    blocks.push_back({Folded{summary, {{fact_table("The same on both sides", equal)}}}});
  }
  return blocks;
}

std::string checkout_of(const Run& run) {
  std::string revision = run.commit ? run.commit->id : run.git_revision;
  revision = revision.substr(0, revision.find('-'));
  // From a database: people copy it into a shell.
  const bool is_id = !revision.empty() && revision.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_id ? "git checkout " + revision : "";
}

std::vector<Block> reproduce_run(const Run& run, const std::string& report_command) {
  std::vector<Block> blocks;
  std::vector<std::string> lines;
  if (const std::string checkout = checkout_of(run); !checkout.empty()) lines.push_back(checkout);
  if (!run.command.empty()) lines.push_back(run.command);
  lines.push_back(report_command);
  blocks.push_back({Code{std::move(lines)}});
  const std::string changed =
      run.commit && run.commit->changed ? " Files were changed beside that commit." : "";
  blocks.push_back(
      {Paragraph{fmt::format("Run {}, measured with assay {}, seed {}.{} 'assay export {} --format assay' "
                             "gives the whole run, raw samples included.",
                             run.id, run.assay_version, run.settings.seed, changed, short_id(run.id))}});
  return blocks;
}

}  // namespace assay::reports
