// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/cupti/api.h"

namespace assay::cupti {

/// CUPTI's Profiler Host API for one chip. It needs no GPU: metric names and their passes are checked where
/// Assay is built (tests/unit/collectors/cupti_test.cpp).
class Host {
 public:
  /// `chip`: "GH100". `availability`: of the counters of a device that is here; empty: any such chip.
  /// \throws Failure.
  Host(const Api& api, const std::string& chip, const std::vector<std::uint8_t>& availability = {});
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  bool has(const std::string& metric) const;
  /// What CUPTI says it counts: "byte", "%"; empty where it has none of that name.
  std::string unit(const std::string& metric) const;
  /// What the target is configured with. Once a value. \throws Failure.
  std::vector<std::uint8_t> configure(const std::vector<const char*>& metrics);
  /// How often each kernel is run to count them. \throws Failure.
  std::size_t passes(const std::vector<std::uint8_t>& configuration) const;
  /// Of one range of what was counted, in the order of `metrics`. \throws Failure.
  std::vector<double> evaluate(const std::vector<std::uint8_t>& counters, std::size_t range,
                               const std::vector<const char*>& metrics) const;

 private:
  const Api& api_;
  CUpti_Profiler_Host_Object* host_ = nullptr;
};

/// Chips that this CUPTI knows. \throws Failure.
std::vector<std::string> chips_of(const Api& api);

}  // namespace assay::cupti
