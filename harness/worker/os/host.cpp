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
#include <map>
#include <string_view>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/sensors.h"

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

namespace {

/// A CPU's largest cache: who shares it, as sysfs writes it ("0-7"), and its bytes.
std::pair<std::string, std::size_t> largest_cache(int cpu) {
  const std::string folder =
      sensor_root() + "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/index";
  std::pair<std::string, std::size_t> largest;
  for (int index = 0; index < 8; ++index) {
    std::ifstream file(folder + std::to_string(index) + "/size");
    std::size_t size = 0;
    char unit = ' ';
    if (!(file >> size)) continue;
    if (file >> unit) size *= unit == 'K' ? 1u << 10 : unit == 'M' ? 1u << 20 : unit == 'G' ? 1u << 30 : 1u;
    if (size <= largest.second) continue;
    largest.second = size;
    std::ifstream shared(folder + std::to_string(index) + "/shared_cpu_list");
    std::getline(shared, largest.first);
  }
  return largest;
}

}  // namespace

std::size_t last_level_cache_bytes(const std::vector<int>& cpus) {
  std::map<std::string, std::size_t> caches;
  for (const int cpu : cpus) caches.insert(largest_cache(cpu));
  std::size_t all = 0;
  for (const auto& [shared, bytes] : caches) all += bytes;
  if (all == 0) return std::size_t{64} << 20;
  return std::clamp<std::size_t>(all, std::size_t{1} << 20, std::size_t{2} << 30);
}

void set_process_rules() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);
}

bool shares_no_folder() {
  const char* files = std::getenv("ASSAY_FILES");
  return files != nullptr && std::string_view(files) == "none";
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
