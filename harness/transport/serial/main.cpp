// SPDX-License-Identifier: Apache-2.0
// assay-serial PORT SPEED NAME [emulated]: a board on a serial line as a process of this machine. Lines of
// the protocol on standard input and output; frames on the line. `assay run --device serial:NAME` starts it
// (harness/cli/workers.h), with what the settings say. Ends with 0 when its input ends; else it says why on
// standard error.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "harness/core/error.h"
#include "harness/transport/serial/link.h"
#include "harness/transport/serial/port.h"

namespace {

using namespace assay;
using namespace assay::transport;
using Clock = SerialLink::Clock;

/// A board that computes for a launch that is over opens as soon as it is done.
constexpr std::chrono::seconds opening_patience{20};

/// SIGTERM: the launch is given up, and what was waited for goes to the log.
volatile sig_atomic_t given_up = 0;

void give_up(int) { given_up = 1; }

std::string new_nonce() {
  std::random_device random;
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", random(), random());
  return text.data();
}

int until(Clock::time_point due) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);  // where nobody reads any more, SIGPIPE ends this process
}

Error silent(const std::string& path, int speed, const SerialLink& link) {
  const std::string heard = link.bytes() == 0 ? "nothing came from it"
                                              : std::to_string(link.bytes()) + " bytes came, " +
                                                    std::to_string(link.damaged()) +
                                                    " broken frames among them, and no answer";
  return {ErrorCode::timeout,
          "no agent answers on " + path + " at " + std::to_string(speed) + " bit/s: " + heard,
          link.bytes() == 0 ? "is it the right port, is the image flashed and the board powered? reset it"
                            : "is the speed the board's own? reset it"};
}

Error no_answer(const std::string& path, Clock::time_point since) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - since).count();
  return {ErrorCode::timeout, "the board on " + path + " has said nothing for " + std::to_string(s) + " s",
          "it computes longer than the limit, or hangs: reset it, raise the limit, or choose a smaller case"};
}

void serve(const std::string& path, int speed, const std::string& name) {
  SerialPort port(path, speed);
  SerialLink link([&](std::string_view bytes) { port.write(bytes); }, SerialLink::pace_of(speed));
  link.open(new_nonce(), name, Clock::now());
  const auto open_by = Clock::now() + opening_patience;
  auto heard_at = Clock::now();
  std::string input;  // of requests, not yet sent
  bool ended = false;
  for (;;) {
    const auto line_end = input.find('\n');
    if (link.is_ready() && line_end != std::string::npos) {
      link.ask(std::string_view(input).substr(0, line_end), Clock::now());
      input.erase(0, line_end + 1);
    }
    if (ended && input.empty()) break;
    if (!link.is_open() && (Clock::now() > open_by || given_up != 0)) throw silent(path, speed, link);
    if (given_up != 0) throw no_answer(path, heard_at);
    std::array<pollfd, 2> watched{{{port.descriptor(), POLLIN, 0}, {ended ? -1 : STDIN_FILENO, POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), until(link.due()));
    if (watched[0].revents != 0) {
      const std::string bytes = port.read();
      if (bytes.empty() && (watched[0].revents & (POLLHUP | POLLERR)) != 0)
        throw Error(ErrorCode::worker, "port " + path + " is gone", "plug the board in again");
      if (!bytes.empty()) heard_at = Clock::now();
      link.take(bytes, heard_at, print_line);
    }
    if (watched[1].revents != 0) {
      std::array<char, 4096> chunk;  // not zeroed: read() says what is in it
      const ssize_t n = ::read(STDIN_FILENO, chunk.data(), chunk.size());
      if (n > 0) input.append(chunk.data(), static_cast<std::size_t>(n));
      ended = n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
      if (ended && (input.empty() || input.back() != '\n')) input.clear();
    }
    link.again(Clock::now());
  }
  // After `bye` it has just answered.
  if (Clock::now() - heard_at > std::chrono::milliseconds(900)) throw no_answer(path, heard_at);
  if (link.damaged() + link.repeated() > 0)
    std::fprintf(stderr, "assay-serial: %u broken frames came, %u requests were sent again\n", link.damaged(),
                 link.repeated());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: assay-serial PORT SPEED NAME [emulated]\n");
    return 2;
  }
  struct sigaction action {};
  action.sa_handler = give_up;
  ::sigaction(SIGTERM, &action, nullptr);
  try {
    serve(argv[1], std::atoi(argv[2]), std::string(argv[3]) + (argc == 5 ? " emulated" : ""));
    return 0;
  } catch (const std::exception& error) {
    const auto* known = dynamic_cast<const Error*>(&error);
    // In one line: of a log the last one is told first.
    std::fprintf(stderr, "assay-serial: %s%s%s\n", error.what(), known != nullptr ? "; " : "",
                 known != nullptr ? known->remedy.c_str() : "");
    return 3;
  }
}
