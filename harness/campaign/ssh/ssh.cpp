// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/ssh/ssh.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/campaign/host_script.h"
#include "harness/campaign/tool.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/process.h"
#include "harness/transport/ssh/ssh.h"

namespace assay::campaign {

namespace fs = std::filesystem;

namespace {

constexpr int ssh_failed = 255;  // ssh(1): its exit status where it is not the far command's

/// What runs here: script and archive go first, then our standard input, whose end is the far end's sign to
/// stop. Arguments: script, archive, folder of the host, then ssh's words.
constexpr const char* feeder = R"(script=$1 archive=$2 results=$3
shift 3
{ cat "$script" "$archive" && exec cat; } | {
  "$@" >"$results/export.part" 2>"$results/log"
  code=$?
  [ ! -s "$results/export.part" ] || mv "$results/export.part" "$results/export"
  echo "$code" >"$results/code.part" && mv "$results/code.part" "$results/code"
})";

/// What runs there: the script, which is told its own length and the archive's.
std::string far_script(const Task& task, const Host& host, std::uintmax_t archive_bytes) {
  return "umask 077\nwork=$(mktemp -d \"${TMPDIR:-/tmp}/assay-campaign-" + task.id +
         "-XXXXXX\") || exit 4\nresults=$work\ntrap 'rm -rf \"$work\"' EXIT\ntrap 'exit 143' TERM INT HUP\n" +
         unpack_script("head -c " + std::to_string(archive_bytes)) +
         R"(exec 3<&0
( read -r _ <&3; kill -TERM $$ ) >/dev/null 2>&1 &
watch=$!
cd "$work" || exit 4
)" + run_script(task, host) +
         R"(kill "$watch" 2>/dev/null
[ ! -s "$results/export" ] || cat "$results/export"
exit "$code"
)";
}

class Ssh : public Engine {
 public:
  Ssh(std::vector<std::string> ssh, std::vector<std::string> addresses)
      : ssh_(std::move(ssh)), addresses_(std::move(addresses)) {}

  std::vector<Host> hosts() override {
    std::vector<Host> hosts;
    std::map<std::string, int> names;
    for (const auto& address : addresses_) {
      if (!transport::is_ssh_address(address))
        throw Error(ErrorCode::usage, "--ssh: '" + printable(address) + "' is no host",
                    "write --ssh HOST,USER@HOST; ports, keys and short names stand in ~/.ssh/config");
      if (std::count(addresses_.begin(), addresses_.end(), address) > 1)
        throw Error(ErrorCode::usage, "--ssh: " + address + " stands there twice", "name each host once");
      Host host;
      host.address = address;
      host.name = address.substr(address.find('@') + 1);
      ++names[host.name];
      hosts.push_back(std::move(host));
    }
    for (Host& host : hosts) {
      if (names[host.name] > 1) host.name = host.address;  // two users of one machine
    }
    return hosts;
  }

  void start(const Task& task, Host& host) override {
    const std::string archive = archive_of(task);
    const std::string script = host.folder + "/job.sh";
    const std::string text = far_script(task, host, fs::file_size(archive));
    std::ofstream file(script, std::ios::trunc);
    file << text;
    file.close();
    if (!file) throw Error(ErrorCode::io, script + " cannot be written", "free some space, or set TMPDIR");
    Command command;
    command.argv = {"sh", "-c", feeder, "sh", script, archive, host.folder};
    command.argv.insert(command.argv.end(), ssh_.begin(), ssh_.end());
    // Whatever the user's shell is there, it can start this.
    command.argv.insert(
        command.argv.end(),
        {"--", host.address, fmt::format("exec sh -c 'eval \"$(head -c {})\"'", text.size())});
    connections_[host.address] = std::make_unique<transport::Process>(command, transport::Limits{});
    host.phase = Phase::running;
    host.detail = "connected";
  }

  void look(const Task&, std::vector<Host>& hosts) override {
    for (Host& host : hosts) {
      if (host.is_done()) continue;
      refuse_interrupted(*connections_.at(host.address));
      if (!take_code(host)) continue;
      connections_.erase(host.address);
      if (host.code != ssh_failed) continue;
      const std::string words = host.last_words();
      host.lose("ssh failed" + (words.empty() ? "" : ": " + words), not_to_be_had);
    }
  }

  void stop(const Task&, std::vector<Host>& hosts) override {
    for (const Host& host : hosts) {
      const auto found = connections_.find(host.address);
      if (host.is_done() || found == connections_.end()) continue;
      try {
        found->second->send("stop");
      } catch (const Error& error) {
        if (error.code == ErrorCode::interrupted) throw;  // else it has just ended, and look() tells
      }
    }
  }

  void end(const Task&, std::vector<Host>& hosts) override {
    connections_.clear();  // the far end sees that nobody is there, stops and tidies up
    for (Host& host : hosts) {
      if (!host.is_done()) host.lose("ended before it had sent anything", lost_under_way);
    }
  }

 private:
  /// The task's own, or one made of its folder, once.
  const std::string& archive_of(const Task& task) {
    if (!archive_.empty()) return archive_;
    if (task.program.ends_with(".tar.gz")) return archive_ = task.program;
    const std::string archive = task.folder + "/program.tar.gz";
    std::vector<std::string> words{"tar", "-C", task.program, "-czf", archive};
    for (const char* const part : {"bin/assay", "lib/assay", "libexec/assay", "share/assay"}) {
      if (fs::exists(fs::path(task.program) / part)) words.emplace_back(part);
    }
    if (const ToolAnswer packed = run_tool(words, 600); !packed.fine)
      throw Error(ErrorCode::io, "the program cannot be packed: " + complaint(packed),
                  "free some space, set TMPDIR, or give an archive of ci/bundle: --bundle FILE.tar.gz");
    return archive_ = archive;
  }

  /// The second Ctrl-C; what it says is not expected.
  static void refuse_interrupted(transport::Process& process) {
    try {
      (void)process.receive(Channel::Clock::now());
    } catch (const Error& error) {
      if (error.code == ErrorCode::interrupted) throw;
    }
  }

  std::vector<std::string> ssh_;
  std::vector<std::string> addresses_;
  std::map<std::string, std::unique_ptr<transport::Process>> connections_;  ///< by address
  std::string archive_;
};

}  // namespace

std::unique_ptr<Engine> ssh_engine(std::vector<std::string> ssh, std::vector<std::string> addresses) {
  return std::make_unique<Ssh>(std::move(ssh), std::move(addresses));
}

}  // namespace assay::campaign
