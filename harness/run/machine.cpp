// SPDX-License-Identifier: Apache-2.0
#include "harness/run/machine.h"

#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/inputs/sha256.h"
#include "harness/run/contention.h"
#include "harness/run/environment.h"

namespace assay::run {

namespace fs = std::filesystem;

namespace {

/// An environment variable with another value as long as this lives.
class Moved {
 public:
  Moved(const char* name, const std::string& value) : name_(name) {
    if (const char* before = ::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Moved() {
    if (before_) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  Moved(const Moved&) = delete;
  Moved& operator=(const Moved&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

std::string fact(const transport::FarFacts& facts, const std::string& key) {
  const auto found = facts.find(key);
  return found == facts.end() ? "" : found->second;
}

/// A path that we asked for: another machine names no other file here.
bool is_sensor(const std::string& path) {
  constexpr std::size_t most = 200;
  const bool below = path.starts_with("/proc/") || path.starts_with("/sys/") || path == "/etc/os-release";
  return below && path.size() < most && path.find("..") == std::string::npos &&
         path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") ==
             std::string::npos;
}

/// "0-3,8" -> {0, 1, 2, 3, 8}; of what is no such list, what was read until then.
std::vector<int> cpus_of(const std::string& list) {
  constexpr int most = 65536;
  std::vector<int> cpus;
  for (const auto& part : split_filled(list, ',')) {
    int first = 0;
    const char* const end = part.data() + part.size();
    auto [stop, error] = std::from_chars(part.data(), end, first);
    int last = first;
    if (error == std::errc{} && stop != end && *stop == '-') error = std::from_chars(stop + 1, end, last).ec;
    if (error != std::errc{} || first < 0 || last > most) break;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

/// "MemTotal:       16384 kB"
std::int64_t memory_bytes(const std::string& meminfo) {
  for (const auto& line : split(meminfo, '\n')) {
    if (line.starts_with("MemTotal:")) return std::strtoll(line.c_str() + 9, nullptr, 10) * 1024;
  }
  return 0;
}

void put(std::map<std::string, std::string>& facts, const std::string& key, const std::string& value) {
  facts.erase(key);
  if (!value.empty()) facts[key] = printable(value, 300);
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.topology = read_topology();
  machine.host = read_host(machine.topology);
  return machine;
}

Machine far_machine(const transport::FarFacts& facts) {
  const std::string architecture = fact(facts, "@architecture");
  if (fact(facts, "/sys/devices/system/cpu/online").empty() || architecture.empty())
    throw Error(ErrorCode::unavailable,
                "the far host does not say what CPUs it has (/sys/devices/system/cpu, uname)",
                "it needs Linux with /proc and /sys, and grep and uname");
  const ScratchDirectory tree;
  for (const auto& [path, text] : facts) {
    if (!is_sensor(path)) continue;
    const fs::path file = tree.path() + path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text << "\n";
  }
  // What hwloc asks the system for, it reads there of another machine.
  fs::create_directories(tree.path() + "/proc");
  std::ofstream(tree.path() + "/proc/hwloc-nofile-info")
      << "OSName: Linux\nHostName: far\nArchitecture: " << printable(architecture, 100) << "\n";
  Machine machine;
  {
    const Moved root("HWLOC_FSROOT", tree.path());
    const Moved only("HWLOC_COMPONENTS", "linux,stop");
    const Moved sensors("ASSAY_SYSFS_ROOT", tree.path());
    machine.topology = read_topology(cpus_of(fact(facts, "@allowed")));
    machine.host.environment = read_environment();
  }
  machine.topology.memory_bytes = memory_bytes(fact(facts, "/proc/meminfo"));
  put(machine.topology.facts, "memory.gib",
      machine.topology.memory_bytes == 0
          ? ""
          : std::to_string((machine.topology.memory_bytes + (1LL << 29)) >> 30));
  for (const char* const key : {"kernel", "architecture", "libc"})
    put(machine.host.environment, key, fact(facts, std::string("@") + key));
  machine.host.name = printable(fact(facts, "@name"), 300);
  machine.host.host_class = machine.topology.facts;
  put(machine.host.host_class, "architecture", architecture);
  return machine;
}

std::string far_binary(const std::vector<std::string>& argv, const transport::FarFacts& facts) {
  std::string all;
  const auto told = split_filled(fact(facts, "@sha256"), '\n');
  for (const auto& line : told) all += line.substr(0, line.find(' '));
  constexpr std::size_t digits = 64;
  if (!told.empty() && all.size() == told.size() * digits) return told.size() > 1 ? inputs::sha256(all) : all;
  const bool sent = argv.size() == 1 && argv[0].starts_with(transport::copied_word);
  return sent ? inputs::sha256_file(argv[0].substr(transport::copied_word.size())) : "";
}

std::optional<transport::SshHost> far_host(const std::vector<WorkerInfo>& workers) {
  std::optional<transport::SshHost> far;
  for (const auto& worker : workers) {
    const std::string here = worker.spec.ssh ? worker.spec.ssh->address : "";
    if (&worker != &workers.front() && here != (far ? far->address : ""))
      throw Error(
          ErrorCode::usage,
          "a run has one host: worker '" + printable(workers.front().spec.id, 200) + "' and '" +
              printable(worker.spec.id, 200) + "' are on two",
          "measure them one after the other, and compare with 'assay compare' or 'assay report hardware'");
    far = worker.spec.ssh;
  }
  return far;
}

Machine machine_of(const std::vector<WorkerInfo>& workers) {
  return far_host(workers) ? *workers.front().machine : this_machine();
}

std::map<std::string, std::string> environment_now(const std::vector<WorkerInfo>& workers) {
  const auto far = far_host(workers);
  if (!far) return read_environment();
  try {
    return far_machine(transport::ask_facts(*far, std::chrono::seconds(30))).host.environment;
  } catch (const Error&) {
    return {};  // left out: what it was after the run nobody can say
  }
}

std::vector<Reading> far_readings(const transport::SshHost& host) {
  return no_host_readings("the worker runs on " + host.address +
                          ", over ssh: what its host did meanwhile is not known");
}

std::vector<Reading> no_host_readings(const std::string& reason) {
  auto readings = host_readings({}, {}, {}, {});
  for (Reading& reading : readings) {
    reading.value.reset();
    reading.state = ReadingState::unsupported;
    reading.coverage = 0;
    reading.reason = reason;
  }
  return readings;
}

}  // namespace assay::run
