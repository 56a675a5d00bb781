// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/host.h"

/// What Vulkan says of its devices, and what Assay makes of it. Pure, and built without Vulkan. Numbers are
/// those of the Vulkan 1.3 specification.
namespace assay::vulkan {

/// VkPhysicalDeviceType.
enum class Type : std::uint32_t { other = 0, integrated = 1, discrete = 2, virtual_gpu = 3, cpu = 4 };

/// One device as its driver describes it.
struct Facts {
  std::string name;    ///< "llvmpipe (LLVM 15.0.6, 256 bits)"
  std::string driver;  ///< "llvmpipe Mesa 22.3.6 (LLVM 15.0.6)"
  unsigned char uuid[16] = {};
  Type type = Type::other;
  std::uint32_t vendor = 0;          ///< PCI's number: 0x10de is NVIDIA
  std::uint32_t driver_version = 0;  ///< as the driver counts
  std::uint32_t api_version = 0;     ///< of the device, as VK_MAKE_API_VERSION packs it
  std::size_t memory_bytes = 0;      ///< the largest heap that is local to the device
  std::string pci;          ///< "0000:3b:00.0"; empty where it is on no bus, or the driver does not say
  int compute_family = -1;  ///< the queue family that runs compute shaders; -1: none
  int timestamp_bits = 0;   ///< of that family; 0: it has no clock
  double timestamp_period_ns = 0;
  bool addresses = false;  ///< bufferDeviceAddress
  bool float64 = false;
  bool float16 = false;  ///< arithmetic in binary16 (shaderFloat16)
  bool dot8 = false;     ///< one instruction adds four products of 8 bits (VK_KHR_shader_integer_dot_product)
  bool subgroup_sums = false;  ///< arithmetic within a subgroup, in compute shaders
  bool statistics = false;     ///< it counts invocations of shaders (pipelineStatisticsQuery)
  std::uint32_t subgroup_size = 0;
  std::uint32_t group_invocations = 0;  ///< of one workgroup, at most
  std::uint32_t shared_bytes = 0;       ///< of one workgroup, at most
  std::uint32_t groups = 0;             ///< workgroups of a dispatch in x, at most
  std::string hidden;                   ///< what without() took from it: "subgroups,dot8"
};

/// The device as one that lacks what `words` name, parted by commas: subgroups, dot8, float16, statistics,
/// timestamps (ASSAY_VULKAN_WITHOUT). What it lacks anyway is not hidden. \throws Error{usage} for another
/// word.
Facts without(Facts facts, std::string_view words);

/// Why no device can be used when libvulkan.so.1 does not open; `why` is dlopen's text.
Probe probe_without_loader(const std::string& why);

/// `result`: what vkCreateInstance or vkEnumeratePhysicalDevices returned (0: it found `count` devices).
Probe probe_of(int result, std::size_t count);

/// Whether kernels can run on the device: Vulkan 1.2, a compute queue, bufferDeviceAddress.
Probe probe_of(const Facts& facts);

/// The order of numbers: by PCI address, then what is on no bus by UUID, then CPU drivers. Indices into
/// `devices`.
std::vector<std::size_t> numbering(const std::vector<Facts>& devices);

/// "01234567-89ab-cdef-0123-456789abcdef"; of NVIDIA's with "GPU-" before it, as nvidia-smi and NVML write
/// it. Empty where the driver gives none (all zero).
std::string uuid_text(const Facts& facts);

/// The row of device `index`, with its fingerprint. A CPU driver's device has the fidelity `software`.
Device describe(int index, const Facts& facts);

/// 1 of "vulkan:1". \throws Error{usage} when the text is no device of this kind.
int index_of(const std::string& device);

/// What lies between two timestamps of a counter of `bits` bits that may have wrapped once.
double elapsed_ns(std::uint64_t begin, std::uint64_t end, int bits, double period_ns);

/// How often work of `one_ns` goes into one submission that lasts some 50 ms, at least once: a display's
/// driver ends what holds the device for seconds (Windows after 2).
std::size_t times_in_a_submission(double one_ns);

}  // namespace assay::vulkan
