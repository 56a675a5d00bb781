// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>

#include "collectors/nvml/nvml.h"
#include "harness/backends/nvml/throttle_watch.h"

using namespace assay;

namespace {

std::string fake() { return std::string(std::getenv("ASSAY_BINARY_DIR")) + "/tests/fake_nvml.so"; }

Device gpu(const std::string& uuid, const std::string& pci = "") {
  Device device{.name = "cuda:0", .fidelity = "hardware", .fingerprint = {}};
  if (!uuid.empty()) device.fingerprint["uuid"] = uuid;
  if (!pci.empty()) device.fingerprint["pci"] = pci;
  return device;
}

std::vector<Reading> read(const Device* device, const std::vector<std::string>& events = {}) {
  const auto collector = nvml::make_collector(fake());
  REQUIRE(collector->probe().available);
  if (device != nullptr) collector->observe(*device);
  collector->open(events);
  collector->start();
  collector->stop();
  return collector->read();
}

const Reading& find(const std::vector<Reading>& readings, const std::string& metric) {
  for (const auto& reading : readings) {
    if (reading.metric == metric) return reading;
  }
  FAIL(metric);
  return readings.front();
}

}  // namespace

TEST_CASE("a GPU is read by its UUID: energy as a difference, clocks, heat, memory, what throttles") {
  const Device device = gpu("GPU-1111");
  const auto readings = read(&device);
  CHECK(*find(readings, "nvml.energy").value == Approx(2.5));
  CHECK(*find(readings, "nvml.sm_clock").value == Approx(1.5e9));
  CHECK(*find(readings, "nvml.memory_clock").value == Approx(2.6e9));
  CHECK(*find(readings, "nvml.temperature.max").value == 55);
  CHECK(*find(readings, "nvml.memory_used.max").value == 17179869184.0);
  CHECK(*find(readings, "nvml.throttle_power.max").value == 1);
  CHECK(*find(readings, "nvml.throttle_heat.max").value == 0);
  CHECK(*find(readings, "nvml.slowdown.max").value == 0);
  CHECK(*find(readings, "nvml.power").value == Approx(250));  // 240 W, then 260
  CHECK(*find(readings, "nvml.ecc_corrected.max").value == 7);
  CHECK(*find(readings, "nvml.ecc_uncorrected.max").value == 0);
}

TEST_CASE("of two GPUs the case's own is read, by its place on the bus where its UUID is not known") {
  const Device by_bus = gpu("", "0000:02:00.0");
  const Device by_either = gpu("GPU-unknown", "0000:02:00.0");
  for (const Device* device : {&by_bus, &by_either}) {
    const auto readings = read(device);
    CHECK(*find(readings, "nvml.sm_clock").value == Approx(9e8));
    CHECK(*find(readings, "nvml.temperature.max").value == 70);
    CHECK(*find(readings, "nvml.throttle_heat.max").value == 1);
  }
}

TEST_CASE("what NVML refuses, and a function that the driver lacks, cost the other readings nothing") {
  const Device device = gpu("GPU-2222");
  const auto readings = read(&device);
  const Reading& energy = find(readings, "nvml.energy");
  CHECK(energy.state == ReadingState::unsupported);
  CHECK(energy.reason == "NVML: Not Supported");
  const Reading& memory = find(readings, "nvml.memory_used.max");
  CHECK(memory.state == ReadingState::denied);
  CHECK(memory.reason == "NVML: Insufficient Permissions");
  const Reading& utilisation = find(readings, "nvml.utilisation");
  CHECK(utilisation.state == ReadingState::unsupported);
  CHECK(utilisation.reason.find("no function") != std::string::npos);
  CHECK(find(readings, "nvml.sm_clock").value);
  const Reading& errors = find(readings, "nvml.ecc_corrected.max");  // ECC is off
  CHECK(errors.state == ReadingState::unsupported);
  CHECK_FALSE(errors.value);
}

TEST_CASE("a case on the CPU, or on a GPU that NVML does not know, reads none of the GPUs") {
  const Device unknown = gpu("GPU-3333", "0000:09:00.0");
  const Device foreign{.name = "vulkan:0", .fidelity = "hardware", .fingerprint = {}};
  for (const Device* device : {static_cast<const Device*>(nullptr), &unknown, &foreign}) {
    for (const auto& reading : read(device)) {
      CHECK_FALSE(reading.value);
      CHECK(reading.state == ReadingState::unsupported);
      CHECK_FALSE(reading.reason.empty());
    }
  }
}

TEST_CASE(
    "without a driver, with another library, and when NVML does not start, the probe says why and what to "
    "do") {
  const Probe absent = nvml::make_collector("libassay-has-no-such-nvml.so")->probe();
  CHECK(absent.reason.find("no NVIDIA driver") != std::string::npos);
  CHECK(absent.remedy.find("--gpus all") != std::string::npos);
  CHECK_FALSE(nvml::make_collector("libm.so.6")->probe().available);
  setenv("FAKE_NVML_INIT", "4", 1);
  const Probe refused = nvml::make_collector(fake())->probe();
  unsetenv("FAKE_NVML_INIT");
  CHECK(refused.reason == "NVML does not start: Insufficient Permissions");
  CHECK_FALSE(refused.remedy.empty());
}

TEST_CASE("NVML's readings are chosen by name") {
  const Device device = gpu("GPU-1111");
  const auto readings = read(&device, {"energy", "nvml.sm_clock"});
  REQUIRE(readings.size() == 2);
  CHECK(readings[0].metric == "nvml.energy");
  CHECK(readings[1].metric == "nvml.sm_clock");
}

TEST_CASE("other processes on the GPU are counted without this one, and a slice is read with its board") {
  const Device shared = gpu("GPU-1111");
  const auto whole = read(&shared);
  CHECK(*find(whole, "nvml.other_processes.max").value == 19);  // more than were asked for at first
  CHECK(*find(whole, "nvml.mig.max").value == 0);               // "Not Supported": it cannot be divided
  const Device slice = gpu("MIG-2a", "0000:02:00.0");
  const auto readings = read(&slice);
  CHECK(*find(readings, "nvml.other_processes.max").value == 0);
  CHECK(*find(readings, "nvml.mig.max").value == 1);
  CHECK(*find(readings, "nvml.memory_used.max").value == 2147483648.0);  // the slice's
  CHECK(*find(readings, "nvml.temperature.max").value == 70);            // the board's
  Device by_vulkan = shared;
  by_vulkan.name = "vulkan:0";  // is none of those that compute by CUDA
  CHECK(*find(read(&by_vulkan), "nvml.other_processes.max").value == 20);
}

TEST_CASE("heat, the hardware and a brake hold a GPU down; its limit of power does where the clock is low") {
  CHECK_FALSE(nvml::held_down(0, 300e6, 2000e6));  // idle, or locked by its owner
  CHECK_FALSE(nvml::held_down(nvml::power_limit, 1501e6, 2000e6));
  CHECK(nvml::held_down(nvml::power_limit, 1499e6, 2000e6));
  CHECK_FALSE(nvml::held_down(nvml::power_limit, 1499e6, 0));
  CHECK_FALSE(nvml::held_down(nvml::driver_heat, 1501e6, 2000e6));
  CHECK(nvml::held_down(nvml::driver_heat, 1499e6, 2000e6));
  CHECK(nvml::held_down(nvml::driver_heat, 1999e6, 0));
  for (const unsigned long long reason : {0x40ULL, 0x08ULL, 0x80ULL})
    CHECK(nvml::held_down(reason | 0x04, 2000e6, 2000e6));
}

TEST_CASE("a GPU of NVIDIA's is watched after each reading, another device is not") {
  const Device device = gpu("GPU-1111");  // as Vulkan tells of it: without its highest clock, which NVML has
  nvml::ThrottleWatch near_limit(device, fake());
  near_limit.look(10);
  near_limit.look(20);
  const auto tracks = near_limit.take_tracks();
  REQUIRE(tracks.size() == 2);
  CHECK(tracks[0].metric == "device.clock");
  CHECK(tracks[0].value == std::vector<double>{1.5e9, 1.5e9});
  CHECK(tracks[1].metric == "device.held_down");
  CHECK(tracks[1].offset_ns == std::vector<std::int64_t>{10, 20});
  CHECK(tracks[1].value == std::vector<double>{0, 0});
  CHECK(near_limit.take_tracks().empty());
  setenv("FAKE_NVML_MAX_MHZ", "2100", 1);  // of which 1500 are less than 75 %
  nvml::ThrottleWatch low(device, fake());
  unsetenv("FAKE_NVML_MAX_MHZ");
  low.look(1);
  CHECK(low.take_tracks().at(1).value == std::vector<double>{1});
  for (const auto& other : {gpu("GPU-2222"), gpu("8086-1"), gpu("")}) {
    nvml::ThrottleWatch watch(other, other.fingerprint.contains("uuid") ? fake() : "none");
    watch.look(1);
    CHECK(watch.take_tracks().size() == (other.fingerprint == gpu("GPU-2222").fingerprint ? 2 : 0));
  }
  nvml::ThrottleWatch without(device, "libassay-has-no-such-nvml.so");
  without.look(1);
  CHECK(without.take_tracks().empty());
}
