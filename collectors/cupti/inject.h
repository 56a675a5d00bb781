// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collectors/cupti/api.h"

/// Inside of the library that runs in the measured process.
namespace assay::cupti {

/// What counts between the markers of a region, or from the driver's start to the process's end. All calls on
/// one thread, in turn. Each \throws Failure.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void begin() = 0;
  virtual std::vector<double> end() = 0;  ///< of what ran since begin()
  /// After end(): each of what it counted, a line each, "KIND START END STREAM CORRELATION NAME": ns since
  /// begin(). The last line, "end END", is how long that was.
  virtual std::string records() { return {}; }
};

/// CUPTI's activity records. Counts: kernels, their ns, copies, their bytes, their ns, fills, calls of the
/// runtime.
std::unique_ptr<Counter> count_activity(const Api& api);

/// CUPTI's range profiler; each kernel is a range and is run as often as its metrics need passes, with memory
/// saved and restored by CUPTI. `metrics`: "+name" is added up over kernels, "~name" is their mean, weighted
/// by each kernel's time; separated by ','. Counts: kernels, then the metrics in their order. It needs a
/// current context.
std::unique_ptr<Counter> count_ranges(const Api& api, const std::string& metrics);

}  // namespace assay::cupti
