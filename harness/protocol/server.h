// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <vector>

#include "harness/protocol/messages.h"

namespace assay::protocol {

/// What a worker does. Each call may throw assay::Error, which is answered as `error` and does not end the
/// worker.
class Handler {
 public:
  virtual ~Handler() = default;
  /// `workload`: the only one to describe, and neither collectors nor devices that only a driver can list;
  /// empty: everything.
  virtual Hello hello(const std::string& workload) = 0;
  virtual Prepared prepare(const PrepareRequest& request) = 0;
  /// `values`: integers as values, not as a digest.
  virtual std::vector<OutputReply> verify(bool values) = 0;
  virtual Measured measure(const MeasureRequest& request) = 0;
};

/// The worker's end: answers requests from `in` on `out` until `bye` or end of input. Unknown operations are
/// answered `unsupported`, malformed lines `protocol`; unknown fields are ignored. Schedules and samples that
/// go by file are read and written here: a Handler sees the schedule, and returns samples, as ever.
void serve(std::istream& in, std::ostream& out, Handler& handler);

}  // namespace assay::protocol
