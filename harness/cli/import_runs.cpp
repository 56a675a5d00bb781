// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/import_runs.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/cli/command.h"
#include "harness/cli/git.h"
#include "harness/core/launch_rules.h"
#include "harness/core/text.h"
#include "harness/inputs/sha256.h"

namespace assay::cli {

namespace {

/// A UUID of version 8 (RFC 9562: what is in it is up to us), the same for the same text.
std::string uuid_of(const std::string& text) {
  std::string hex = inputs::sha256(text).substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

void set_samples(Launch& launch, const ToolResult& result) {
  launch.samples.batch = result.batch;
  launch.samples.warmup = result.warmup;
  double at_ns = 0;
  for (const double call_ns : result.call_ns) {
    launch.samples.start_ns.push_back(std::llround(at_ns));
    at_ns += call_ns * static_cast<double>(result.batch);
    launch.samples.end_ns.push_back(std::llround(at_ns));
  }
}

Launch launch_of(const ToolResult& result) {
  Launch launch;
  launch.readings = result.readings;
  launch.work.units = 1;
  launch.unit_of_work = "calls";
  launch.accuracy = "exact";
  launch.threads = 0;  // nobody says
  launch.device.name = result.device;
  constexpr std::size_t longest_log = 65'536;
  for (const auto& [field, text] : result.unread) {
    if (launch.log.size() < longest_log) launch.log += field + ": " + text + "\n";
  }
  if (launch.log.size() > longest_log) launch.log.resize(longest_log);
  constexpr double longest_ns = 4e18;  // of all samples together: what 63 bits hold
  double all_ns = 0;
  for (const double call_ns : result.call_ns) all_ns += call_ns * static_cast<double>(result.batch);
  if (!result.error.empty()) {
    launch.status = result.skipped ? Status::unavailable : Status::failed;
    launch.reason = result.error;
  } else if (all_ns > longest_ns) {
    launch.status = Status::failed;
    launch.reason = "its samples take longer than a clock can tell";
  } else {
    set_samples(launch, result);
    const std::size_t none = too_many_of_0_ns(launch.samples);
    if (none > 0) {
      launch.status = Status::failed;
      launch.reason =
          fmt::format("{} of {} samples take 0 ns: its clock does not see them", none, launch.samples.size());
      launch.samples = {};
    } else if (launch.samples.size() == 0 && launch.readings.empty()) {
      launch.status = Status::failed;
      launch.reason = "its tool gives no value";
    }
  }
  return launch;
}

std::optional<Commit> completed(const std::optional<Commit>& told, const std::optional<Commit>& given) {
  if (!told) return given;
  auto known = commit_named(".", told->id);
  if (known) known->changed = told->changed;
  return known ? known : told;
}

WholeRun whole_run(const ImportSource& from, const ToolRun& told, const std::string& hash,
                   const std::map<std::string, std::string>& labels, const std::optional<Commit>& commit) {
  WholeRun whole;
  Run& run = whole.run;
  const std::string& family = from.format->family;
  run.id = uuid_of(family + hash);
  run.started_utc_ms = told.started_utc_ms.value_or(from.source->modified_utc_ms);
  run.ended_utc_ms = run.started_utc_ms;
  run.state = "complete";
  run.assay_version = version_text;
  run.command = told.command;
  run.host.name = told.host_name;
  run.host.host_class = told.host_class;
  run.host.host_class["imported"] = family;
  run.host.environment = told.environment;
  run.labels = labels;
  run.labels["imported"] = family;  // whatever was asked for: it is how lists mark it
  run.commit = completed(told.commit, commit);
  if (run.commit) run.git_revision = run.commit->id + (run.commit->changed ? "-dirty" : "");
  run.settings.launches = 1;
  run.settings.more = {
      {import_format_key, from.format->name},
      {"import.file", from.path},
      {"import.sha256", hash},
      {"import.time", told.started_utc_ms ? "as the file says" : "of the file's last change"}};
  std::map<std::string, std::size_t> places;
  for (const ToolResult& result : told.results) {
    const Case value{family + "." + result.name, "own", {}, result.device};
    const auto [place, fresh] = places.emplace(to_string(value), run.plan.size());
    if (fresh) {
      PlannedCase planned;
      planned.ordinal = static_cast<std::int64_t>(run.plan.size());
      planned.value = value;
      planned.worker = family;
      planned.launches = 0;
      run.plan.push_back(std::move(planned));
    }
    PlannedCase& planned = run.plan[place->second];
    Launch launch = launch_of(result);
    launch.case_ordinal = planned.ordinal;
    launch.index = planned.launches++;
    launch.id = uuid_of(run.id + to_string(value) + std::to_string(launch.index));
    launch.started_utc_ms = result.started_utc_ms.value_or(run.started_utc_ms);
    launch.subject.name = told.program.empty() ? family : told.program;
    launch.subject.version = told.version;
    launch.subject.compiler = told.compiler;
    whole.launches.push_back(std::move(launch));
  }
  return whole;
}

}  // namespace

std::vector<WholeRun> whole_runs(const ImportSource& from, const std::map<std::string, std::string>& labels,
                                 const std::optional<Commit>& commit) {
  std::string files;
  for (const auto& file : from.source->files)
    files += file + " " + inputs::sha256(from.source->read_file(file)) + "\n";
  const std::string whole = inputs::sha256(files.empty() ? from.source->text : files);
  std::vector<WholeRun> runs;
  for (const ToolRun& told : from.format->read(*from.source))
    runs.push_back(
        whole_run(from, told, told.identity.empty() ? whole : inputs::sha256(told.identity), labels, commit));
  return runs;
}

std::string import_sentence(const Run& run) {
  const auto fact = [&](const std::string& key) {
    const auto found = run.settings.more.find(key);
    return found == run.settings.more.end() ? std::string() : printable(found->second, 500);
  };
  const std::string format = fact(import_format_key);
  if (format.empty()) return "";
  return fmt::format(
      "Imported: {} (format {}, SHA-256 {}), its time {}. Nothing of it was measured or verified here; its "
      "cases "
      "are compared with their own history alone: 'assay history', 'assay regressions'.",
      fact("import.file"), format, fact("import.sha256").substr(0, 12), fact("import.time"));
}

}  // namespace assay::cli
