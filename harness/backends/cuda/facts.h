// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/host.h"

/// What the CUDA runtime says of its devices, and what Assay makes of it. Pure, and built without CUDA.
namespace assay::cuda {

/// One device as the runtime describes it.
struct Facts {
  std::string name;             ///< "NVIDIA H100 80GB HBM3"
  unsigned char uuid[16] = {};  ///< of the board, or of the MIG slice
  int major = 0;                ///< compute capability
  int minor = 0;
  int multiprocessors = 0;
  std::size_t memory_bytes = 0;
  std::size_t l2_bytes = 0;
  int sm_clock_khz = 0;  ///< the highest
  int memory_clock_khz = 0;
  int memory_bus_bits = 0;
  bool ecc = false;
  std::string pci;  ///< "0000:3b:00.0"
};

/// Versions as CUDA counts them: 13000 is 13.0; a driver version of 0 means that there is none.
struct Versions {
  int driver = 0;
  int runtime = 0;
};

/// The oldest driver that runs programs of this runtime, as its branch: 580 for CUDA 13, 525 for CUDA 12.
int driver_floor(int runtime_version);

/// Why no device can be used: `error` is what cudaGetDeviceCount returned (0: it found `count` devices).
Probe probe_of(int error, const std::string& error_text, int count, const Versions& versions);

/// Whether this build has code for the device: of `least`, its oldest compute capability (80 is 8.0), or
/// later.
Probe probe_of(const Facts& facts, int least);

/// "GPU-01234567-89ab-cdef-0123-456789abcdef", as nvidia-smi writes it; of a slice "MIG-...".
std::string uuid_text(const unsigned char (&uuid)[16], bool slice = false);

/// "1g.10gb" of "NVIDIA H100 80GB HBM3 MIG 1g.10gb", as the runtime calls a slice of a board; else empty.
std::string mig_profile(const std::string& name);

/// The row of device `index`, with its fingerprint; a slice has the fact `mig`, its profile.
Device describe(int index, const Facts& facts, const Versions& versions);

/// 1 of "cuda:1". \throws Error{usage} when the text is no device of this kind.
int index_of(const std::string& device);

}  // namespace assay::cuda
