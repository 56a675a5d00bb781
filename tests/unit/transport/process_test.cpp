// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "harness/core/error.h"
#include "harness/transport/local/process.h"

using namespace assay;
using namespace assay::transport;
using namespace std::chrono_literals;

namespace {

Command shell(const std::string& script) { return {{"sh", "-c", script}, {}, {}}; }
Channel::Clock::time_point in(std::chrono::milliseconds time) { return Channel::Clock::now() + time; }

/// The error that a call throws, as "code: message".
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return to_string(error.code) + ": " + error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("lines go to a process and come back") {
  Process process({{"cat"}, {}, {}}, {});
  process.send("one");
  process.send("two");
  CHECK(process.receive(in(5s)) == "one");
  CHECK(process.receive(in(5s)) == "two");
  const std::string large(900'000, 'x');
  process.send(large);
  CHECK(process.receive(in(5s)) == large);
  const Exit exit = process.finish(5s);
  CHECK(exit.describe() == "exit status 0");
  CHECK(exit.peak_rss_bytes > 0);
  CHECK(process.finish(0s).status == 0);
}

TEST_CASE("how long a worker's threads ran is known while it lives, and unknown afterwards") {
  Process process(shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; read wait"), {});
  CHECK(process.receive(in(60s)) == "done");
  const auto scheduled = process.scheduled();
  if (scheduled) {  // a kernel without CONFIG_SCHED_INFO does not tell
    CHECK(scheduled->ran_s > 0);
    CHECK(scheduled->waited_s >= 0);
  }
  process.finish(5s);
  CHECK_FALSE(process.scheduled());
}

TEST_CASE("environment is set and unset as the command says") {
  ::setenv("ASSAY_TEST_GONE", "here", 1);
  Command command = shell("echo \"$ASSAY_TEST_SET-$ASSAY_TEST_GONE\"");
  command.environment = {{"ASSAY_TEST_SET", "yes"}};
  command.unset = {"ASSAY_TEST_GONE"};
  Process process(command, {});
  CHECK(process.receive(in(5s)) == "yes-");
}

TEST_CASE("a program that is not there is unavailable") {
  CHECK(error_of([] {
          Process process({{"assay-no-such-program"}, {}, {}}, {});
        }) == "unavailable: cannot start 'assay-no-such-program': not found in PATH");
  CHECK(error_of([] {
          Process process({{"/no/such/program"}, {}, {}}, {});
        }) == "unavailable: cannot start '/no/such/program': No such file or directory");
  CHECK(error_of([] {
          Process process({{"/etc/passwd"}, {}, {}}, {});
        }) == "unavailable: cannot start '/etc/passwd': Permission denied");
}

TEST_CASE("how a process ended is told, with its last words") {
  Process process(shell("echo working >&2; echo out of luck >&2; exit 3"), {});
  CHECK(error_of([&] { process.receive(in(5s)); }) ==
        "worker: the worker ended before it answered: exit status 3; its log ends: out of luck");
  CHECK(process.log() == "working\nout of luck\n");
  CHECK(process.finish(0s).status == 3);
  CHECK_FALSE(process.finish(0s).forced);
}

TEST_CASE("a process that does not end by itself is ended, and that is told") {
  Process process(shell("exec sleep 100"), {});
  CHECK(process.finish(50ms).forced);
}

TEST_CASE("a line that was written before the end still arrives") {
  Process process(shell("echo last"), {});
  CHECK(process.receive(in(5s)) == "last");
  CHECK(error_of([&] { process.receive(in(5s)); }).find("exit status 0") != std::string::npos);
}

TEST_CASE("a log of any length blocks nobody, and its end is kept") {
  Process process(shell("head -c 3000000 /dev/zero | tr '\\0' e >&2; echo end >&2; echo done"), {});
  CHECK(process.receive(in(20s)) == "done");
  process.finish(5s);
  const std::string log = process.log();
  CHECK(log.size() == 65536);
  CHECK(log.substr(log.size() - 5) == "eend\n");
}

TEST_CASE("a process that does not answer times out") {
  Process process(shell("sleep 100"), {});
  const auto begin = Channel::Clock::now();
  CHECK(error_of([&] { process.receive(in(100ms)); }).rfind("timeout: timed out", 0) == 0);
  CHECK(Channel::Clock::now() - begin < 2s);
}

TEST_CASE("an interrupt is heard at once, and only until it is cleared") {
  Process process({{"cat"}, {}, {}}, {});
  std::thread other([] {
    std::this_thread::sleep_for(100ms);
    interrupt_now();
  });
  const auto begin = Channel::Clock::now();
  CHECK(error_of([&] { process.receive(in(30s)); }) == "interrupted: stopped by the user");
  CHECK(Channel::Clock::now() - begin < 5s);
  other.join();
  clear_interrupt();
  process.send("again");
  CHECK(process.receive(in(5s)) == "again");
}

TEST_CASE("signals that this program ignores are not ignored by a worker") {
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGTERM, &ignore, &before);
  Process process(shell("kill -TERM $$; sleep 100"), {});
  ::sigaction(SIGTERM, &before, nullptr);
  CHECK(error_of([&] { process.receive(in(5s)); }).find("signal 15") != std::string::npos);
}
