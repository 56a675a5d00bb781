// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/time_trials.h"

#include "harness/core/value.h"

namespace assay::protocol {

namespace {

std::string milliseconds_text(std::int64_t ns) {
  return shortest(static_cast<double>(ns / 1000) / 1000.0) + " ms";
}

constexpr std::int64_t most_calls = std::int64_t{1} << 40;  // that the protocol allows in a batch

/// As many calls as add 20 ms to a request; one where a call may be long; 0 where none add anything.
std::int64_t calls_that_tell(const TimeBatch& time) {
  constexpr std::int64_t enough_ns = 20'000'000;
  const std::int64_t one_ns = time(1).wall_ns;
  if (one_ns >= 5 * enough_ns) return 1;
  for (std::int64_t calls = 4; calls <= most_calls / 8; calls *= 4) {
    if (time(calls).wall_ns >= one_ns + enough_ns) return calls;
  }
  return 0;
}

}  // namespace

std::string batch_is_ignored(std::int64_t calls, std::int64_t sample_ns, const TimeBatch& time) {
  constexpr std::int64_t factor = 8;
  if (calls > most_calls / factor) return "";
  std::int64_t more_ns = sample_ns;
  std::int64_t more = calls;
  for (int attempt = 0; attempt < 5 && more <= most_calls / factor; ++attempt) {
    more *= factor;
    more_ns = time(more).sample_ns;
    if (more_ns > 4 * sample_ns) return "";
  }
  return "a batch of " + std::to_string(calls) + " takes " + std::to_string(sample_ns) + " ns and one of " +
         std::to_string(more) + " " + std::to_string(more_ns) + " ns";
}

std::string time_is_hidden(int at_most, const TimeBatch& time) {
  const std::int64_t calls = calls_that_tell(time);
  if (calls == 0) return "";
  std::string hidden;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const TimedBatch one = time(calls);
    const TimedBatch two = time(2 * calls);
    const std::int64_t more_sample = two.sample_ns - one.sample_ns;
    const std::int64_t more_wall = two.wall_ns - one.wall_ns;
    if (more_wall <= 0) continue;  // noise was more than the calls: it says nothing
    if (at_most * more_sample >= more_wall) return "";
    hidden = std::to_string(calls) + " more call" + (calls == 1 ? "" : "s") + " add " +
             milliseconds_text(more_sample) + " to the sample and " + milliseconds_text(more_wall) +
             " to the request";
  }
  return hidden;
}

}  // namespace assay::protocol
