/* SPDX-License-Identifier: Apache-2.0 */
/* An NVML of a machine with two GPUs that we do not have. The first counts energy, the second does not. The
 * second is divided (MIG) and has one slice, MIG-2a; 20 processes compute on the first, on the slice this
 * one. A driver that is too old for utilisation: that symbol is absent. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct gpu {
  const char *uuid, *pci;
  int has_energy;
  unsigned mhz;
  unsigned long long millijoules, throttle;
};
static struct gpu gpus[2] = {{"GPU-1111", "0000:01:00.0", 1, 1500, 5000, 0x04},
                             {"GPU-2222", "0000:02:00.0", 0, 900, 0, 0x41}};

int nvmlInit_v2(void) { return getenv("FAKE_NVML_INIT") ? atoi(getenv("FAKE_NVML_INIT")) : 0; }
const char* nvmlErrorString(int error) {
  return error == 3 ? "Not Supported" : error == 4 ? "Insufficient Permissions" : "other";
}
static int find(const char* wanted, int uuid, void** device) {
  for (int i = 0; i < 2; ++i) {
    if (strcmp(uuid ? gpus[i].uuid : gpus[i].pci, wanted) != 0) continue;
    *device = &gpus[i];
    return 0;
  }
  return 6;
}
static int slice; /* of the second */
int nvmlDeviceGetHandleByUUID(const char* uuid, void** device) {
  if (strcmp(uuid, "MIG-2a") != 0) return find(uuid, 1, device);
  *device = &slice;
  return 0;
}
int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(void* mig, void** board) {
  if (mig != &slice) return 2;
  *board = &gpus[1];
  return 0;
}
int nvmlDeviceGetMigMode(struct gpu* gpu, unsigned* current, unsigned* pending) {
  if (gpu == &gpus[0]) return 3;
  *current = *pending = 1;
  return 0;
}
struct process {
  unsigned pid;
  unsigned long long memory;
  unsigned gpu_instance, compute_instance;
};
int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned* count, struct process* processes) {
  const unsigned all = device == &gpus[0] ? 20 : 1, room = *count;
  *count = all;
  if (room < all) return 7;
  for (unsigned i = 0; i < all; ++i) processes[i] = (struct process){i + 1, 1 << 20, 0, 0};
  if (device == &slice) processes[0].pid = (unsigned)getpid();
  return 0;
}
int nvmlDeviceGetHandleByPciBusId_v2(const char* bus, void** device) { return find(bus, 0, device); }
int nvmlDeviceGetTotalEnergyConsumption(struct gpu* gpu, unsigned long long* millijoules) {
  if (!gpu->has_energy) return 3;
  gpu->millijoules += 2500; /* between two readings */
  *millijoules = gpu->millijoules;
  return 0;
}
int nvmlDeviceGetPowerUsage(struct gpu* gpu, unsigned* milliwatts) {
  static int asked;
  if (!gpu->has_energy) return 3;
  *milliwatts = asked++ % 2 == 0 ? 240000 : 260000; /* before, after */
  return 0;
}
/* Without ECC there are none to tell. */
int nvmlDeviceGetTotalEccErrors(struct gpu* gpu, int kind, int since, unsigned long long* count) {
  if (gpu == &gpus[1]) return 3;
  if (since != 0) return 2;
  *count = kind == 0 ? 7 : 0;
  return 0;
}
int nvmlDeviceGetClockInfo(struct gpu* gpu, int type, unsigned* mhz) {
  *mhz = type == 1 ? gpu->mhz : type == 2 ? 2600 : 0;
  return 0;
}
int nvmlDeviceGetMaxClockInfo(struct gpu* gpu, int type, unsigned* mhz) {
  if (gpu != &gpus[0] || type != 1) return 3;
  *mhz = getenv("FAKE_NVML_MAX_MHZ") ? (unsigned)atoi(getenv("FAKE_NVML_MAX_MHZ")) : 1980;
  return 0;
}
int nvmlDeviceGetTemperature(struct gpu* gpu, int sensor, unsigned* celsius) {
  *celsius = gpu == &gpus[0] && sensor == 0 ? 55 : 70;
  return 0;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(struct gpu* gpu, unsigned long long* reasons) {
  *reasons = gpu->throttle;
  return 0;
}
struct memory {
  unsigned long long total, free, used;
};
int nvmlDeviceGetMemoryInfo(struct gpu* gpu, struct memory* memory) {
  if ((void*)gpu == &slice) {
    *memory = (struct memory){1ull << 33, 1ull << 32, 1ull << 31};
    return 0;
  }
  if (gpu == &gpus[1]) return 4;
  *memory = (struct memory){1ull << 36, 1ull << 35, 1ull << 34};
  return 0;
}
