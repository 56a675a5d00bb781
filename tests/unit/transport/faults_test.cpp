// SPDX-License-Identifier: Apache-2.0
// Each fault with a worker that does exactly that (tests/support/faulty_worker.py): the right error, soon,
// and nothing of it survives.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <thread>

#include "harness/core/error.h"
#include "harness/protocol/check.h"
#include "harness/protocol/client.h"
#include "harness/transport/local/process.h"

using namespace assay;
using namespace std::chrono_literals;
using protocol::Client;
using transport::Limits;
using transport::Process;

namespace {

std::string source(const std::string& path) {
  const char* root = std::getenv("ASSAY_SOURCE_DIR");
  return std::string(root != nullptr ? root : ".") + "/" + path;
}

/// A variable that every process of a test's worker carries, unless it clears its environment.
const std::string tag = "ASSAY_FAULT_TEST=" + std::to_string(::getpid());

Command faulty(const std::string& fault) {
  return {{"python3", source("tests/support/faulty_worker.py"), "--fault=" + fault},
          {{"ASSAY_FAULT_TEST", std::to_string(::getpid())}, {"PYTHONDONTWRITEBYTECODE", "1"}},
          {}};
}

/// Empty when the file cannot be read, as when its process ended meanwhile (a stream's iterators would throw
/// then).
std::string slurp(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return {};
  std::string text(std::size_t{1} << 16, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

/// Processes alive that carry the tag, or are children of ours: "pid command" each.
std::vector<std::string> survivors() {
  std::vector<std::string> found;
  DIR* proc = ::opendir("/proc");
  while (const dirent* entry = ::readdir(proc)) {
    const std::string pid = entry->d_name;
    if (pid[0] < '1' || pid[0] > '9' || pid == std::to_string(::getpid())) continue;
    const std::string stat = slurp("/proc/" + pid + "/stat");
    const auto after_name = stat.rfind(')');
    if (after_name == std::string::npos) continue;
    char state = '?';
    int parent = 0;
    std::sscanf(stat.c_str() + after_name + 1, " %c %d", &state, &parent);
    const bool tagged = state != 'Z' && slurp("/proc/" + pid + "/environ").find(tag) != std::string::npos;
    if (parent == ::getpid() || tagged) found.push_back(pid + " " + slurp("/proc/" + pid + "/cmdline"));
  }
  ::closedir(proc);
  return found;
}

struct Outcome {
  std::string error = "no error";  ///< "code: message"
  std::string remedy;
  std::string log;
  transport::Exit exit;
  double seconds = 0;      ///< of all
  double end_seconds = 0;  ///< of finish()
};

/// One launch as the run layer makes it: hello, prepare, verify, measure, verify, bye; every answer within
/// `limit`.
Outcome launch(const std::string& fault, Client::Limit limit = Client::Limit(20),
               Limits limits = {0, 300ms}) {
  Outcome outcome;
  const auto begin = Channel::Clock::now();
  Process process(faulty(fault), limits);
  auto finish_after = 2000ms;
  try {
    Client client(process);
    client.hello(Client::Limit(20));
    protocol::PrepareRequest prepare;
    prepare.value = parse_case("example.sum/builtin?n=1000@cpu");
    prepare.params = {{"n", std::int64_t{1000}}, {"dtype", std::string("i64")}};
    client.prepare(prepare, limit);
    client.verify(limit);
    client.measure({1, 10, {}, false, {}}, limit);
    client.verify(limit);
    client.bye(limit);
  } catch (const Error& error) {
    outcome.error = to_string(error.code) + ": " + error.what();
    outcome.remedy = error.remedy;
    finish_after = 0ms;
  }
  const auto end = Channel::Clock::now();
  outcome.exit = process.finish(finish_after);
  outcome.end_seconds = std::chrono::duration<double>(Channel::Clock::now() - end).count();
  outcome.seconds = std::chrono::duration<double>(Channel::Clock::now() - begin).count();
  outcome.log = process.log();
  CHECK(survivors() == std::vector<std::string>{});
  return outcome;
}

bool begins(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

}  // namespace

TEST_CASE("a worker without a fault ends well") {
  const Outcome outcome = launch("none");
  CHECK(outcome.error == "no error");
  CHECK(outcome.exit.status == 0);
  CHECK(outcome.exit.peak_rss_bytes > 4 << 20);
}

TEST_CASE("a crash is told by its exit status or signal") {
  CHECK(begins(launch("exit-mid-sample").error,
               "worker: `measure`: the worker ended before it answered: exit status 3"));
  CHECK(begins(launch("exit-zero").error,
               "worker: `measure`: the worker ended before it answered: exit status 0"));
  CHECK(begins(launch("segfault").error,
               "worker: `measure`: the worker ended before it answered: signal 11 (Segmentation"));
  CHECK(begins(launch("half-line").error,
               "worker: `measure`: the worker ended before it answered: exit status 0"));
  CHECK(launch("crash-at-hello").error ==
        "worker: `hello`: the worker ended before it answered: exit status 127; its log ends: cannot load "
        "libmagic.so");
}

TEST_CASE("a worker that hangs is ended at its limit: asked first, then forced") {
  const Outcome polite = launch("hang", Client::Limit(0.5));
  CHECK(begins(polite.error, "timeout: timed out: `measure`, limit 0.5 s: "));
  CHECK(polite.exit.signal == 15);
  CHECK(polite.end_seconds < 1.0);
  const Outcome stubborn = launch("hang-ignore-sigterm", Client::Limit(0.5));
  CHECK(begins(stubborn.error, "timeout: timed out"));
  CHECK(stubborn.exit.signal == 9);
  CHECK(stubborn.end_seconds >= 0.3);
  CHECK(stubborn.end_seconds < 2.0);
  CHECK(begins(launch("hang-prepare", Client::Limit(0.5)).error, "timeout: timed out"));
  CHECK(launch("hang-after-bye").exit.signal == 15);
}

TEST_CASE("what is not the protocol is refused by name") {
  CHECK(begins(launch("garbage").error, "protocol: reply is not JSON: Loading model... 100%"));
  CHECK(begins(launch("binary").error, "protocol: reply is not JSON: \\x00\\x01"));
  CHECK(begins(launch("nan").error, "protocol: reply is not JSON"));
  CHECK(begins(launch("nan-work").error, "protocol: reply is not JSON"));
  CHECK(begins(launch("work-negative").error, "protocol: work.units is -1"));
  CHECK(begins(launch("end-before-start").error, "false_times: end[0] is 0, before its start 5"));
  CHECK(begins(launch("lengths").error, "protocol: start has 9 values and end 10"));
  CHECK(begins(launch("fewer-samples").error, "protocol: measure: asked for 10 samples, answered 9"));
  CHECK(begins(launch("other-batch").error, "protocol: measure: asked for a batch of 1, answered 2"));
  CHECK(begins(launch("version").error, "protocol: the worker chose protocol 99, it was offered 1 to 1"));
  CHECK(begins(launch("wrong-id").error, "protocol: id is 5, but request 4 is the one in flight"));
  CHECK(begins(launch("out-of-order").error, "protocol: id is 3, but request 4 is the one in flight"));
  CHECK(begins(launch("answers-twice").error, "protocol: id is 4, but request 5 is the one in flight"));
  CHECK(begins(launch("huge-shape").error, "protocol: outputs[0].shape"));
  CHECK(begins(launch("more-for-ever", Client::Limit(60)).error, "protocol: "));
}

TEST_CASE("a line of a gigabyte costs no memory") {
  const auto resident = [] {
    long pages = 0;
    std::sscanf(slurp("/proc/self/statm").c_str(), "%*d %ld", &pages);
    return pages * ::sysconf(_SC_PAGESIZE);
  };
  const auto before = resident();
  const Outcome outcome = launch("long-line");
  CHECK(begins(outcome.error, "protocol: the worker sent a line of more than 1 MiB, which begins: xxxx"));
  CHECK(resident() - before < 16 << 20);
}

TEST_CASE("memory without end is stopped at the limit, wherever in the tree it is") {
  for (const char* fault : {"memory", "memory-child"}) {
    INFO(fault);
    const Outcome outcome = launch(fault, Client::Limit(60), Limits{256 << 20, 300ms});
    CHECK(begins(outcome.error, "worker: `measure`: memory limit: the worker's processes held "));
    CHECK(outcome.remedy == "raise the limit, or choose a smaller case");
    CHECK(outcome.exit.peak_rss_bytes > 256 << 20);
    CHECK(outcome.exit.peak_rss_bytes < std::int64_t{2} << 30);
  }
}

TEST_CASE(
    "children that leave the process group do not survive, and a worker that has them is no worse for it") {
  const Outcome outcome = launch("daemons");
  CHECK(outcome.error == "no error");
  CHECK(outcome.exit.status == 0);
  CHECK(outcome.seconds < 10);
}

TEST_CASE("a worker that closes its pipes is not waited for") {
  const Outcome output = launch("closed-output");
  CHECK(begins(output.error,
               "worker: `measure`: the worker closed its output before it answered, still running"));
  CHECK(output.seconds < 10);
  const Outcome input = launch("closed-input");
  CHECK(begins(input.error, "worker: `"));
  CHECK(input.seconds < 10);
}

TEST_CASE("escape sequences never come through") {
  CHECK(
      launch("escape-name").error ==
      "protocol: workloads[0].name is 'example.\\x1b[31msum': control characters are not allowed in a name");
  const Outcome outcome = launch("error-escape");
  CHECK(outcome.error == "unavailable: \\x1b[2J\\x1b]0;owned\\x07 is \\xe2\\x80\\xaegone");
  CHECK(outcome.remedy == "\\x1b[31mred");
  CHECK(launch("escape-doc").error == "no error");
}

TEST_CASE("a flood on standard error delays nobody") {
  const Outcome outcome = launch("log-flood");
  CHECK(outcome.error == "no error");
  CHECK(outcome.log.size() == 65536);
}

TEST_CASE("the example worker passes the check, and every fault that breaks a rule is found by it") {
  const auto failures = [](const Command& command) {
    std::vector<std::string> names;
    const auto start = [&] { return std::make_unique<Process>(command, Limits{0, 100ms}); };
    for (const auto& row : protocol::check_worker(start, {.limit = 1s})) {
      INFO(row.name << ": " << row.detail);
      if (!row.passed) names.push_back(row.name);
      CHECK((row.passed || !row.remedy.empty()));
    }
    return names;
  };
  // What it writes to a file lies in its TMPDIR, which the check, too, looks into.
  const std::string folder = std::filesystem::temp_directory_path().string();
  CHECK(failures({{"python3", source("workloads/adapters/example_worker.py")}, {{"TMPDIR", folder}}, {}}) ==
        std::vector<std::string>{});
  for (const char* fault :
       {"exit-mid-sample", "garbage", "nan", "version", "wrong-id", "other-batch", "talks-after-bye",
        "exit-status", "absent-file", "hang", "wrong-builtin", "wrong-digest", "other-units", "no-batch",
        "tenfold", "too-fast", "overlap", "origin"}) {
    INFO(fault);
    CHECK_FALSE(failures(faulty(fault)).empty());
  }
  CHECK(survivors() == std::vector<std::string>{});
}
