// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/serial/link.h"

#include <algorithm>
#include <array>

#include "harness/core/error.h"

namespace assay::transport {

using std::chrono::milliseconds;

SerialLink::Pace SerialLink::pace_of(int bits_per_s) {
  constexpr std::int64_t bits = 3 * 10 * ASSAY_FRAME_BYTES;
  Pace pace;
  pace.first = std::max(milliseconds(50), milliseconds(1000 * bits / std::max(bits_per_s, 1)));
  pace.last = std::max(pace.last, pace.first);
  pace.tries = std::max(pace.tries, static_cast<int>(milliseconds(3000) / pace.first));
  return pace;
}

void SerialLink::send(char kind, std::uint8_t number, std::string_view text) {
  std::array<char, ASSAY_FRAME_HEAD> head{};
  std::array<char, ASSAY_FRAME_TAIL> tail{};
  const std::uint32_t crc = assay_frame_head(head.data(), kind, number, text.size());
  assay_frame_tail(tail.data(), assay_crc32(crc, text.data(), text.size()));
  std::string frame(head.begin(), head.end());
  frame += text;
  frame.append(tail.begin(), tail.end());
  write_(frame);
}

void SerialLink::rest(Clock::time_point now) {
  interval_ = pace_.first;
  due_ = now + interval_;
}

void SerialLink::open(std::string_view nonce, std::string_view name, Clock::time_point now) {
  opening_ = std::string(nonce) + ' ' + std::string(name);
  open_ = false;
  send(ASSAY_FRAME_OPEN, 0, opening_);
  rest(now);
}

void SerialLink::ask(std::string_view line, Clock::time_point now) {
  if (line.size() > ASSAY_FRAME_TEXT)
    throw Error(ErrorCode::usage,
                "a request of " + std::to_string(line.size()) + " bytes is longer than what a board reads (" +
                    std::to_string(ASSAY_FRAME_TEXT) + ")",
                "leave some parameters at their defaults");
  if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    throw Error(ErrorCode::usage, "a request has a control character in it", "send JSON in one line");
  untaken_ = std::string(line);
  tried_ = 1;
  send(ASSAY_FRAME_ASK, request_, line);
  rest(now);
}

void SerialLink::take(std::string_view bytes, Clock::time_point now,
                      const std::function<void(std::string_view)>& hand_out) {
  bytes_ += bytes.size();
  for (const char byte : bytes) {
    if (!assay_frame_take(&reader_, byte)) continue;
    const std::string_view text(reader_.text, reader_.length);
    if (reader_.kind == ASSAY_FRAME_OPEN) {
      if (text != opening_) continue;  // of an earlier launch
      open_ = true;
      rest(now);
    } else if (!open_) {
      continue;
    } else if (reader_.kind == ASSAY_FRAME_CLOSED) {
      throw Error(ErrorCode::worker, "the board was started anew in the middle of a launch",
                  "look at its power and its watchdog, and whether its stack is deep enough");
    } else if (reader_.kind == ASSAY_FRAME_HAVE && untaken_ && reader_.number == request_) {
      untaken_.reset();
      ++request_;
      rest(now);
    } else if (reader_.kind == ASSAY_FRAME_ANSWER && reader_.number == reply_) {
      if (untaken_) {  // that it was taken was lost on the way
        untaken_.reset();
        ++request_;
      }
      ++reply_;
      send(ASSAY_FRAME_HAVE, reader_.number, "");
      rest(now);
      hand_out(text);
    }
  }
}

void SerialLink::again(Clock::time_point now) {
  if (now < due_) return;
  ++repeated_;
  interval_ = std::min(2 * interval_, pace_.last);
  due_ = now + interval_;
  if (!open_) {
    send(ASSAY_FRAME_OPEN, 0, opening_);
  } else if (untaken_) {
    if (tried_++ >= pace_.tries)
      throw Error(ErrorCode::timeout,
                  "the board took no request in " + std::to_string(pace_.tries) + " tries",
                  "it hangs, or the line loses too much: reset it, try a lower speed or a shorter cable");
    interval_ = pace_.first;  // a living board takes it at once
    due_ = now + interval_;
    send(ASSAY_FRAME_ASK, request_, *untaken_);
  } else {
    --repeated_;  // it may still compute
    send(ASSAY_FRAME_HAVE, static_cast<std::uint8_t>(reply_ - 1), "");
  }
}

}  // namespace assay::transport
