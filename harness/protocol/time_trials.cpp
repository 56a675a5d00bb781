// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/time_trials.h"

#include <algorithm>

#include "harness/core/value.h"

namespace assay::protocol {

namespace {

constexpr std::int64_t enough_ns = 20'000'000;
constexpr std::int64_t most_calls = std::int64_t{1} << 40;  // that the protocol allows in a batch

/// As many calls as add 20 ms to a request, twice, because a busy machine adds them once; one where a call
/// is long (and not what the request takes beside it); 0 where none add anything.
std::int64_t calls_that_tell(const TimeBatch& time) {
  const std::int64_t one_ns = time(1).wall_ns;
  if (one_ns >= 5 * enough_ns && time(2).wall_ns >= one_ns + enough_ns) return 1;
  for (std::int64_t calls = 4; calls <= most_calls / 32; calls *= 4) {
    const auto tells = [&] { return time(calls).wall_ns >= one_ns + enough_ns; };
    if (tells() && tells()) return calls;
  }
  return 0;
}

/// The least of what was seen: whatever else goes on only adds.
void keep_least(TimedBatch& least, const TimedBatch& seen, bool first) {
  least.sample_ns = first ? seen.sample_ns : std::min(least.sample_ns, seen.sample_ns);
  least.wall_ns = first ? seen.wall_ns : std::min(least.wall_ns, seen.wall_ns);
}

}  // namespace

std::int64_t without_sending(std::int64_t wall_ns, const std::vector<Track>& tracks) {
  constexpr std::int64_t value_ns = 2'000;
  for (const auto& track : tracks) wall_ns -= value_ns * static_cast<std::int64_t>(track.value.size());
  return std::max<std::int64_t>(wall_ns, 0);
}

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
  std::int64_t calls = calls_that_tell(time);
  if (calls == 0) return "";
  const bool long_calls = calls == 1;
  std::int64_t more_sample = 0;
  std::int64_t more_wall = 0;
  int accused = 0;
  for (int round = 0; round < (long_calls ? 3 : 24) && calls <= most_calls / 8; ++round) {
    TimedBatch one;
    TimedBatch two;
    bool telling = false;
    for (int attempt = 0; attempt < 5; ++attempt) {
      keep_least(one, time(calls), attempt == 0);
      keep_least(two, time(2 * calls), attempt == 0);
      more_sample = two.sample_ns - one.sample_ns;
      more_wall = two.wall_ns - one.wall_ns;
      // Neither side needs luck: calls that noise hides say nothing.
      telling = more_wall >= enough_ns / 2 && (long_calls || attempt >= 2);
      if (telling && at_most * more_sample >= more_wall) return "";
    }
    if (telling && ++accused == 3) break;  // else again, twice, with twice the calls
    if (!long_calls) calls *= telling ? 2 : 4;
  }
  if (accused < 3) return "";
  return std::to_string(calls) + " more call" + (calls == 1 ? "" : "s") + " add " +
         milliseconds_text(more_sample) + " to the sample and " + milliseconds_text(more_wall) +
         " to the request";
}

}  // namespace assay::protocol
