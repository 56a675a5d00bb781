// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/facts.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

constexpr std::uint32_t version(std::uint32_t major, std::uint32_t minor, std::uint32_t patch) {
  return major << 22 | minor << 12 | patch;
}

vulkan::Facts usable() {
  vulkan::Facts facts;
  facts.name = "a GPU";
  facts.type = vulkan::Type::discrete;
  facts.api_version = version(1, 3, 230);
  facts.compute_family = 0;
  facts.addresses = true;
  return facts;
}

}  // namespace

TEST_CASE("without loader, driver or device Vulkan is absent with its reason and a remedy") {
  const Probe loader = vulkan::probe_without_loader("libvulkan.so.1: cannot open shared object file");
  CHECK_FALSE(loader.available);
  CHECK_THAT(loader.reason, Contains("no Vulkan loader") && Contains("cannot open"));
  CHECK_THAT(loader.remedy, Contains("apt-get install libvulkan1"));
  const Probe driver = vulkan::probe_of(-9, 0);  // VK_ERROR_INCOMPATIBLE_DRIVER
  CHECK(driver.reason == "Vulkan's loader finds no driver");
  CHECK_THAT(driver.remedy, Contains("mesa-vulkan-drivers") && Contains("VK_DRIVER_FILES"));
  CHECK(vulkan::probe_of(0, 0).reason == "Vulkan's drivers find no device");
  CHECK_THAT(vulkan::probe_of(-3, 0).reason, Contains("VkResult -3"));
  CHECK(vulkan::probe_of(0, 1).available);
}

TEST_CASE("a device that lacks what kernels need says which") {
  CHECK(vulkan::probe_of(usable()).available);
  vulkan::Facts old = usable();
  old.api_version = version(1, 1, 300);
  CHECK(vulkan::probe_of(old).reason == "it has Vulkan 1.1.300, kernels need 1.2");
  vulkan::Facts graphics = usable();
  graphics.compute_family = -1;
  CHECK_THAT(vulkan::probe_of(graphics).reason, Contains("no compute"));
  vulkan::Facts flat = usable();
  flat.addresses = false;
  CHECK_THAT(vulkan::probe_of(flat).reason, Contains("bufferDeviceAddress"));
}

TEST_CASE("devices are numbered in PCI order, then those on no bus, CPU drivers last") {
  std::vector<vulkan::Facts> all(4, usable());
  all[0].type = vulkan::Type::cpu;
  all[1].pci = "0000:af:00.0";
  all[2].type = vulkan::Type::integrated;  // on no bus
  all[3].pci = "0000:3b:00.0";
  CHECK(vulkan::numbering(all) == std::vector<std::size_t>{3, 1, 2, 0});
}

TEST_CASE("a CPU driver's device is software, and every device has what it is in its fingerprint") {
  vulkan::Facts facts = usable();
  for (int i = 0; i < 16; ++i) facts.uuid[i] = static_cast<unsigned char>(0x11 * i);
  facts.driver = "llvmpipe Mesa 22.3.6";
  facts.memory_bytes = 2147483648;
  facts.timestamp_bits = 36;
  facts.timestamp_period_ns = 52.083333;
  const Device device = vulkan::describe(2, facts);
  CHECK(device.name == "vulkan:2");
  CHECK(device.fidelity == "hardware");
  CHECK(device.fingerprint.at("uuid") == "00112233-4455-6677-8899-aabbccddeeff");
  CHECK(device.fingerprint.at("type") == "discrete GPU");
  CHECK(device.fingerprint.at("vulkan.driver") == "llvmpipe Mesa 22.3.6");
  CHECK(device.fingerprint.at("vulkan.driver_api") == "1.3.230");
  CHECK(device.fingerprint.at("memory.bytes") == "2147483648");
  CHECK(device.fingerprint.at("clock.step_ns") == "52.083333");
  CHECK(device.fingerprint.count("pci") == 0);
  CHECK(device.fingerprint.at("int8.dot") == "no");
  CHECK(device.fingerprint.at("float16") == "no");
  facts.dot8 = true;
  CHECK(vulkan::describe(2, facts).fingerprint.at("int8.dot") == "yes");
  facts.type = vulkan::Type::cpu;
  facts.timestamp_period_ns = 10;
  CHECK(vulkan::describe(0, facts).fidelity == "software");
  CHECK(vulkan::describe(0, facts).fingerprint.at("clock.step_ns") == "10");
  facts.vendor = 0x10DE;  // as NVML names them
  CHECK(vulkan::uuid_text(facts) == "GPU-00112233-4455-6677-8899-aabbccddeeff");
  CHECK(vulkan::uuid_text(usable()) == "");
}

TEST_CASE(
    "what a user hides of a device it lacks, which its fingerprint tells; another word is refused with those "
    "known") {
  vulkan::Facts facts = usable();
  facts.subgroup_sums = facts.dot8 = facts.statistics = true;
  facts.timestamp_bits = 64;
  CHECK(vulkan::describe(0, vulkan::without(facts, "")).fingerprint.count("without") == 0);
  const vulkan::Facts some = vulkan::without(facts, "dot8,subgroups");
  CHECK_FALSE(some.subgroup_sums);
  CHECK_FALSE(some.dot8);
  CHECK(some.statistics);
  CHECK(some.timestamp_bits == 64);
  CHECK(vulkan::describe(0, some).fingerprint.at("without") == "subgroups,dot8");
  const vulkan::Facts none = vulkan::without(facts, "subgroups,dot8,float16,statistics,timestamps");
  CHECK_FALSE(none.statistics);
  CHECK(none.timestamp_bits == 0);
  CHECK(none.hidden == "subgroups,dot8,statistics,timestamps");  // it has no float16
  try {
    vulkan::without(facts, "subgroups,fp16");
    FAIL("fp16 was taken");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Contains("ASSAY_VULKAN_WITHOUT: 'fp16'"));
    CHECK_THAT(error.remedy, Contains("subgroups, dot8, float16, statistics, timestamps"));
  }
}

TEST_CASE("a counter of timestamps may wrap") {
  CHECK(vulkan::elapsed_ns(100, 350, 64, 1) == 250);
  CHECK(vulkan::elapsed_ns(100, 350, 64, 52.5) == 250 * 52.5);
  CHECK(vulkan::elapsed_ns(0xFFFFFFF00, 0x100, 36, 1) == 0x200);
  CHECK(vulkan::elapsed_ns(0xABC0000000000010, 0x10, 36, 1) == 0);  // beyond the valid bits there is rubbish
}

TEST_CASE("a submission lasts some 50 ms, and holds what takes longer alone") {
  CHECK(vulkan::times_in_a_submission(1e6) == 50);
  CHECK(vulkan::times_in_a_submission(30e6) == 1);
  CHECK(vulkan::times_in_a_submission(400e6) == 1);
  CHECK(vulkan::times_in_a_submission(0) > 1000);
}

TEST_CASE("names of Vulkan devices are vulkan:N and nothing else") {
  CHECK(vulkan::index_of("vulkan:0") == 0);
  CHECK(vulkan::index_of("vulkan:12") == 12);
  for (const char* wrong :
       {"cpu", "vulkan", "vulkan:", "vulkan:-1", "vulkan:1x", "vulkan:99999999999", "cuda:0"})
    CHECK_THROWS_AS(vulkan::index_of(wrong), Error);
}
