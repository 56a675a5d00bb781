// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/isa.h"

#include <cstdint>

// Highway's shared library (1.0.3 at least) calls this as soon as it is loaded, and its own definition keeps
// a CPU busy for 4 ms: most of a worker's start, once a launch. Its value serves Highway's nanobenchmark
// alone, which Assay does not use. A program's definition goes before a library's, so this one is called
// instead; it stands beside isa_name() because whatever dispatches through Highway links that.
namespace hwy::platform {
[[gnu::visibility("default")]] std::uint64_t TimerResolution();
std::uint64_t TimerResolution() { return 1; }
}  // namespace hwy::platform

namespace assay {

std::string isa_name(std::string_view highway_target, std::size_t vector_bytes) {
  std::string name(highway_target);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const bool scalable = name == "rvv" || name == "sve" || name == "sve2";
  return scalable && vector_bytes > 0 ? name + std::to_string(8 * vector_bytes) : name;
}

}  // namespace assay
