// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/os/host.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/core/error.h"

namespace assay::worker::os {

std::string program_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "." : program.parent_path().string();
}

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

std::size_t last_level_cache_bytes() {
  const char* root = std::getenv("ASSAY_SYSFS_ROOT");
  const std::string folder =
      std::string(root != nullptr ? root : "/sys") + "/devices/system/cpu/cpu0/cache/index";
  std::size_t largest = 0;
  for (int index = 0; index < 8; ++index) {
    std::ifstream file(folder + std::to_string(index) + "/size");
    std::size_t size = 0;
    char unit = ' ';
    if (!(file >> size)) continue;
    if (file >> unit) size *= unit == 'K' ? 1u << 10 : unit == 'M' ? 1u << 20 : unit == 'G' ? 1u << 30 : 1u;
    largest = std::max(largest, size);
  }
  if (largest == 0) return std::size_t{64} << 20;
  return std::clamp<std::size_t>(largest, std::size_t{1} << 20, std::size_t{1} << 30);
}

void set_process_rules() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;  // nothing can be done about it when the process ends
  std::filesystem::remove_all(path_, ignored);
}

const std::string& TemporaryDirectory::path() {
  if (!path_.empty()) return path_;
  const char* base = std::getenv("TMPDIR");
  std::string name = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/assay-worker-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw Error(ErrorCode::io, "cannot make " + name + ": " + std::strerror(errno),
                "set TMPDIR to a folder that can be written");
  }
  path_ = name;
  return path_;
}

}  // namespace assay::worker::os
