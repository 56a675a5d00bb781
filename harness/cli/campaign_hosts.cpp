// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/campaign_hosts.h"

#include <unistd.h>

#include <filesystem>

#include "harness/campaign/slurm/slurm.h"
#include "harness/campaign/ssh/ssh.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/uuid.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// The command line of a run, made of what was parsed: what is ours alone (database, output) is not in it.
std::vector<std::string> words_of(const RunOptions& run, const Context& context) {
  std::vector<std::string> words = run.selectors;
  const auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {flag, value});
  };
  const auto each = [&](const char* flag, const std::vector<std::string>& values) {
    for (const auto& value : values) add(flag, value);
  };
  each("--suite", run.suites);
  each("--input", run.inputs);
  each("--label", run.labels);
  each("--worker", context.worker_commands);
  each("--collect", run.flags.collectors);
  each("--code", run.program.code);
  add("--device", run.device);
  add("--launches", run.flags.launches);
  add("--budget", run.flags.budget);
  add("--cpus", run.flags.cpus);
  add("--seed", run.flags.seed);
  add("--max-time", run.flags.max_time);
  add("--precision", run.flags.precision);
  add("--as", run.program.tool);
  add("--name", run.program.name);
  if (!run.program.words.empty()) {
    words.emplace_back("--");
    words.insert(words.end(), run.program.words.begin(), run.program.words.end());
  }
  return words;
}

std::string program_of(const std::string& bundle) {
  const fs::path path = fs::absolute(bundle.empty() ? fs::path(share_directory()).parent_path().parent_path()
                                                    : fs::path(bundle))
                            .lexically_normal();
  std::error_code ignored;
  const bool archive = path.string().ends_with(".tar.gz") && fs::is_regular_file(path, ignored);
  if (!archive && ::access((path / "bin/assay").c_str(), X_OK) != 0)
    throw Error(ErrorCode::usage,
                "--bundle " + printable(path.string()) + " is no .tar.gz, and has no bin/assay",
                "ci/bundle makes one: build/bundle/assay-VERSION-linux-ARCH.tar.gz");
  return path.string();
}

/// $TMPDIR of ssh's campaigns; of Slurm's a folder that nodes see, too: as a rule, where jobs are submitted.
fs::path folder_of(const CampaignOptions& options) {
  if (options.slurm.empty()) return fs::temp_directory_path();
  const std::string folder = campaign::parse_slurm(options.slurm).folder;
  return folder.empty() ? fs::current_path() : fs::path(folder);
}

void refuse(bool wrong, const char* what, const char* remedy) {
  if (wrong) throw Error(ErrorCode::usage, what, remedy);
}

}  // namespace

campaign::Task campaign_task(const CampaignOptions& options, const RunOptions& run, const Context& context) {
  refuse(!options.slurm.empty() && !options.ssh.empty(), "--slurm and --ssh are two campaigns",
         "run one after the other");
  refuse(options.slurm.empty() && options.ssh.empty(), "--bundle is what other hosts run, and none is named",
         "name them with --slurm or --ssh");
  refuse(!run.resume.empty(), "--resume goes on with a run of this host",
         "start the campaign anew; what its hosts sent is in the database");
  for (const auto& label : run.labels)
    refuse(label.starts_with("host=") || label.starts_with("campaign="),
           "a campaign labels each run with host= and campaign= itself", "choose another key");
  refuse(run.selectors.empty() && run.suites.empty() && run.program.words.empty(), "nothing was asked for",
         "name cases ('assay run \"llm.gemv/*\" --ssh HOST') or a suite (--suite buyer)");
  campaign::Task task;
  task.id = run::make_uuid().substr(0, 8);
  task.folder = fs::absolute(folder_of(options) / ("assay-campaign-" + task.id)).string();
  task.words = words_of(run, context);
  for (const auto& spec : setting_specs()) {
    const Setting& setting = context.settings.get(spec.key);
    const bool measures =
        spec.key.starts_with("run.") || spec.key.starts_with("rules.") || spec.key.starts_with("limits.");
    if (measures && setting.origin != "default") task.environment[spec.environment] = setting.value;
  }
  task.program = program_of(options.bundle);
  return task;
}

std::unique_ptr<campaign::Engine> campaign_engine(const CampaignOptions& options, const Context& context) {
  if (!options.slurm.empty()) return campaign::slurm_engine(campaign::parse_slurm(options.slurm));
  std::vector<std::string> addresses;
  for (const auto& text : options.ssh) {
    for (auto& address : split(text, ',')) addresses.push_back(std::move(address));
  }
  return campaign::ssh_engine(split_command(context.settings.text("ssh.command")), addresses);
}

}  // namespace assay::cli
