// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/agent/frame.h"

namespace assay::transport {

/// The host's end of a serial line with an agent at the other (harness/agent/frame.h), as rules over bytes
/// and time: no descriptor, no clock. One launch: open() once, then one request at a time. One thread.
///
/// Nothing that was damaged is ever handed out: a frame counts only with its CRC and the number that is due.
/// What was lost is asked for again, in growing intervals; who waits decides when it was too long, but for
/// what a living board does at once (open, take a request): there it fails after `tries`.
class SerialLink {
 public:
  using Clock = std::chrono::steady_clock;
  using Write = std::function<void(std::string_view)>;  ///< sends bytes; may throw, which goes through

  struct Pace {
    std::chrono::milliseconds first{
        150};  ///< before the first repeat: several times a frame's time on the line
    std::chrono::milliseconds last{5000};  ///< intervals double up to this
    int tries = 12;                        ///< repeats of a request that nobody takes
  };

  /// `bits_per_s` of the line: three times the longest frame's time (10 bits a byte), at least 50 ms; a
  /// request is tried for 3 s.
  static Pace pace_of(int bits_per_s);

  SerialLink(Write write, Pace pace) : write_(std::move(write)), pace_(pace) {}

  /// `nonce`: letters and digits that no earlier launch had. `name`: what the agent calls its device behind
  /// "serial:"; with " emulated" behind it, its time is none. Sends; the far end has opened when is_open().
  void open(std::string_view nonce, std::string_view name, Clock::time_point now);
  bool is_open() const { return open_; }

  /// May a request be sent? Not before the last one was taken.
  bool is_ready() const { return open_ && !untaken_; }
  /// A line without its newline. \throws Error{usage} where it is longer than ASSAY_FRAME_TEXT, or has a
  /// control character.
  void ask(std::string_view line, Clock::time_point now);

  /// What came from the line. Each line of a reply that is whole, and due, goes to `hand_out`. \throws
  /// Error{worker} when the board says that it was started anew meanwhile.
  void take(std::string_view bytes, Clock::time_point now,
            const std::function<void(std::string_view)>& hand_out);

  /// When to call again() at the latest.
  Clock::time_point due() const { return due_; }
  /// Asks for what should have come. \throws Error{timeout} when a request was sent `tries` times and nobody
  /// took it.
  void again(Clock::time_point now);

  std::uint32_t damaged() const { return reader_.broken; }  ///< frames that came with a wrong CRC, or in part
  std::uint32_t repeated() const { return repeated_; }      ///< frames that were sent again
  std::uint64_t bytes() const { return bytes_; }            ///< that came, of whatever kind

 private:
  void send(char kind, std::uint8_t number, std::string_view text);
  void rest(Clock::time_point now);  ///< something came: intervals begin anew

  Write write_;
  Pace pace_;
  assay_frame_reader reader_{};
  std::string opening_;
  std::optional<std::string> untaken_;  ///< the request that was sent and not yet taken
  bool open_ = false;
  std::uint8_t request_ = 0;  ///< number of the next request
  std::uint8_t reply_ = 0;    ///< number of the line that is due
  int tried_ = 0;
  std::chrono::milliseconds interval_{0};
  Clock::time_point due_{};
  std::uint32_t repeated_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace assay::transport
