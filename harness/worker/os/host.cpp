// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/os/host.h"

#include <elf.h>
#include <link.h>
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

std::string build_id() {
  std::string id;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* found) {
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const auto& segment = object->dlpi_phdr[i];
          if (segment.p_type != PT_NOTE) continue;
          const auto padded = [](std::size_t bytes) { return (bytes + 3) / 4 * 4; };
          const auto* begin = reinterpret_cast<const unsigned char*>(object->dlpi_addr + segment.p_vaddr);
          for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= segment.p_memsz;) {
            ElfW(Nhdr) note;
            std::memcpy(&note, begin + at, sizeof note);
            const unsigned char* name = begin + at + sizeof note;
            const unsigned char* value = name + padded(note.n_namesz);
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
              for (std::size_t byte = 0; byte < note.n_descsz; ++byte) {
                constexpr const char* digits = "0123456789abcdef";
                static_cast<std::string*>(found)->push_back(digits[value[byte] >> 4]);
                static_cast<std::string*>(found)->push_back(digits[value[byte] & 15]);
              }
            }
            at += sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
          }
        }
        return 1;  // the first object is the program itself
      },
      &id);
  return id;
}

}  // namespace assay::worker::os
