// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/core/collector.h"

/// What is used of NVML, by its C interface (NVML API Reference Guide): the driver brings the library, Debian
/// no header.
namespace assay::nvml {

using Handle = void*;  ///< nvmlDevice_t

enum : int { success = 0, not_supported = 3, no_permission = 4 };  ///< of nvmlReturn_t
enum : int { sm_clock = 1, memory_clock = 2 };                     ///< of nvmlClockType_t

struct Memory {
  unsigned long long total, free, used;
};
struct Utilisation {
  unsigned gpu, memory;  ///< per cent
};

/// Those that a driver lacks are nullptr, except the first four.
struct Functions {
  int (*init)() = nullptr;
  const char* (*error_string)(int error) = nullptr;
  int (*handle_by_uuid)(const char* uuid, Handle* device) = nullptr;
  int (*handle_by_pci)(const char* bus, Handle* device) = nullptr;
  int (*total_energy)(Handle device, unsigned long long* millijoules) = nullptr;
  int (*clock)(Handle device, int type, unsigned* mhz) = nullptr;
  int (*temperature)(Handle device, int sensor, unsigned* celsius) = nullptr;
  int (*throttle_reasons)(Handle device, unsigned long long* reasons) = nullptr;
  int (*memory)(Handle device, Memory* memory) = nullptr;
  int (*utilisation)(Handle device, Utilisation* utilisation) = nullptr;
};

struct Library {
  Functions call;
  Probe probe;
  std::string error_text(int error) const;
};

/// Opens and initialises the library, for as long as the process lives.
Library open_library(const std::string& name);

/// The collector, on this library.
std::unique_ptr<Collector> make_collector(const std::string& library);

}  // namespace assay::nvml
