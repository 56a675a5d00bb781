// SPDX-License-Identifier: Apache-2.0
#include "collectors/groups/uarch.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>

#include "harness/core/error.h"
#include "tests/unit/collectors/fake_tree.h"

using namespace assay;

namespace {

std::vector<std::string> ours() {
  return {std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/collectors/groups"};
}

std::string x86(const std::string& vendor, int family, int model) {
  return "processor\t: 0\nvendor_id\t: " + vendor + "\ncpu family\t: " + std::to_string(family) +
         "\nmodel\t\t: " + std::to_string(model) + "\nmodel name\t: of some name: with a colon\n\n";
}

std::string arm(const std::string& part) {
  return "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU "
         "architecture: 8\n"
         "CPU variant\t: 0x3\nCPU part\t: " +
         part + "\nCPU revision\t: 1\n\n";
}

groups::Uarch detected(const std::string& cpuinfo) {
  FakeTree tree;
  tree.write("/proc/cpuinfo", cpuinfo);
  return groups::detect_uarch(ours());
}

}  // namespace

TEST_CASE("each microarchitecture is known by what /proc/cpuinfo says") {
  CHECK(detected(x86("AuthenticAMD", 25, 0x11)).name == "zen4");
  CHECK(detected(x86("AuthenticAMD", 25, 0x61)).name == "zen4");
  CHECK(detected(x86("AuthenticAMD", 25, 0x01)).name == "zen3");
  CHECK(detected(x86("AuthenticAMD", 25, 0x50)).name == "zen3");
  CHECK(detected(x86("GenuineIntel", 6, 85)).name == "skylake-x");
  CHECK(detected(x86("GenuineIntel", 6, 106)).name == "icelake");
  CHECK(detected(x86("GenuineIntel", 6, 126)).name == "icelake");
  CHECK(detected(x86("GenuineIntel", 6, 143)).name == "sapphire-rapids");
  CHECK(detected(arm("0xd0c")).name == "neoverse-n1");
  CHECK(detected(arm("0xd08") + arm("0xd08")).name == "cortex-a72");
  CHECK(detected(arm("0xd0b")).name == "cortex-a76");
}

TEST_CASE("what a core cannot have of the others' groups is said with the reason, in the same table") {
  for (const auto& [part, groups] :
       std::map<std::string, std::size_t>{{"0xd0c", 1}, {"0xd0b", 1}, {"0xd08", 2}}) {
    const auto lacks = detected(arm(part)).lacks;
    CHECK(lacks.size() == groups);
    CHECK(lacks.at("TOPDOWN2").find("count") != std::string::npos);
  }
  CHECK(detected(x86("AuthenticAMD", 25, 0x01)).lacks.at("TOPDOWN1").find("no issue slots") !=
        std::string::npos);
  CHECK(detected(x86("AuthenticAMD", 25, 0x11)).lacks.empty());
  FakeTree tree;
  tree.write("/proc/cpuinfo", arm("0xd0c"));
  const auto mine = [&](const std::string& lacks) {
    tree.write(
        "/mine/uarch.toml",
        "[[uarch]]\nname = \"m\"\ndoc = \"d\"\nimplementer = 0x41\nparts = [0xd0c]\nlacks = " + lacks + "\n");
    return groups::detect_uarch({tree.root() + "/mine"});
  };
  CHECK(mine("{X = \"why\"}").lacks.at("X") == "why");
  for (const char* wrong : {"1", "{X = 1}"}) {
    const auto read = mine(wrong);
    CHECK(read.name == "generic");
    REQUIRE(read.faults.size() == 1);
    CHECK(read.faults[0].find("uarch.toml:6: 'lacks'") != std::string::npos);
  }
}

TEST_CASE("what is in no table, and cores of several kinds, are generic, with the reason") {
  const auto unknown = detected(x86("GenuineIntel", 6, 61));
  CHECK(unknown.name == "generic");
  CHECK(unknown.reason == "no table has GenuineIntel family 6, model 61");
  CHECK(detected(x86("HygonGenuine", 24, 1)).name == "generic");
  const auto big_little = detected(arm("0xd03") + arm("0xd08"));
  CHECK(big_little.name == "generic");
  CHECK(big_little.reason ==
        "this machine has cores of several kinds: Arm implementer 0x41, part 0xd03 and Arm implementer 0x41, "
        "part "
        "0xd08");
  CHECK(detected("processor : 0\nisa : rv64imafdc\n").reason == "/proc/cpuinfo names no CPU");
  {
    const FakeTree nothing;
    CHECK(groups::detect_uarch(ours()).name == "generic");
  }
  FakeTree hybrid;
  hybrid.write("/proc/cpuinfo", x86("GenuineIntel", 6, 143));
  hybrid.write("/sys/devices/cpu_core/cpus", "0-7");
  hybrid.write("/sys/devices/cpu_atom/cpus", "8-15");
  CHECK(groups::detect_uarch(ours()).name == "generic");
}

TEST_CASE("a user's table goes first, and a broken one is refused with its line") {
  FakeTree tree;
  tree.write("/proc/cpuinfo", x86("AuthenticAMD", 26, 2));
  tree.write("/mine/uarch.toml",
             "[[uarch]]\nname = \"zen5\"\ndoc = \"d\"\nvendor = \"AuthenticAMD\"\nfamily = 26\nmodels = [[0, "
             "15]]\n");
  const std::string folder = std::string(std::getenv("ASSAY_SYSFS_ROOT")) + "/mine";
  CHECK(groups::detect_uarch({folder, ours().front()}).name == "zen5");
  tree.write("/mine/uarch.toml", "[[uarch]]\nname = \"zen5\"\nvendors = \"AuthenticAMD\"\n");
  const auto broken = groups::detect_uarch({folder, ours().front()});
  CHECK(broken.name == "generic");  // no table of ours has it
  REQUIRE(broken.faults.size() == 1);
  CHECK(broken.faults.front() == folder + "/uarch.toml:3: 'vendors' is no key of [[uarch]]");
}
