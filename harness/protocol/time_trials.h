// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/sample.h"

/// Do a worker's times tell the time of its calls? Two trials, which noise and fixed costs of an honest
/// worker cannot fail. A run tries what it doubts; `assay worker check` tries everybody. Pure but for the
/// worker.
namespace assay::protocol {

/// A sample of `batch` calls: what the worker says that it took, what its request took, and how long its
/// threads had no CPU meanwhile (0 where that is not known).
struct TimedBatch {
  std::int64_t sample_ns = 0;
  std::int64_t wall_ns = 0;
  std::int64_t waited_ns = 0;
};
using TimeBatch = std::function<TimedBatch(std::int64_t batch)>;

/// What a request took, less what a slow worker on a busy machine needs to send its tracks (2 us a value):
/// they grow with the calls and are no part of them. At least 0.
std::int64_t without_sending(std::int64_t wall_ns, const std::vector<Track>& tracks);

/// A batch of `calls` took `sample_ns`. Longer ones are tried, 8 times to 32,768 times the calls, until one
/// takes more than four times that: then empty, most often after the first. Else what was seen. What happens
/// once a sample (threads that wake) or once by bad luck cannot hide so many calls.
std::string batch_is_ignored(std::int64_t calls, std::int64_t sample_ns, const TimeBatch& time);

/// Twice as many calls (some 20 ms of them by our clock, one where a call is long) add to the sample and to
/// its request alike; what a request costs beside its calls cancels. Of three to five tries the least counts,
/// because noise only adds: empty when the sample has 1 / `at_most` of what its request has. Else all is
/// tried again twice, each with twice the calls, and what was seen then is returned.
std::string time_is_hidden(int at_most, const TimeBatch& time);

}  // namespace assay::protocol
