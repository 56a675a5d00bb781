// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/campaign_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "harness/campaign/eta.h"
#include "harness/cli/answer.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/progress.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/interrupt.h"
#include "harness/store/store.h"
#include "harness/store/transfer.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

using campaign::Host;
using campaign::Phase;

/// The folder that hosts and we write into; it stays where something in it is nowhere else.
class Folder {
 public:
  explicit Folder(const std::string& path) : path_(path) {
    std::error_code error;
    fs::create_directory(path_, error);
    if (!error) fs::permissions(path_, fs::perms::owner_all, error);
    if (error)
      throw Error(ErrorCode::io, path_ + " cannot be made: " + error.message(),
                  "free some space; of Slurm, name another place: --slurm 'folder=DIR,...'");
  }
  ~Folder() {
    std::error_code ignored;
    if (!keep) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  bool keep = false;

 private:
  std::string path_;
};

struct HostEnd {
  Host host;
  std::string state;  ///< complete, interrupted, failed, lost
  std::string reason;
  std::vector<RunSummary> runs;
  int code = 0;
};

class Campaign {
  using Clock = std::chrono::steady_clock;

 public:
  Campaign(const campaign::Task& task, Store& store, const Context& context)
      : task_(task), store_(store), terminal_(context.terminal) {}

  campaign::Callbacks callbacks() {
    return {.done = [this](Host& host) { collect(host); },
            .waiting = [this](const std::vector<Host>& hosts) { tell(hosts); },
            .stopped = [] { return run::interrupt_signal() != 0; }};
  }

  const std::vector<HostEnd>& ends() const { return ends_; }
  bool everything_is_here() const { return complete_; }

 private:
  void collect(Host& host) {
    HostEnd end{host, "", host.detail, {}, host.code};
    if (host.has_export()) {
      const std::string file = host.folder + "/export";
      try {
        std::ifstream in(file, std::ios::binary);
        import_runs(store_, in, file);
        fs::remove(file);
      } catch (const Error& error) {
        complete_ = false;
        end.reason = std::string("what it sent could not be merged: ") + error.what();
        end.code = worse(exit_code(error.code), plain_code(host));
      }
      for (const auto& run : store_.list_runs()) {
        const auto is = [&](const char* key, const std::string& value) {
          const auto label = run.labels.find(key);
          return label != run.labels.end() && label->second == value;
        };
        if (is("campaign", task_.id) && is("host", host.name)) end.runs.push_back(run);
      }
    } else if (host.phase == Phase::ended) {
      end.reason = host.last_error();
    }
    end.code = worse(end.code, plain_code(host));
    const bool interrupted = std::any_of(end.runs.begin(), end.runs.end(),
                                         [](const auto& run) { return run.state != "complete"; });
    end.state = host.phase == Phase::lost ? "lost"
                : end.runs.empty()        ? "failed"
                : interrupted             ? "interrupted"
                                          : "complete";
    if (end.state != "complete") complete_ = false;
    terminal_.clear_status();
    terminal_.note(fmt::format("{}: {}{}", printable(host.name, 100), end.state,
                               end.reason.empty() ? "" : ": " + printable(end.reason, 500)));
    ends_.push_back(std::move(end));
  }

  /// An exit code of this program's own kind: a shell's, where it found no program, and a signal's are not.
  static int plain_code(const Host& host) {
    if (host.code == 126 || host.code == 127) return exit_unavailable;
    return host.code < 0 || host.code > 7 ? exit_no_result : host.code;
  }

  void tell(const std::vector<Host>& hosts) {
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::string> open;
    for (const Host& host : hosts) {
      if (host.is_done()) continue;
      const std::string words = host.phase == Phase::running ? host.last_words() : "";
      open.push_back(printable(host.name, 60) + ": " + (words.empty() ? printable(host.detail, 120) : words));
    }
    if (open.empty()) return;
    if (!introduced_)
      terminal_.note(fmt::format("campaign {} of {} host{}; what they send comes through {}", task_.id,
                                 hosts.size(), hosts.size() == 1 ? "" : "s", task_.folder));
    introduced_ = true;
    const std::size_t done = hosts.size() - open.size();
    const auto eta = campaign_eta(hosts, now);
    const std::string left =
        !eta ? "?" : fmt::format("{}{}", eta->at_least ? "at least " : "", clock_time(eta->seconds));
    const auto turn =
        static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::seconds>(now - began_).count() / 2);
    terminal_.status(
        fmt::format("[{}/{} hosts] ETA {}  {}", done, hosts.size(), left, open[turn % open.size()]));
    if (terminal_.error_is_terminal() || now - told_ < std::chrono::seconds(10)) return;
    told_ = now;
    for (const auto& line : open) terminal_.note(line);
    if (eta)
      terminal_.note(fmt::format("{} of {} hosts done, {} {} left", done, hosts.size(),
                                 eta->at_least ? "at least" : "about", clock_time(eta->seconds)));
  }

  std::optional<campaign::Eta> campaign_eta(const std::vector<Host>& hosts, Clock::time_point now) {
    std::vector<campaign::HostTime> times;
    for (const Host& host : hosts) {
      Heard& heard = heard_[host.folder];
      if (host.phase != Phase::waiting && !heard.began) heard.began = now;
      if (host.is_done() && !heard.ended) heard.ended = now;
      const std::string line = host.phase == Phase::running ? host.line_with(" left") : "";
      if (line != heard.line) heard = {heard.began, heard.ended, now, line};
      campaign::HostTime time{host.is_done(), host.phase == Phase::waiting, 0, campaign::seconds_left(line)};
      if (heard.began) time.spent_s = seconds(heard.ended.value_or(now) - *heard.began);
      if (time.left_s) time.left_s = std::max(0.0, *time.left_s - seconds(now - heard.at));
      times.push_back(time);
    }
    return campaign::campaign_eta(times);
  }

  static double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

  /// What a host said last of the time that it has left, and when.
  struct Heard {
    std::optional<Clock::time_point> began, ended;
    Clock::time_point at{};
    std::string line;
  };

  const campaign::Task& task_;
  Store& store_;
  const Terminal& terminal_;
  std::vector<HostEnd> ends_;
  bool complete_ = true;
  bool introduced_ = false;
  std::map<std::string, Heard> heard_;  ///< by the host's folder
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = began_;
};

double seconds_of(const RunSummary& run) {
  return static_cast<double>(run.ended_utc_ms.value_or(run.started_utc_ms) - run.started_utc_ms) / 1000;
}

std::string hosts_text(const std::vector<HostEnd>& ends, std::size_t width) {
  Table table({{"host", false, always},
               {"ended", false, always},
               {"run", false, always},
               {"launches", true, 2},
               {"failed", true, 2},
               {"time", true, 1},
               {"reason", false, 3}});
  for (const auto& end : ends) {
    if (end.runs.empty()) table.add({end.host.name, end.state, "", "", "", "", end.reason});
    for (const auto& run : end.runs)
      table.add({end.host.name, end.state, run.id.substr(0, 8), std::to_string(run.launches),
                 run.failed == 0 ? "" : std::to_string(run.failed), clock_time(seconds_of(run)), end.reason});
  }
  return table.text(width);
}

nlohmann::ordered_json hosts_json(const std::vector<HostEnd>& ends) {
  auto hosts = nlohmann::ordered_json::array();
  for (const auto& end : ends) {
    auto runs = nlohmann::ordered_json::array();
    for (const auto& run : end.runs)
      runs.push_back({{"id", run.id},
                      {"state", run.state},
                      {"launches", run.launches},
                      {"failed", run.failed},
                      {"seconds", seconds_of(run)}});
    hosts.push_back({{"host", end.host.name},
                     {"state", end.state},
                     {"reason", end.reason},
                     {"exit_code", end.code},
                     {"runs", std::move(runs)}});
  }
  return hosts;
}

int show_plan(campaign::Engine& engine, const campaign::Task& task, const Context& context) {
  std::string text;
  for (const Host& host : engine.hosts()) {
    std::vector<std::string> words{
        "assay", "run", "--label", "campaign=" + task.id, "--label", "host=" + host.name};
    words.insert(words.end(), task.words.begin(), task.words.end());
    text += printable(host.name, 100) + ": " +
            (host.is_done() ? "left out: " + printable(host.detail) : join_command(words)) + "\n";
  }
  context.terminal.out(text);
  return exit_fine;
}

}  // namespace

int run_campaign(const CampaignOptions& options, const RunOptions& run, const std::string& export_file,
                 Context& context) {
  const campaign::Task task = campaign_task(options, run, context);
  const auto engine = campaign_engine(options, context);
  if (run.dry_run) return show_plan(*engine, task, context);
  Store store = Store::open(context.settings.database(), Store::Mode::create);
  Folder folder(task.folder);
  run::InterruptGuard guard("ending: hosts send what they have measured; once more ends them at once\n");
  Campaign campaign(task, store, context);
  folder.keep = true;  // whatever is thrown
  try {
    campaign::run_on_hosts(*engine, task, campaign.callbacks());
  } catch (const Error&) {
    folder.keep = !campaign.ends().empty();
    throw;
  }
  guard.measuring_ended();
  context.terminal.clear_status();
  folder.keep = !campaign.everything_is_here();
  const auto& ends = campaign.ends();
  int code = exit_fine;
  std::string ids;
  std::ostringstream exported;
  for (const auto& end : ends) {
    code = worse(code, end.code);
    for (const auto& one : end.runs) {
      ids += " " + one.id.substr(0, 8);
      if (!export_file.empty()) export_run(store, one.id, exported, {.identify = context.identify});
    }
  }
  if (!export_file.empty()) write_file(export_file, exported.str(), context.settings.database());
  context.terminal.out(context.json ? json_answer("run", {{"campaign", task.id}, {"hosts", hosts_json(ends)}})
                                    : hosts_text(ends, context.terminal.width()));
  if (folder.keep) context.terminal.note("logs, and what could not be merged, stay in " + task.folder);
  if (!ids.empty()) context.terminal.note("next: assay report hardware" + ids);
  if (run::interrupt_signal() != 0) return 128 + run::interrupt_signal();
  return code;
}

}  // namespace assay::cli
