// SPDX-License-Identifier: Apache-2.0
#include "harness/run/chosen_devices.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

DeviceOffer device(const std::string& name, const std::string& model, const std::string& type,
                   const std::string& uuid) {
  DeviceOffer offer;
  offer.device.name = name;
  if (!model.empty()) offer.device.fingerprint = {{"model", model}, {"type", type}, {"uuid", uuid}};
  return offer;
}

std::vector<DeviceOffer> here() {
  return {device("cpu", "", "", ""), device("cuda:0", "NVIDIA H100", "", "GPU-1b2c"),
          device("vulkan:0", "NVIDIA H100", "discrete GPU", "GPU-1b2c"),
          device("vulkan:1", "AMD Radeon Graphics", "integrated GPU", "aa11"),
          device("vulkan:2", "llvmpipe (LLVM 15.0.6, 256 bits)", "CPU", "6d65")};
}

std::vector<std::string> chosen(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& one : run::on_chosen_devices(parse_selector("roof.mem/*@" + text), here())) {
    CHECK(one.workload == "roof.mem");
    names.push_back(one.device);
  }
  return names;
}

Error refused(const std::string& text, const std::vector<DeviceOffer>& devices) {
  try {
    run::on_chosen_devices(parse_selector("roof.mem/*@" + text), devices);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  throw std::logic_error("");
}

}  // namespace

TEST_CASE("a device is chosen by a part of its name, UUID or type, in capitals or not, within its kind") {
  using Names = std::vector<std::string>;
  CHECK(chosen("vulkan:name=radeon") == Names{"vulkan:1"});
  CHECK(chosen("vulkan:name=NVIDIA%20h100") == Names{"vulkan:0"});
  CHECK(chosen("vulkan:uuid=6d65") == Names{"vulkan:2"});
  CHECK(chosen("cuda:uuid=gpu-1B2C") == Names{"cuda:0"});
  CHECK(chosen("vulkan:type=gpu") == Names{"vulkan:0", "vulkan:1"});
  CHECK(chosen("vulkan:type=cpu") == Names{"vulkan:2"});
}

TEST_CASE("numbers, patterns and devices of two workers stay what they were") {
  using Names = std::vector<std::string>;
  CHECK(chosen("vulkan:7") == Names{"vulkan:7"});
  CHECK(chosen("vulkan:*") == Names{"vulkan:*"});
  CHECK(chosen("cpu") == Names{"cpu"});
  auto twice = here();
  for (const auto& offer : here()) twice.push_back(offer);
  CHECK(run::on_chosen_devices(parse_selector("*@vulkan:name=radeon"), twice).size() == 1);
}

TEST_CASE("a choice that no device meets lists those that are here") {
  const Error none = refused("vulkan:name=arc", here());
  CHECK(none.code == ErrorCode::unavailable);
  CHECK_THAT(none.what(), Contains("no device of vulkan whose name has 'arc'"));
  CHECK_THAT(none.remedy, Contains("vulkan:1 (AMD Radeon Graphics; integrated GPU; aa11)") &&
                              Contains("vulkan:2 (llvmpipe") && !Contains("cuda:0"));
  DeviceOffer absent = device("vulkan:0", "", "", "");
  absent.probe = Probe::absent("Vulkan's loader finds no driver", "install one");
  CHECK_THAT(refused("vulkan:type=gpu", {absent}).remedy,
             Contains("vulkan:0 (Vulkan's loader finds no driver)"));
  CHECK_THAT(refused("rocm:type=gpu", here()).remedy, Contains("assay list devices"));
}

TEST_CASE("a choice by something else, or by nothing, is an error of the user's") {
  CHECK(refused("vulkan:names=arc", here()).code == ErrorCode::usage);
  CHECK_THAT(refused("vulkan:names=arc", here()).remedy, Contains("name"));
  CHECK(refused("vulkan:name=", here()).code == ErrorCode::usage);
}
