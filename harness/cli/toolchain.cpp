// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/toolchain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "harness/cli/first_line.h"
#include "harness/cli/workers.h"

namespace assay::cli {

namespace {

struct Tool {
  const char* name;
  const char* purpose;
  const char* package;
};

constexpr Tool tools[] = {
    {"c++", "compiles Assay and workers in C++", "g++"},
    {"clang++", "compiles the fuzzers", "clang"},
    {"cmake", "configures the build of Assay and of workers in C++", "cmake"},
    {"ninja", "builds them", "ninja-build"},
    {"nvcc", "compiles implementations on NVIDIA GPUs", "nvidia-cuda-toolkit"},
    {"valgrind", "counts instructions exactly (--collect callgrind)", "valgrind"},
    {"llvm-mca", "models the cycles of hot loops (assay profile)", "llvm"},
    {"qemu-aarch64", "runs programs for Arm: assay run -- qemu-aarch64 ./program", "qemu-user"},
    {"python3", "runs workers in Python, and the tests", "python3"},
    {"git", "tells the revision that a run was started in", "git"},
};

/// "12.2", wherever in it.
bool has_version(const std::string& line) {
  const auto digit = [&](std::size_t i) { return std::isdigit(static_cast<unsigned char>(line[i])) != 0; };
  for (std::size_t i = 0; i + 2 < line.size(); ++i) {
    if (digit(i) && line[i + 1] == '.' && digit(i + 2)) return true;
  }
  return false;
}

run::Check check(const Tool& tool) {
  const std::string name = fmt::format("tool {}", tool.name);
  const std::string remedy = fmt::format("apt-get install {}", tool.package);
  if (find_on_path(tool.name) == tool.name)
    return {name, run::Level::warn, fmt::format("not here; it {}", tool.purpose), remedy};
  const auto version = first_line({tool.name, "--version"}, has_version);
  if (!version || version->empty())
    return {name, run::Level::warn,
            fmt::format("'{} --version' tells none, or fails; it {}", tool.name, tool.purpose),
            fmt::format("apt-get install --reinstall {}", tool.package)};
  return {name, run::Level::ok, fmt::format("{}; it {}", *version, tool.purpose), ""};
}

}  // namespace

std::vector<run::Check> toolchain_checks() {
  std::vector<run::Check> checks;
  for (const auto& tool : tools) checks.push_back(check(tool));
  return checks;
}

}  // namespace assay::cli
