// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/nvml/library.h"

#include <dlfcn.h>

namespace assay::nvml {

namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

std::string Library::error_text(int error) const {
  const char* text = call.error_string(error);
  return text != nullptr ? text : "error " + std::to_string(error);
}

Library open_library(const std::string& name) {
  Library library;
  void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* error = dlerror();
    library.probe =
        Probe::absent(std::string("there is no NVIDIA driver here: ") + (error != nullptr ? error : ""),
                      "install the NVIDIA driver; a container is started with its GPUs (docker run --gpus "
                      "all) and NVIDIA_DRIVER_CAPABILITIES=compute,utility");
    return library;
  }
  Functions& call = library.call;
  if (!find(handle, "nvmlInit_v2", call.init) || !find(handle, "nvmlErrorString", call.error_string) ||
      !find(handle, "nvmlDeviceGetHandleByUUID", call.handle_by_uuid) ||
      !find(handle, "nvmlDeviceGetHandleByPciBusId_v2", call.handle_by_pci)) {
    library.probe =
        Probe::absent(name + " lacks functions that every NVML has", "install the NVIDIA driver again");
    return library;
  }
  find(handle, "nvmlDeviceGetTotalEnergyConsumption", call.total_energy);
  find(handle, "nvmlDeviceGetPowerUsage", call.power);
  find(handle, "nvmlDeviceGetTotalEccErrors", call.ecc_errors);
  find(handle, "nvmlDeviceGetClockInfo", call.clock);
  find(handle, "nvmlDeviceGetMaxClockInfo", call.highest_clock);
  find(handle, "nvmlDeviceGetTemperature", call.temperature);
  if (!find(handle, "nvmlDeviceGetCurrentClocksEventReasons", call.throttle_reasons))  // drivers from 535 on
    find(handle, "nvmlDeviceGetCurrentClocksThrottleReasons", call.throttle_reasons);
  find(handle, "nvmlDeviceGetMemoryInfo", call.memory);
  find(handle, "nvmlDeviceGetUtilizationRates", call.utilisation);
  find(handle, "nvmlDeviceGetMigMode", call.mig_mode);
  find(handle, "nvmlDeviceGetDeviceHandleFromMigDeviceHandle", call.board_of_slice);
  if (!find(handle, "nvmlDeviceGetComputeRunningProcesses_v3", call.processes))  // drivers from 510 on
    find(handle, "nvmlDeviceGetComputeRunningProcesses_v2", call.processes);
  if (const int error = call.init(); error != success) {
    library.probe = Probe::absent("NVML does not start: " + library.error_text(error),
                                  "see 'nvidia-smi' and 'dmesg | grep NVRM'");
  }
  return library;
}

Found find_device(const Library& library, const Device& device) {
  const auto fact = [&](const char* key) {
    const auto found = device.fingerprint.find(key);
    return found == device.fingerprint.end() ? std::string() : found->second;
  };
  const std::string uuid = fact("uuid");
  const std::string pci = fact("pci");
  Found found;
  if (uuid.starts_with("MIG-") && library.call.board_of_slice != nullptr &&
      library.call.handle_by_uuid(uuid.c_str(), &found.slice) == success) {
    if (library.call.board_of_slice(found.slice, &found.board) == success) return found;
  }
  found.slice = nullptr;
  int error = not_supported;
  if (uuid.starts_with("GPU-")) error = library.call.handle_by_uuid(uuid.c_str(), &found.board);
  if (error != success && !pci.empty()) error = library.call.handle_by_pci(pci.c_str(), &found.board);
  if (error == success) return found;
  found.board = nullptr;
  found.why_none = uuid.empty() && pci.empty()
                       ? device.name + " is no GPU of NVIDIA's"
                       : "NVML does not find " + device.name + ": " + library.error_text(error);
  return found;
}

}  // namespace assay::nvml
