// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/nvidia_library.h"

#include <dlfcn.h>

#include <utility>

namespace assay::llm {

NvidiaLibrary::NvidiaLibrary(std::string what, std::initializer_list<const char*> names)
    : what_(std::move(what)) {
  for (const char* name : names) {
    handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) break;
    if (missing_.empty()) missing_ = dlerror();
  }
  if (handle_ != nullptr) missing_.clear();
}

void* NvidiaLibrary::symbol(const char* name) {
  void* const found = handle_ == nullptr ? nullptr : dlsym(handle_, name);
  if (found == nullptr && missing_.empty()) missing_ = what_ + " has no " + name;
  return found;
}

Probe NvidiaLibrary::probe() const {
  if (missing_.empty()) return Probe::present();
  return Probe::absent(missing_,
                       "install cuBLAS (pip install nvidia-cublas, or NVIDIA's libcublas-13-0) and name its "
                       "folder in LD_LIBRARY_PATH");
}

void NvidiaLibrary::check(int status, const char* doing) const {
  if (status == 0) return;
  throw Error(ErrorCode::worker, what_ + " cannot " + doing + ": status " + std::to_string(status));
}

}  // namespace assay::llm
