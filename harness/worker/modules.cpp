// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/modules.h"

#include <dlfcn.h>

#include <filesystem>

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
  return Probe::absent(file + " is not there", "install the package assay-" + std::string(module) +
                                                   ", or build again with its library");
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
