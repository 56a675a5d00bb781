// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/os/features.h"

#include <sys/auxv.h>
#include <sys/utsname.h>

#include <fstream>
#include <initializer_list>
#include <utility>

#if defined(__aarch64__)
#include <sys/prctl.h>
#endif

namespace assay::worker::os {

namespace {

#if defined(__aarch64__) || defined(__riscv)
std::string named(std::initializer_list<std::pair<bool, const char*>> features) {
  std::string text;
  for (const auto& [here, name] : features) {
    if (here) text += (text.empty() ? "" : " ") + std::string(name);
  }
  return text;
}
#endif

#if defined(__aarch64__)

// Linux, Documentation/arm64/elf_hwcaps.rst and sve.rst.
void add_features(std::map<std::string, std::string>& facts) {
  const unsigned long first = getauxval(AT_HWCAP);
  const unsigned long second = getauxval(AT_HWCAP2);
  facts["features"] = named({{(first & HWCAP_ASIMD) != 0, "asimd"},
                             {(first & HWCAP_ASIMDDP) != 0, "asimddp"},
                             {(second & HWCAP2_I8MM) != 0, "i8mm"},
                             {(second & HWCAP2_BF16) != 0, "bf16"},
                             {(first & HWCAP_SVE) != 0, "sve"},
                             {(second & HWCAP2_SVE2) != 0, "sve2"}});
  if ((first & HWCAP_SVE) == 0) return;
  const int length = prctl(PR_SVE_GET_VL);
  if (length > 0) facts["vector_bits"] = std::to_string(8 * (length & PR_SVE_VL_LEN_MASK));
}

#elif defined(__riscv)

// A bit a letter (Linux, Documentation/riscv/hwprobe.rst: AT_HWCAP has the extensions of one letter).
void add_features(std::map<std::string, std::string>& facts) {
  const unsigned long letters = getauxval(AT_HWCAP);
  const auto has = [&](char letter) { return (letters >> (letter - 'A') & 1) != 0; };
  facts["features"] = named({{has('I'), "i"},
                             {has('M'), "m"},
                             {has('A'), "a"},
                             {has('F'), "f"},
                             {has('D'), "d"},
                             {has('C'), "c"},
                             {has('V'), "v"}});
  if (!has('V')) return;
  unsigned long bytes = 0;
  asm("csrr %0, 0xc22" : "=r"(bytes));  // vlenb (RISC-V "V" 1.0, 3.10), by number: the assembler has no V
  facts["vector_bits"] = std::to_string(8 * bytes);
}

#else

void add_features(std::map<std::string, std::string>&) {}

#endif

}  // namespace

std::map<std::string, std::string> cpu_features() {
  std::map<std::string, std::string> facts;
  utsname system{};
  if (uname(&system) == 0) facts["core"] = system.machine;
  add_features(facts);
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

std::string emulator() {
  std::ifstream file("/proc/self/comm");
  std::string name;
  std::getline(file, name);
  return name.starts_with("qemu-") ? name : "";
}

}  // namespace assay::worker::os
