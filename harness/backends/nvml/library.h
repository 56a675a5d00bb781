// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/host.h"
#include "harness/core/probe.h"

/// What is used of NVML, by its C interface (NVML API Reference Guide): the driver brings the library, Debian
/// no header.
namespace assay::nvml {

using Handle = void*;  ///< nvmlDevice_t

enum : int { success = 0, not_supported = 3, no_permission = 4, too_small = 7 };  ///< of nvmlReturn_t
enum : int { corrected = 0, uncorrected = 1 };  ///< of nvmlMemoryErrorType_t
enum : int { since_driver = 0 };                ///< of nvmlEccCounterType_t: since the driver was loaded
enum : int { sm_clock = 1, memory_clock = 2 };  ///< of nvmlClockType_t

struct Memory {
  unsigned long long total, free, used;
};
struct Utilisation {
  unsigned gpu, memory;  ///< per cent
};
struct Process {  ///< nvmlProcessInfo_v2_t
  unsigned pid;
  unsigned long long memory;
  unsigned gpu_instance, compute_instance;
};

// Of nvmlClocksThrottleReasons.
inline constexpr unsigned long long power_limit = 0x04;  // by the driver
inline constexpr unsigned long long power_brake = 0x80;  // by the hardware
inline constexpr unsigned long long driver_heat = 0x20;
inline constexpr unsigned long long hardware_heat = 0x40;
inline constexpr unsigned long long heat = driver_heat | hardware_heat;
inline constexpr unsigned long long hardware_slowdown = 0x08;  // for either

/// Those that a driver lacks are nullptr, except the first four.
struct Functions {
  int (*init)() = nullptr;
  const char* (*error_string)(int error) = nullptr;
  int (*handle_by_uuid)(const char* uuid, Handle* device) = nullptr;
  int (*handle_by_pci)(const char* bus, Handle* device) = nullptr;
  int (*total_energy)(Handle device, unsigned long long* millijoules) = nullptr;
  int (*power)(Handle device, unsigned* milliwatts) = nullptr;
  int (*ecc_errors)(Handle device, int kind, int since, unsigned long long* count) = nullptr;
  int (*clock)(Handle device, int type, unsigned* mhz) = nullptr;
  int (*highest_clock)(Handle device, int type, unsigned* mhz) = nullptr;
  int (*temperature)(Handle device, int sensor, unsigned* celsius) = nullptr;
  int (*throttle_reasons)(Handle device, unsigned long long* reasons) = nullptr;
  int (*memory)(Handle device, Memory* memory) = nullptr;
  int (*utilisation)(Handle device, Utilisation* utilisation) = nullptr;
  int (*mig_mode)(Handle device, unsigned* current, unsigned* pending) = nullptr;
  int (*board_of_slice)(Handle slice, Handle* board) = nullptr;
  int (*processes)(Handle device, unsigned* count, Process* processes) = nullptr;
};

struct Library {
  Functions call;
  Probe probe;
  std::string error_text(int error) const;
};

/// The driver's.
inline constexpr const char* library_name = "libnvidia-ml.so.1";

/// Opens and initialises the library, for as long as the process lives.
Library open_library(const std::string& name);

/// A device of a case among NVML's: the board, and where that is divided (MIG) and the case has a slice of
/// it, the slice. Without a board: why.
struct Found {
  Handle board = nullptr;
  Handle slice = nullptr;
  std::string why_none;
};
/// By its UUID, for the driver numbers GPUs in another order than CUDA may; else by its place on the bus. The
/// library is available.
Found find_device(const Library& library, const Device& device);

}  // namespace assay::nvml
