// SPDX-License-Identifier: Apache-2.0
// Frames and the host's rules over them; the agent's end, and whole runs over a damaged line, are in
// tests/cli/serial_test.py.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/transport/serial/link.h"

using namespace assay;
using namespace std::chrono_literals;
using transport::SerialLink;

namespace {

std::string framed(char kind, std::uint8_t number, const std::string& text) {
  std::string frame(ASSAY_FRAME_HEAD, ' ');
  std::string tail(ASSAY_FRAME_TAIL, ' ');
  const auto crc = assay_frame_head(frame.data(), kind, number, text.size());
  assay_frame_tail(tail.data(), assay_crc32(crc, text.data(), text.size()));
  return frame + text + tail;
}

/// The texts of the frames that a reader takes from these bytes.
std::vector<std::string> read(const std::string& bytes) {
  assay_frame_reader reader{};
  std::vector<std::string> texts;
  for (const char byte : bytes) {
    if (assay_frame_take(&reader, byte)) texts.emplace_back(reader.text, reader.length);
  }
  return texts;
}

struct Host {
  std::string sent;
  std::vector<std::string> lines;
  SerialLink::Clock::time_point now{};
  SerialLink link{[this](std::string_view bytes) { sent += bytes; }, {100ms, 1000ms, 3}};

  void hear(const std::string& bytes) {
    link.take(bytes, now, [this](std::string_view line) { lines.emplace_back(line); });
  }
  std::string wait() {
    sent.clear();
    now = link.due();
    link.again(now);
    return sent;
  }
};

}  // namespace

TEST_CASE("a frame is read back, and none of its flipped bits is unseen") {
  const std::string frame = framed(ASSAY_FRAME_ANSWER, 7, R"({"id":1,"more":true})");
  REQUIRE(read(frame) == std::vector<std::string>{R"({"id":1,"more":true})"});
  const std::size_t counted = frame.size() - 1;  // the newline is for people
  for (std::size_t bit = 0; bit < 8 * counted; ++bit) {
    std::string flipped = frame;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK(read(flipped).empty());
  }
}

TEST_CASE("whatever was cut off or added before a frame, it is read") {
  const std::string whole = framed(ASSAY_FRAME_ANSWER, 0, std::string(ASSAY_FRAME_TEXT, 'x'));
  const std::string next = framed(ASSAY_FRAME_ANSWER, 1, "next");
  for (std::size_t kept = 0; kept < whole.size() - 1; ++kept)
    CHECK(read(whole.substr(0, kept) + next) == std::vector<std::string>{"next"});
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>(i * 7 + i / 256);
  CHECK(read(noise + next) == std::vector<std::string>{"next"});
}

TEST_CASE("a line counts once, in order, and what is lost is asked for") {
  Host host;
  host.link.open("n1", "desk", host.now);
  CHECK(host.sent == framed(ASSAY_FRAME_OPEN, 0, "n1 desk"));
  CHECK(host.wait() == framed(ASSAY_FRAME_OPEN, 0, "n1 desk"));
  host.hear(framed(ASSAY_FRAME_ANSWER, 0, "old") + framed(ASSAY_FRAME_OPEN, 0, "n0 desk"));
  CHECK_FALSE(host.link.is_open());
  host.hear(framed(ASSAY_FRAME_OPEN, 0, "n1 desk"));
  REQUIRE(host.link.is_ready());
  host.link.ask("hello", host.now);
  CHECK_FALSE(host.link.is_ready());
  CHECK(host.wait() == framed(ASSAY_FRAME_ASK, 0, "hello"));
  host.hear(framed(ASSAY_FRAME_HAVE, 0, ""));
  CHECK(host.wait() == framed(ASSAY_FRAME_HAVE, 255, ""));  // nothing yet: the first one again
  host.hear(framed(ASSAY_FRAME_ANSWER, 1, "second") + framed(ASSAY_FRAME_ANSWER, 0, "first") +
            framed(ASSAY_FRAME_ANSWER, 0, "first"));
  CHECK(host.lines == std::vector<std::string>{"first"});
  CHECK(host.wait() == framed(ASSAY_FRAME_HAVE, 0, ""));
  host.hear(framed(ASSAY_FRAME_ANSWER, 1, "second"));
  CHECK(host.lines == std::vector<std::string>{"first", "second"});
}

TEST_CASE("an answer says that its request was taken") {
  Host host;
  host.link.open("n", "desk", host.now);
  host.hear(framed(ASSAY_FRAME_OPEN, 0, "n desk"));
  host.link.ask("hello", host.now);
  host.hear(framed(ASSAY_FRAME_ANSWER, 0, "{}"));
  REQUIRE(host.link.is_ready());
  host.sent.clear();
  host.link.ask("bye", host.now);
  CHECK(host.sent == framed(ASSAY_FRAME_ASK, 1, "bye"));
}

TEST_CASE("a board that takes nothing, or was started anew, is an error") {
  Host host;
  host.link.open("n", "desk", host.now);
  host.hear(framed(ASSAY_FRAME_CLOSED, 0, ""));  // before it opened: of the launch before
  host.hear(framed(ASSAY_FRAME_OPEN, 0, "n desk"));
  CHECK_THROWS_AS(host.link.ask(std::string(ASSAY_FRAME_TEXT + 1, 'x'), host.now), Error);
  CHECK_THROWS_AS(host.link.ask("a\nb", host.now), Error);
  host.link.ask("hello", host.now);
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 4; ++i) host.wait();
      }(),
      Error);
  CHECK_THROWS_AS(host.hear(framed(ASSAY_FRAME_CLOSED, 0, "")), Error);
}
