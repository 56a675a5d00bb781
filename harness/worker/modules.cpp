// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/modules.h"

#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "harness/worker/os/host.h"

namespace assay::worker {

namespace {

constexpr const char* rebuild = "build Assay again: its programs and modules belong together";

namespace fs = std::filesystem;

std::string module_file(std::string_view module) {
  const std::string name = "assay-module-" + std::string(module) + ".so";
  const fs::path program = os::program_folder();
  std::error_code error;
  if (const fs::path beside = program / name; fs::exists(beside, error)) return beside.string();
  return (program / ".." / ".." / "lib" / "assay" / "modules" / name).lexically_normal().string();
}

}  // namespace

Probe probe_module(std::string_view module) {
  const std::string file = module_file(module);
  std::error_code error;
  if (fs::exists(file, error)) return Probe::present();
  return Probe::absent(
      file + " is not there",
      "build the worker again with its library and install it, or install the package that brings "
      "this file (of Assay's own: assay-" +
          std::string(module) + ")");
}

std::string module_binary(std::string_view module) {
  static std::map<std::string, std::string> known;  // one module has implementations of many workloads
  const auto [entry, fresh] = known.emplace(module_file(module), "");
  if (!fresh) return entry->second;
  std::ifstream file(entry->first, std::ios::binary);
  std::uint32_t crc = 0;
  std::size_t bytes = 0;
  for (std::array<char, 4096> part{}; file.read(part.data(), part.size()) || file.gcount() > 0;) {
    crc = crc32(crc, part.data(), static_cast<std::size_t>(file.gcount()));
    bytes += static_cast<std::size_t>(file.gcount());
  }
  if (bytes > 0) entry->second = std::to_string(crc) + "-" + std::to_string(bytes);
  return entry->second;
}

const ModuleTable& open_module(std::string_view module) {
  const std::string file = module_file(module);
  // RTLD_LOCAL: two modules may bring the same library in different versions.
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw Error(ErrorCode::unavailable,
                std::string("cannot open a module: ") + (reason != nullptr ? reason : file),
                "install the library that it names, or build again");
  }
  using Entry = const ModuleTable* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "assay_module"));
  if (entry == nullptr) throw Error(ErrorCode::unavailable, file + " is not a module of Assay", rebuild);
  const ModuleTable* table = entry();
  if (table->abi != module_abi) {
    throw Error(ErrorCode::unavailable,
                file + " was built for module ABI " + std::to_string(table->abi) + ", this worker has " +
                    std::to_string(module_abi),
                rebuild);
  }
  return *table;
}

Implementation open_implementation(const ModuleRow& row) {
  for (const auto& candidate : open_module(row.module).rows) {
    if (candidate.workload != row.workload) continue;
    Implementation implementation = candidate.make();
    if (implementation.name == row.implementation) return implementation;
  }
  throw Error(ErrorCode::unavailable,
              module_file(row.module) + " has no " + std::string(row.workload) + "/" +
                  std::string(row.implementation),
              rebuild);
}

}  // namespace assay::worker
