// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

/// Inside of the local transport: who belongs to a worker, from /proc.
namespace assay::transport {

/// A worker's process tree. Everything in it descends from `root`, or descended from it and was then
/// inherited by this process, the subreaper, because its parent ended (daemons, setsid). Such orphans are
/// told from other children of ours by the mark in their environment, by having been seen in the tree before,
/// or, where they hid both, by not being in our own process group and not being anybody else's.
class Tree {
 public:
  /// What /proc says of a process.
  struct Entry {
    pid_t parent = 0;
    pid_t group = 0;
    char state = '?';
  };
  using Entries = std::map<pid_t, Entry>;

  /// The environment variable that marks a worker's processes, and its value for this one.
  static constexpr const char* mark_name = "ASSAY_LAUNCH_MARK";

  explicit Tree(std::string mark) : mark_(std::move(mark)) {}
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  void set_root(pid_t root);

  /// Living processes of the tree, the root included while it lives; zombies that are our children are listed
  /// in `zombies`, if given, except the root.
  std::vector<pid_t> members(std::vector<pid_t>* zombies = nullptr);

  /// Sends the signal to every member; how many there were.
  std::size_t signal_all(int signal);

  /// SIGKILL until nothing is left, and reaps what is ours except the root. False when something outlived
  /// `seconds`.
  bool kill_all(double seconds);

  /// Sum of the resident sets of all members (pages shared between them count in each). Cheap: only what
  /// descends from this process is read, and who that is only when the last process id of the machine has
  /// changed, or 10 s have passed.
  std::int64_t rss_bytes();

 private:
  std::vector<pid_t> members_of(const Entries& all, std::vector<pid_t>* zombies);

  std::string mark_;
  pid_t root_ = -1;
  std::set<pid_t> seen_;
  std::vector<pid_t> living_;  ///< as of the last walk by rss_bytes()
  std::string last_process_;   ///< the system's last process id before that walk
  std::chrono::steady_clock::time_point walked_{};
};

/// Peak resident set of one living process so far (VmHWM); 0 when it cannot be read.
std::int64_t peak_rss_of(pid_t pid);

}  // namespace assay::transport
