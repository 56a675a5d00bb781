// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/facts.h"

#include <charconv>
#include <string_view>

#include "harness/core/error.h"

namespace assay::cuda {

namespace {

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace

int driver_floor(int runtime_version) {
  // CUDA Toolkit release notes, "CUDA Toolkit and Minimum Required Driver Version for CUDA Minor Version
  // Compatibility".
  return runtime_version >= 13000 ? 580 : runtime_version >= 12000 ? 525 : 450;
}

Probe probe_of(int error, const std::string& error_text, int count, const Versions& versions) {
  constexpr int insufficient_driver = 35;
  constexpr int no_device = 100;
  const std::string floor = std::to_string(driver_floor(versions.runtime));
  const std::string install = "install the NVIDIA driver, version " + floor +
                              " or later; a container is started with its GPUs (docker run --gpus all)";
  if (error == 0 && count > 0) return Probe::present();
  if (error == insufficient_driver && versions.driver == 0) {
    return Probe::absent("there is no NVIDIA driver here", install);
  }
  if (error == insufficient_driver) {
    return Probe::absent("the NVIDIA driver is for CUDA " + version_text(versions.driver) +
                             ", this build needs " + version_text(versions.runtime / 1000 * 1000),
                         install);
  }
  if (error == no_device || error == 0) {
    return Probe::absent("the NVIDIA driver finds no GPU",
                         "see 'nvidia-smi -L', and whether CUDA_VISIBLE_DEVICES hides it");
  }
  return Probe::absent("CUDA does not start: " + error_text, "see 'nvidia-smi' and 'dmesg | grep NVRM'");
}

Probe probe_of(const Facts& facts, int least) {
  const auto text = [](int capability) {
    return std::to_string(capability / 10) + "." + std::to_string(capability % 10);
  };
  const int has = 10 * facts.major + facts.minor;
  if (has >= least) return Probe::present();
  return Probe::absent(
      facts.name + " has the compute capability " + text(has) + ", this build has code for " + text(least) +
          " and later",
      "build Assay with -DCMAKE_CUDA_ARCHITECTURES=" + std::to_string(has) + ", by a CUDA that knows it");
}

std::string uuid_text(const unsigned char (&uuid)[16], bool slice) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text = slice ? "MIG-" : "GPU-";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[uuid[i] >> 4];
    text += digits[uuid[i] & 15];
  }
  return text;
}

std::string mig_profile(const std::string& name) {
  static constexpr std::string_view mark = " MIG ";
  const auto at = name.find(mark);
  return at == std::string::npos ? std::string() : name.substr(at + mark.size());
}

Device describe(int index, const Facts& facts, const Versions& versions) {
  Device device;
  device.name = "cuda:" + std::to_string(index);
  auto& print = device.fingerprint;
  print["model"] = facts.name;
  const std::string profile = mig_profile(facts.name);
  print["uuid"] = uuid_text(facts.uuid, !profile.empty());
  if (!profile.empty()) print["mig"] = profile;
  print["pci"] = facts.pci;
  print["compute_capability"] = std::to_string(facts.major) + "." + std::to_string(facts.minor);
  print["multiprocessors"] = std::to_string(facts.multiprocessors);
  print["memory.bytes"] = std::to_string(facts.memory_bytes);
  print["cache.l2_bytes"] = std::to_string(facts.l2_bytes);
  print["clock.sm_max_mhz"] = std::to_string(facts.sm_clock_khz / 1000);
  print["clock.memory_max_mhz"] = std::to_string(facts.memory_clock_khz / 1000);
  print["memory.bus_bits"] = std::to_string(facts.memory_bus_bits);
  print["ecc"] = facts.ecc ? "on" : "off";
  print["cuda.driver"] = version_text(versions.driver);
  print["cuda.driver_floor"] = std::to_string(driver_floor(versions.runtime));
  print["cuda.runtime"] = version_text(versions.runtime);
  return device;
}

int index_of(const std::string& device) {
  int index = -1;
  if (device.starts_with("cuda:")) {
    const char* begin = device.data() + 5;
    const char* end = device.data() + device.size();
    const auto [stop, error] = std::from_chars(begin, end, index);
    if (error == std::errc{} && stop == end && index >= 0) return index;
  }
  throw Error(ErrorCode::usage, "'" + device + "' is no CUDA device", "'assay list devices' has their names");
}

}  // namespace assay::cuda
