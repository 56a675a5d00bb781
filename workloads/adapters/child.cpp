// SPDX-License-Identifier: Apache-2.0
#include "workloads/adapters/child.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::adapters {

namespace {

/// How the child's descriptors 0 and 1 are opened.
class Standard {
 public:
  explicit Standard(const std::string& output) {
    posix_spawn_file_actions_init(&actions_);
    const char* out = output.empty() ? "/dev/null" : output.c_str();
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  }
  ~Standard() { posix_spawn_file_actions_destroy(&actions_); }
  Standard(const Standard&) = delete;
  Standard& operator=(const Standard&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

void check_end(const std::string& program, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string how = WIFEXITED(status) ? "ended with exit status " + std::to_string(WEXITSTATUS(status))
                                            : "was ended by signal " + std::to_string(WTERMSIG(status)) +
                                                  " (" + strsignal(WTERMSIG(status)) + ")";
  throw Error(ErrorCode::worker, "'" + printable(program, 200) + "' " + how,
              "run it by itself; what it wrote to standard error stands in the launch's log");
}

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string find_program(const std::string& name) {
  const auto runs = [](const std::string& file) {
    std::error_code ignored;
    return access(file.c_str(), X_OK) == 0 && !std::filesystem::is_directory(file, ignored);
  };
  if (name.find('/') != std::string::npos) {
    if (runs(name)) return name;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(name, ignored))
      throw Error(ErrorCode::unavailable, "cannot start '" + printable(name, 200) + "': it is not executable",
                  "chmod +x it, or start its interpreter: sh FILE");
    throw Error(ErrorCode::unavailable, "cannot start '" + printable(name, 200) + "': no program is there",
                "build it, or write its path right");
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/" + name;
    if (runs(file)) return file;
  }
  throw Error(ErrorCode::unavailable, "cannot start '" + printable(name, 200) + "': not found in PATH",
              "give its path, such as ./" + printable(name, 200));
}

Ended run_program(const std::vector<std::string>& words, const std::string& output) {
  const std::string program = find_program(words.at(0));
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const Standard standard(output);
  Ended ended;
  pid_t pid = -1;
  ended.start_ns = now_ns();
  const int error = posix_spawn(&pid, program.c_str(), standard.get(), nullptr, argv.data(), environ);
  if (error != 0)
    throw Error(
        ErrorCode::unavailable, "cannot start '" + printable(program, 200) + "': " + std::strerror(error),
        error == ENOEXEC ? "a script needs a first line such as #!/bin/sh" : "run it by itself to see why");
  int status = 0;
  while (wait4(pid, &status, 0, &ended.usage) < 0) {
    if (errno == EINTR) continue;
    throw Error(ErrorCode::internal, std::string("wait4: ") + std::strerror(errno));
  }
  ended.end_ns = now_ns();
  check_end(words[0], status);
  return ended;
}

void wait_until(std::int64_t due_ns) {
  constexpr std::int64_t late_ns = 200'000;  // what a sleep may end late
  while (true) {
    const std::int64_t left = due_ns - now_ns();
    if (left <= 0) return;
    if (left <= late_ns) continue;
    const timespec pause{(left - late_ns) / 1'000'000'000, (left - late_ns) % 1'000'000'000};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
  }
}

bool move_to(const std::vector<int>& cpus) {
  if (cpus.empty()) return false;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) {
    if (cpu >= CPU_SETSIZE) return false;
    CPU_SET(cpu, &set);
  }
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

}  // namespace assay::adapters
