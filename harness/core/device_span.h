// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/sample.h"

namespace assay {

/// One thing that a device, or the host's runtime for it, did in a launch: what a tool recorded, one by one.
struct DeviceSpan {
  std::string kind;              ///< "kernels", "copies", "fills", "calls" (of the host's runtime)
  std::string name;              ///< of the kernel, the direction, the function
  std::int64_t stream = 0;       ///< of calls: the host's thread
  std::int64_t correlation = 0;  ///< the same for a call and what it let the device do; 0: not known
  std::int64_t start_ns = 0;     ///< same origin as the samples
  std::int64_t end_ns = 0;
};

/// As launches keep them: of each kind and name a track "gpu.KIND/NAME" of durations, in ns, with the offsets
/// of their ends; and two that name the stream and the correlation of each, in the order of the ends'
/// offsets, then of the tracks. No span: no track.
std::vector<Track> device_tracks(std::vector<DeviceSpan> spans);

/// The spans of a launch's tracks, by end; where streams and correlations are not told, 0.
std::vector<DeviceSpan> device_spans(const std::vector<Track>& tracks);

/// What a collector around the launch (core/collector.h) may be, too: one that recorded such spans. Of a
/// region they belong to the sample of one call, and their times count from its beginning; of a program its
/// end is 0.
class DeviceSpanSource {
 public:
  virtual ~DeviceSpanSource() = default;
  virtual std::vector<DeviceSpan> spans(const std::string& directory) = 0;
  virtual std::vector<DeviceSpan> program_spans(const std::string& directory) = 0;
};

}  // namespace assay
