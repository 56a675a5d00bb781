// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>

#include "harness/core/error.h"
#include "harness/core/host.h"

/// One of NVIDIA's libraries, in whatever version the machine has: too large to be shipped, and not linked,
/// so that a module opens without it. Built without CUDA's headers.
namespace assay::llm {

/// Opened for the life of the process. Order: the constructor, find() of every function, then probe().
class NvidiaLibrary {
 public:
  /// `what`: "cuBLAS"; `names`: of its file, the newest first.
  NvidiaLibrary(std::string what, std::initializer_list<const char*> names);

  /// Sets `function` to what the library has under `name`; a missing one makes it absent.
  template <typename Function>
  void find(const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(symbol(name));
  }

  /// Whether it is here with all that was asked for; else why not, and the remedy.
  Probe probe() const;
  /// \throws Error{worker} "cuBLAS cannot `doing`: status 7", unless `status` is 0.
  void check(int status, const char* doing) const;

 private:
  void* symbol(const char* name);

  std::string what_;
  void* handle_ = nullptr;
  std::string missing_;  ///< why it is absent
};

}  // namespace assay::llm
