// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/local/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

namespace assay::transport {

namespace {

std::string slurp(const std::string& path, std::size_t max) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text(max, '\0');
  std::size_t size = 0;
  while (size < max) {
    const ssize_t n = ::read(fd, text.data() + size, max - size);
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  ::close(fd);
  text.resize(size);
  return text;
}

/// Processes or threads: the entries of a folder of /proc that are numbers.
std::vector<pid_t> numbers_in(const std::string& path) {
  std::vector<pid_t> numbers;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return numbers;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    numbers.push_back(static_cast<pid_t>(std::atol(entry->d_name)));
  }
  ::closedir(directory);
  return numbers;
}

/// False when it is gone.
bool read_entry(pid_t pid, Tree::Entry& entry) {
  const std::string stat = slurp("/proc/" + std::to_string(pid) + "/stat", 1024);
  const auto name_end = stat.rfind(')');  // the name may hold anything
  return name_end != std::string::npos && std::sscanf(stat.c_str() + name_end + 1, " %c %d %d", &entry.state,
                                                      &entry.parent, &entry.group) == 3;
}

Tree::Entries all_processes() {
  Tree::Entries all;
  for (const pid_t pid : numbers_in("/proc")) {
    Tree::Entry entry;
    if (read_entry(pid, entry)) all[pid] = entry;
  }
  return all;
}

/// What descends from this process, by the kernel's lists of children: a few files, where all_processes()
/// reads one of each process of the machine. A child is missed when another ends meanwhile: good enough for a
/// sum, not for ending all. Nothing where the kernel has no such lists.
Tree::Entries descendants() {
  Tree::Entries found;
  std::vector<pid_t> queue{::getpid()};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::string tasks = "/proc/" + std::to_string(queue[i]) + "/task";
    for (const pid_t thread : numbers_in(tasks)) {
      const std::string children = slurp(tasks + "/" + std::to_string(thread) + "/children", 1 << 16);
      char* end = nullptr;
      for (const char* at = children.c_str(); *at != '\0'; at = end) {
        const auto child = static_cast<pid_t>(std::strtol(at, &end, 10));
        if (end == at) break;
        Tree::Entry entry;
        if (read_entry(child, entry) && found.emplace(child, entry).second) queue.push_back(child);
      }
    }
  }
  return found;
}

bool is_dead(const Tree::Entry& entry) { return entry.state == 'Z' || entry.state == 'X'; }

/// Roots and marks of every live Tree of this process.
struct Registry {
  std::mutex mutex;
  std::map<pid_t, std::string> roots;
};
Registry& registry() {
  static Registry instance;
  return instance;
}

std::string mark_of(pid_t pid) {
  const std::string environment = slurp("/proc/" + std::to_string(pid) + "/environ", 1 << 18);
  const std::string key = std::string(Tree::mark_name) + "=";
  for (std::size_t at = 0; at < environment.size();) {
    const char* variable = environment.c_str() + at;
    if (std::strncmp(variable, key.c_str(), key.size()) == 0) return variable + key.size();
    at += std::strlen(variable) + 1;
  }
  return {};
}

}  // namespace

Tree::~Tree() {
  const std::lock_guard lock(registry().mutex);
  registry().roots.erase(root_);
}

void Tree::set_root(pid_t root) {
  const std::lock_guard lock(registry().mutex);
  root_ = root;
  registry().roots[root] = mark_;
}

std::vector<pid_t> Tree::members(std::vector<pid_t>* zombies) { return members_of(all_processes(), zombies); }

std::vector<pid_t> Tree::members_of(const Entries& all, std::vector<pid_t>* zombies) {
  std::map<pid_t, std::string> roots;
  {
    const std::lock_guard lock(registry().mutex);
    roots = registry().roots;
  }
  const pid_t self = ::getpid();
  const pid_t our_group = ::getpgrp();
  const auto is_ours = [&](pid_t pid, const Entry& entry) {
    if (entry.parent != self) return false;
    if (pid == root_) return true;
    if (roots.contains(pid)) return false;
    if (seen_.contains(pid) || entry.group == root_) return true;
    const std::string mark = mark_of(pid);
    if (!mark.empty()) return mark == mark_;
    return entry.group != our_group && roots.size() == 1;
  };

  std::multimap<pid_t, pid_t> children;
  std::vector<pid_t> queue;
  for (const auto& [pid, entry] : all) {
    children.emplace(entry.parent, pid);
    if (is_ours(pid, entry)) queue.push_back(pid);
  }
  std::vector<pid_t> living;
  seen_.clear();
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const pid_t pid = queue[i];
    if (!seen_.insert(pid).second) continue;
    const Entry& entry = all.at(pid);
    if (!is_dead(entry)) {
      living.push_back(pid);
    } else if (zombies != nullptr && pid != root_ && entry.parent == self) {
      zombies->push_back(pid);
    }
    const auto [begin, end] = children.equal_range(pid);
    for (auto child = begin; child != end; ++child) queue.push_back(child->second);
  }
  return living;
}

std::size_t Tree::signal_all(int signal) {
  const auto living = members();
  for (const pid_t pid : living) ::kill(pid, signal);
  return living.size();
}

bool Tree::kill_all(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    std::vector<pid_t> zombies;
    const auto living = members(&zombies);
    for (const pid_t pid : zombies) ::waitpid(pid, nullptr, WNOHANG);
    if (living.empty() && zombies.empty()) return true;
    for (const pid_t pid : living) ::kill(pid, SIGKILL);
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::int64_t Tree::rss_bytes() {
  static const std::int64_t page = ::sysconf(_SC_PAGESIZE);
  const std::string load = slurp("/proc/loadavg", 256);
  const std::string last_process = load.substr(load.rfind(' ') + 1);
  const auto now = std::chrono::steady_clock::now();
  if (last_process != last_process_ || last_process.empty() || now - walked_ > std::chrono::seconds(10)) {
    const Entries ours = descendants();
    living_ = ours.empty() ? members() : members_of(ours, nullptr);
    last_process_ = last_process;
    walked_ = now;
  }
  std::int64_t total = 0;
  for (const pid_t pid : living_) {
    const std::string statm = slurp("/proc/" + std::to_string(pid) + "/statm", 256);
    long size = 0;
    long resident = 0;
    if (std::sscanf(statm.c_str(), "%ld %ld", &size, &resident) == 2) total += resident * page;
  }
  return total;
}

std::int64_t peak_rss_of(pid_t pid) {
  const std::string status = slurp("/proc/" + std::to_string(pid) + "/status", 8192);
  const auto at = status.find("VmHWM:");
  return at == std::string::npos ? 0 : std::atoll(status.c_str() + at + 6) * 1024;
}

}  // namespace assay::transport
