// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/ssh/ssh.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/process.h"
#include "harness/transport/ssh/far_script.h"

namespace assay::transport {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

namespace {

constexpr int ssh_failed = 255;                  // ssh(1): its exit status where it is not the far command's
constexpr milliseconds far_end_patience{5'000};  // 2 s, 1 s, and the way
constexpr std::size_t max_facts_bytes = std::size_t{16} << 20;

std::string new_far_mark() {
  std::random_device random;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "assay-ssh-%08x%08x%08x", random(), random(), random());
  return text.data();
}

std::string file_text(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (fs::is_regular_file(path, ignored) && file)
    text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  if (!file || text.empty())
    throw Error(
        ErrorCode::unavailable,
        std::string(copied_word) + printable(path, 300) + ": there is no such file here, or it is empty",
        "name a file of this machine, or leave 'copy:' out where the far one has the program");
  return text;
}

/// What ssh said last, without its line ends.
std::string last_line(const std::string& log) {
  std::string last;
  for (std::string line : split(log, '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) last = line;
  }
  return printable(last, 300);
}

std::string remedy_of(const std::string& log, const std::string& address) {
  const auto says = [&](const char* text) { return log.find(text) != std::string::npos; };
  if (says("IDENTIFICATION HAS CHANGED"))
    return "it is another machine than before, or was set up anew: if that is right, ssh-keygen -R HOST, and "
           "log in "
           "once by hand";
  if (says("Host key verification failed"))
    return "its key is not known here: log in once by hand and compare it: ssh " + address;
  if (says("Permission denied") || says("Too many authentication failures"))
    return "no password is asked for: put a key there (ssh-copy-id " + address +
           "), or name yours in ~/.ssh/config";
  return "try it by hand: ssh " + address +
         " true; ports, keys and short names stand in ~/.ssh/config, other words "
         "of the command in ASSAY_SSH";
}

}  // namespace

bool is_ssh_address(const std::string& address) {
  return !address.empty() && address.front() != '-' && printable(address) == address &&
         address.find_first_of(" \t\n'\"\\$`;|&<>()") == std::string::npos;
}

struct SshProcess::State {
  std::string address;
  std::string mark = new_far_mark();
  std::unique_ptr<Process> ssh;
  std::string heard;  ///< the last line of what others said before the worker
  bool interrupted = false;

  Error unreachable(const std::string& why) const {
    const std::string words = last_line(ssh->log());
    return {ErrorCode::unavailable, "ssh to " + address + " failed: " + (words.empty() ? why : words),
            remedy_of(ssh->log(), address)};
  }

  std::string line(Clock::time_point deadline) {
    try {
      return ssh->receive(deadline);
    } catch (const Error& error) {
      interrupted = interrupted || error.code == ErrorCode::interrupted;
      throw;
    }
  }

  /// The next word behind our mark; what comes before it (a banner, a noisy profile) goes to `others`.
  template <typename Others>
  std::string word(Clock::time_point deadline, Others others) {
    for (;;) {
      std::string text;
      try {
        text = line(deadline);
      } catch (const Error& error) {
        if (error.code == ErrorCode::worker) throw not_started();
        if (error.code == ErrorCode::timeout)
          throw Error(ErrorCode::timeout,
                      "timed out: " + address + " did not start the worker over ssh in time",
                      "raise limits.start in assay.toml; " + remedy_of(ssh->log(), address));
        throw;
      }
      if (!text.empty() && text.back() == '\r') text.pop_back();
      if (text.starts_with(mark + " ")) return text.substr(mark.size() + 1);
      others(text);
    }
  }

  Error not_started() {
    const Exit exit = ssh->finish(milliseconds(1000));
    if (exit.status == ssh_failed || exit.signal) return unreachable(exit.describe());
    std::string words = last_line(ssh->log());
    if (words.empty()) words = printable(heard, 300);
    return {ErrorCode::unavailable,
            address + " does not run what it is asked to over ssh" + (words.empty() ? "" : ": " + words) +
                " (" + exit.describe() + ")",
            "its login needs sh, head, grep, cat and mkfifo; see what it does: ssh " + address +
                " 'exec sh -c \"echo fine\"'"};
  }

  /// Until the worker was started.
  void begin(const Command& command, const std::vector<std::string>& files, FarFacts* facts,
             Clock::time_point deadline) {
    const auto hear = [&](const std::string& text) { heard = text; };
    std::size_t next = 0;
    for (std::string said = word(deadline, hear); said != "start";) {
      if (said == "file" && next < files.size()) {
        ssh->send(files[next++]);
        said = word(deadline, hear);
      } else if (said == "facts" && facts != nullptr) {
        std::size_t bytes = 0;
        said = word(deadline, [&](const std::string& text) {
          const auto colon = text.find(':');
          bytes += text.size();
          if (colon == std::string::npos || bytes > max_facts_bytes) return;
          std::string& fact = (*facts)[text.substr(0, colon)];
          if (!fact.empty()) fact += '\n';
          fact += text.substr(colon + 1);
        });
      } else if (said == "hello") {
        said = word(deadline, hear);
      } else if (said == "missing") {
        throw Error(ErrorCode::unavailable,
                    "'" + printable(command.argv.at(0), 200) + "' is not on " + address +
                        ", or may not be executed there (a relative path begins in the folder of the login)",
                    "give its path there, or send it along: copy:FILE names a file here");
      } else {
        throw Error(ErrorCode::unavailable,
                    "no folder can be made on " + address + ": " + last_line(ssh->log()),
                    "free some space there below /tmp, or set TMPDIR there");
      }
    }
  }

  Error broken(const Error& error) {
    if (error.code != ErrorCode::worker) return error;
    const Exit exit = ssh->finish(milliseconds(1000));
    if (exit.status != ssh_failed && !exit.signal) return error;
    const std::string words = last_line(ssh->log());
    return {ErrorCode::worker,
            "the connection to " + address + " broke" + (words.empty() ? "" : ": " + words),
            remedy_of(ssh->log(), address)};
  }
};

SshProcess::SshProcess(const SshHost& host, const Command& command, std::chrono::duration<double> patience,
                       FarFacts* facts)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.address = host.address;
  std::vector<Copied> copied;
  std::vector<std::string> files;
  for (std::size_t i = 0; i < command.argv.size(); ++i) {
    if (!command.argv[i].starts_with(copied_word)) continue;
    const std::string path = command.argv[i].substr(copied_word.size());
    files.push_back(file_text(path));
    copied.push_back({i, fs::path(path).filename().string(), files.back().size()});
  }
  std::string script = far_script(command, copied, s.mark, facts != nullptr);
  Command ssh;
  ssh.argv = host.ssh;
  // Whatever the user's shell is there, it can start this.
  ssh.argv.insert(ssh.argv.end(), {"--", host.address,
                                   "exec sh -c 'eval \"$(head -c " + std::to_string(script.size()) + ")\"'"});
  s.ssh = std::make_unique<Process>(ssh, Limits{});
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
  script.pop_back();  // send() ends it
  try {
    s.ssh->send(script);
  } catch (const Error& error) {
    if (error.code == ErrorCode::worker) throw s.not_started();
    throw;
  }
  s.begin(command, files, facts, deadline);
}

SshProcess::~SshProcess() {
  try {
    finish(milliseconds(0));
  } catch (const std::exception&) {  // out of memory: ssh ends with us (PDEATHSIG), and the far end with it
  }
}

void SshProcess::send(std::string_view line) {
  try {
    state_->ssh->send(line);
  } catch (const Error& error) {
    throw state_->broken(error);
  }
}

std::string SshProcess::receive(Clock::time_point deadline) {
  try {
    return state_->line(deadline);
  } catch (const Error& error) {
    throw state_->broken(error);
  }
}

Exit SshProcess::finish(milliseconds wait) {
  State& s = *state_;
  Exit exit = s.ssh->finish(s.interrupted ? milliseconds(0) : wait + far_end_patience);
  // A shell's way to tell of signals. What the local client used is nothing of the worker's.
  if (exit.status && *exit.status > 128 && *exit.status != ssh_failed) {
    exit.signal = *exit.status - 128;
    exit.status.reset();
  }
  exit.peak_rss_bytes = exit.switched_out = 0;
  exit.cpu_s = 0;
  return exit;
}

std::string SshProcess::log() const { return state_->ssh->log(); }

FarFacts ask_facts(const SshHost& host, std::chrono::duration<double> patience) {
  Command nothing;
  nothing.argv = {"true"};
  FarFacts facts;
  SshProcess(host, nothing, patience, &facts).finish(milliseconds(1000));
  return facts;
}

}  // namespace assay::transport
