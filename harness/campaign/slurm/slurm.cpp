// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/slurm/slurm.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "harness/campaign/host_script.h"
#include "harness/campaign/tool.h"
#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::campaign {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr int most_submissions = 3;  ///< of a host: nodes fail, and jobs are pushed aside
constexpr seconds most_between_looks{15};
constexpr seconds files_patience{10};  ///< a shared folder shows a file that late

/// A job, as the engine sees it.
struct Job {
  std::string id;
  std::vector<std::string> nodes;  ///< of the kind: the next takes over where one fails
  int submissions = 0;
  std::optional<Clock::time_point> node_missing;  ///< since when
  std::optional<Clock::time_point> over;          ///< since when
};

ToolAnswer slurm_tool(const std::vector<std::string>& words) {
  try {
    return run_tool(words);
  } catch (const Error& error) {
    if (error.code != ErrorCode::unavailable) throw;
    throw Error(ErrorCode::unavailable, "there is no Slurm here: " + words.front() + " cannot be started",
                "run it on a login node of the cluster (Debian: apt install slurm-client), or measure over "
                "ssh: --ssh HOST,HOST");
  }
}

class Slurm : public Engine {
 public:
  explicit Slurm(SlurmOptions options) : options_(std::move(options)) {}

  std::vector<Host> hosts() override {
    std::vector<Host> hosts;
    std::map<std::string, std::size_t> kinds;
    std::string refused;
    for (const SlurmNode& node : nodes()) {
      const auto kind = kinds.find(node.type);
      if (options_.each_type && kind != kinds.end()) {
        // The first that is up stands for its kind, the others are what may take over.
        Host& first = hosts[kind->second];
        auto& same = jobs_[first.address].nodes;
        if (node.is_down()) continue;
        if (first.phase == Phase::lost) {
          first.phase = Phase::waiting;
          first.detail.clear();
          first.code = 0;
          first.name = node.name;
          same.clear();
        }
        same.push_back(node.name);
        continue;
      }
      const std::string problem = !node.is_down()                           ? refusal(node.name)
                                  : node.may_fit(options_.of("constraint")) ? ""
                                                                            : "it is down";
      if (!problem.empty()) {
        refused = node.name + ": " + problem;
        continue;
      }
      Host host;
      host.name = node.name;
      host.address = node.name;
      if (node.is_down()) host.lose("its node is " + printable(node.state, 60), not_to_be_had);
      kinds.emplace(node.type, hosts.size());
      jobs_[host.address].nodes = {node.name};
      hosts.push_back(std::move(host));
    }
    if (hosts.empty())
      throw Error(ErrorCode::unavailable, "Slurm gives none of the nodes: " + refused,
                  "'sinfo -N -l' shows nodes, features and states");
    return hosts;
  }

  void start(const Task& task, Host& host) override {
    Job& job = jobs_[host.address];
    const std::string script = write_script(task, host);
    std::vector<std::string> words = sbatch(job.nodes.front());
    words.insert(words.end(), {"--parsable", "--no-requeue", "--open-mode=append",
                               "--job-name=" + job_name(task), "--output=" + host.folder + "/log", script});
    const ToolAnswer answer = slurm_tool(words);
    if (!answer.fine || answer.lines.empty()) {
      return host.lose("sbatch refused it: " + complaint(answer), not_to_be_had);
    }
    job.id = answer.lines.front().substr(0, answer.lines.front().find(';'));
    job.node_missing.reset();
    job.over.reset();
    ++job.submissions;
    host.phase = Phase::waiting;
    host.detail = "submitted as job " + job.id;
    next_look_ = Clock::now();
    between_ = seconds(1);
  }

  void look(const Task& task, std::vector<Host>& hosts) override {
    for (Host& host : hosts) {
      if (!host.is_done()) (void)has_ended(host);
    }
    if (Clock::now() < next_look_) return;
    next_look_ = Clock::now() + (stopping_ ? seconds(1) : between_);
    between_ = std::min(between_ * 2, most_between_looks);
    const ToolAnswer answer =
        slurm_tool({"squeue", "--noheader", "--states=all", "--name=" + job_name(task), "--format=%i|%T|%r"});
    if (!answer.fine) {  // the controller may be restarted: files tell, too
      for (Host& host : hosts) {
        if (!host.is_done()) host.detail = "Slurm does not answer: " + complaint(answer);
      }
      return;
    }
    std::map<std::string, std::pair<std::string, std::string>> states;
    for (const auto& line : answer.lines) {
      const auto fields = split(line, '|');
      if (fields.size() >= 3) states[fields[0]] = {fields[1], fields[2]};
    }
    for (Host& host : hosts) {
      if (host.is_done() || has_ended(host)) continue;
      const auto found = states.find(jobs_[host.address].id);
      judge(task, host, found == states.end() ? "gone" : found->second.first,
            found == states.end() ? "" : found->second.second);
    }
  }

  void stop(const Task& task, std::vector<Host>& hosts) override {
    stopping_ = true;
    next_look_ = Clock::now();
    (void)slurm_tool({"scancel", "--state=PENDING", "--name=" + job_name(task)});
    for (const Host& host : hosts) {
      const Job& job = jobs_[host.address];
      if (!host.is_done() && !job.id.empty())
        (void)slurm_tool({"scancel", "--batch", "--signal=TERM", job.id});
    }
  }

  void end(const Task& task, std::vector<Host>& hosts) override {
    std::vector<std::string> words{"scancel"};
    for (Host& host : hosts) {
      if (host.is_done()) continue;
      host.lose("ended before it had sent anything", lost_under_way);
      if (const Job& job = jobs_[host.address]; !job.id.empty()) words.push_back(job.id);
    }
    static_cast<void>(task);
    if (words.size() > 1) (void)slurm_tool(words);
  }

 private:
  static std::string job_name(const Task& task) { return "assay-" + task.id; }

  /// Of one that Slurm ended, the log says why: cancelled, out of time.
  bool has_ended(Host& host) const {
    if (!take_code(host)) return false;
    if (host.code > 128 && !stopping_) host.detail = host.line_with("*** ");
    return true;
  }

  std::vector<SlurmNode> nodes() {
    const std::string partition = options_.of("partition");
    std::vector<std::string> words{"sinfo", "--noheader", "-N", "-o", "%N|%T|%P|%f|%c|%m|%G"};
    if (!partition.empty()) words.push_back("--partition=" + partition);
    if (const auto list = options_.of("nodelist"); !list.empty()) words.push_back("--nodes=" + list);
    const ToolAnswer answer = slurm_tool(words);
    if (!answer.fine)
      throw Error(ErrorCode::unavailable, "Slurm does not answer: " + complaint(answer),
                  "is this a login node, and does 'sinfo' work here?");
    const auto found = parse_nodes(answer.lines, partition);
    if (!found.empty()) return found;
    const ToolAnswer all = slurm_tool({"sinfo", "--noheader", "-o", "%R"});
    const std::set<std::string> names(all.lines.begin(), all.lines.end());
    std::string known;
    for (const auto& name : names) known += (known.empty() ? "" : ", ") + printable(name, 100);
    const std::string list = options_.of("nodelist");
    throw Error(
        ErrorCode::unavailable,
        fmt::format(
            "Slurm has no node{} in {}", list.empty() ? "" : " '" + printable(list, 100) + "'",
            partition.empty() ? "a default partition" : "a partition '" + printable(partition, 100) + "'"),
        "its partitions: " + known + "; 'sinfo -N -l' shows all nodes");
  }

  /// What a job for one node has in common with one that is only tried.
  std::vector<std::string> sbatch(const std::string& node) const {
    std::vector<std::string> words{"sbatch", "--exclusive", "--nodes=1", "--ntasks=1"};
    for (const auto& [key, value] : options_.sbatch) {
      if (key != "nodelist") words.push_back("--" + key + "=" + value);
    }
    words.push_back("--nodelist=" + node);
    return words;
  }

  /// Why sbatch would never give that node to a job like this; "" where it would, or may later.
  std::string refusal(const std::string& node) const {
    std::vector<std::string> words = sbatch(node);
    words.insert(words.end(), {"--test-only", "--wrap=true"});
    const ToolAnswer answer = slurm_tool(words);
    if (answer.fine) return "";
    const std::string text = complaint(answer);
    for (const char* const later : {"not available (down", "are busy", "nodes are busy", "in use"}) {
      if (text.find(later) != std::string::npos) return "";
    }
    return text;
  }

  std::string write_script(const Task& task, const Host& host) const {
    const std::string path = host.folder + "/job.sh";
    std::ofstream file(path, std::ios::trunc);
    file << "#!/bin/sh\n# An assay campaign's job for " << host.name
         << ".\nresults=" << shell_word(host.folder) << "\n"
         << work_script(task, host);
    if (task.program.ends_with(".tar.gz")) {
      file << unpack_script("cat " + shell_word(task.program));
    } else {
      file << "program=" << shell_word(task.program + "/bin/assay") << "\n";
    }
    file << run_script(task, host)
         << "[ ! -s \"$results/export\" ] && [ \"$code\" != 2 ] && [ \"$code\" != 3 ] &&\n"
            "  echo \"what was measured stays on $(hostname) in $work/assay.db\" >&2 || rm -rf \"$work\"\n"
            "echo \"$code\" >\"$results/code.part\" && mv \"$results/code.part\" \"$results/code\"\n"
            "exit \"$code\"\n";
    file.close();
    if (!file)
      throw Error(ErrorCode::io, path + " cannot be written",
                  "free some space, or name another folder: --slurm 'folder=DIR,...'");
    return path;
  }

  void judge(const Task& task, Host& host, const std::string& state, const std::string& reason) {
    Job& job = jobs_[host.address];
    const auto now = Clock::now();
    const auto what = slurm_wait(state, reason);
    const std::string told = printable(reason, 100);
    if (what != SlurmWait::node) job.node_missing.reset();
    switch (what) {
      case SlurmWait::running:
        host.phase = Phase::running;
        host.detail = "job " + job.id;
        return;
      case SlurmWait::turn:
        host.phase = Phase::waiting;
        host.detail = fmt::format("job {} waits ({})", job.id, told);
        return;
      case SlurmWait::node:
        if (!job.node_missing) job.node_missing = now;
        host.phase = Phase::waiting;
        host.detail = fmt::format("job {}: its node is not there ({})", job.id, told);
        if (now - *job.node_missing < std::chrono::duration<double>(options_.wait_s)) return;
        return try_again(task, host,
                         fmt::format("its node was not there for {:.0f} s ({})", options_.wait_s, told));
      case SlurmWait::never:
        return try_again(task, host, fmt::format("job {} will not start ({})", job.id, told));
      case SlurmWait::again:
        return try_again(task, host, fmt::format("job {} ended as {}", job.id, state), true);
      case SlurmWait::over:
        if (!job.over) job.over = now;  // its last words may be on their way
        if (now - *job.over < files_patience && !(state == "CANCELLED" && host.phase == Phase::waiting))
          return;
        return host.lose(
            fmt::format("job {} {}{}", job.id, state == "gone" ? "is gone from Slurm" : "ended as " + state,
                        state == "CANCELLED" || !host.last_words().empty()
                            ? ""
                            : "; it wrote nothing: does its node see " + host.folder + "?"),
            lost_under_way);
    }
  }

  /// On the same node where that can come back, else on the next of its kind.
  void try_again(const Task& task, Host& host, const std::string& why, bool same_node = false) {
    Job& job = jobs_[host.address];
    (void)slurm_tool({"scancel", job.id});
    const bool others = job.nodes.size() > 1;
    if (stopping_ || job.submissions >= most_submissions || (!others && !same_node)) {
      return host.lose(why, lost_under_way);
    }
    if (others) std::rotate(job.nodes.begin(), job.nodes.begin() + 1, job.nodes.end());
    host.name = job.nodes.front();
    start(task, host);
    if (!host.is_done()) host.detail = why + "; " + host.detail;
  }

  SlurmOptions options_;
  std::map<std::string, Job> jobs_;  ///< by address: the node that was meant first
  Clock::time_point next_look_;
  seconds between_{1};
  bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Engine> slurm_engine(SlurmOptions options) {
  return std::make_unique<Slurm>(std::move(options));
}

}  // namespace assay::campaign
