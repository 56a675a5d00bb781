// SPDX-License-Identifier: Apache-2.0
#include "harness/campaign/campaign.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/process.h"

namespace assay::campaign {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds pause{200};
constexpr std::chrono::seconds stop_patience{60};

/// A host's name as a file's: no more than letters, digits, '-', '_' and '.', the place before it.
std::string file_name(std::size_t place, const std::string& name) {
  std::string text = std::to_string(place + 1) + "-";
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (text.size() < 100) text += plain ? c : '_';
  }
  return text;
}

/// The last lines of its log that are not empty.
std::vector<std::string> log_end(const std::string& folder) {
  constexpr std::streamoff most = 4096;
  std::ifstream log(folder + "/log", std::ios::binary | std::ios::ate);
  if (!log) return {};
  log.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(log.tellg()) - most));
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) {
    while (line.ends_with('\r')) line.pop_back();  // ssh ends its own lines so
    if (line.find_first_not_of(" \t") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

class Following {
 public:
  Following(Engine& engine, const Task& task, const Callbacks& callbacks)
      : engine_(engine), task_(task), callbacks_(callbacks), hosts_(engine.hosts()), told_(hosts_.size()) {}

  std::vector<Host> run() {
    try {
      for (std::size_t i = 0; i < hosts_.size(); ++i) {
        hosts_[i].folder = (fs::path(task_.folder) / file_name(i, hosts_[i].name)).string();
        fs::create_directories(hosts_[i].folder);
        if (hosts_[i].is_done()) continue;
        if (callbacks_.stopped()) {
          hosts_[i].lose("not started: it was asked to stop", lost_under_way);
        } else {
          engine_.start(task_, hosts_[i]);
        }
      }
      follow();
    } catch (const Error& error) {
      end();
      if (error.code != ErrorCode::interrupted) throw;
    } catch (...) {
      end();
      throw;
    }
    tell();
    return hosts_;
  }

 private:
  void follow() {
    std::chrono::steady_clock::time_point patience;
    for (bool stopping = false;;) {
      tell();
      if (std::all_of(hosts_.begin(), hosts_.end(), [](const Host& host) { return host.is_done(); })) return;
      if (!stopping && callbacks_.stopped()) {
        stopping = true;
        patience = std::chrono::steady_clock::now() + stop_patience;
        engine_.stop(task_, hosts_);
      } else if (stopping && std::chrono::steady_clock::now() > patience) {
        return end();
      }
      callbacks_.waiting(hosts_);
      std::this_thread::sleep_for(pause);
      engine_.look(task_, hosts_);
    }
  }

  void tell() {
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      if (!hosts_[i].is_done() || told_[i]) continue;
      told_[i] = true;
      callbacks_.done(hosts_[i]);
    }
  }

  void end() {
    transport::clear_interrupt();  // else nothing that tidies up could be started
    engine_.end(task_, hosts_);
  }

  Engine& engine_;
  const Task& task_;
  const Callbacks& callbacks_;
  std::vector<Host> hosts_;
  std::vector<bool> told_;
};

}  // namespace

bool Host::has_export() const {
  std::error_code error;
  const auto bytes = fs::file_size(fs::path(folder) / "export", error);
  return !error && bytes > 0;
}

std::string Host::last_words() const {
  const auto lines = log_end(folder);
  return lines.empty() ? "" : printable(lines.back(), 300);
}

std::string Host::line_with(const std::string& words) const {
  const auto lines = log_end(folder);
  const auto found = std::find_if(lines.rbegin(), lines.rend(), [&](const std::string& line) {
    return line.find(words) != std::string::npos;
  });
  return found == lines.rend() ? "" : printable(*found, 300);
}

std::string Host::last_error() const {
  const auto lines = log_end(folder);
  const auto error = std::find_if(lines.rbegin(), lines.rend(),
                                  [](const std::string& line) { return line.starts_with("assay: "); });
  if (error == lines.rend()) return last_words();
  std::string text;
  for (auto line = error.base() - 1; line != lines.end(); ++line)
    text += (text.empty() ? "" : "; ") + line->substr(line->find_first_not_of(' '));
  return printable(text, 600);
}

bool take_code(Host& host) {
  std::ifstream file(host.folder + "/code");
  int code = 0;
  if (!(file >> code)) return false;
  host.phase = Phase::ended;
  host.detail.clear();
  host.code = code;
  return true;
}

std::vector<Host> run_on_hosts(Engine& engine, const Task& task, const Callbacks& callbacks) {
  return Following(engine, task, callbacks).run();
}

}  // namespace assay::campaign
