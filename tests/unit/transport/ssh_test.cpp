// SPDX-License-Identifier: Apache-2.0
// The far end's half of the ssh transport, run here by a shell in ssh's place; tests/cli/far_worker_test.py
// has a real sshd.
#include "harness/transport/ssh/ssh.h"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/core/error.h"

namespace assay::transport {

namespace {

using namespace std::chrono_literals;

/// ssh's words, such that `-- HOST COMMAND` behind them is run here; `first` is what a login does before.
SshHost host(const std::string& first = "") {
  return {{"sh", "-c", first + "\nexec sh -c \"$3\"", "ssh"}, "board"};
}

Command words(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  return command;
}

std::string next(SshProcess& process) { return process.receive(Channel::Clock::now() + 60s); }

Error refusal(const SshHost& host, const Command& command, std::chrono::duration<double> patience = 60s) {
  try {
    SshProcess process(host, command, patience);
  } catch (const Error& error) {
    return error;
  }
  FAIL("it was started");
  std::abort();
}

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

bool lives(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  return std::getline(stat, line) && line.substr(line.rfind(") ") + 2, 1) != "Z";
}

}  // namespace

TEST_CASE("words reach a far program as they are, lines go both ways, and its end is known") {
  Command command = words(
      {"sh", "-c", "echo \"$1|$FAR|$ASSAY_FILES\"; read -r line; echo \"got $line\" ; echo log >&2; exit 7",
       "sh", "it's \"so\" $HOME `x` \\ | & ;"});
  command.environment["FAR"] = "a 'b'";
  SshProcess process(host(), command, 60s);
  CHECK(next(process) == "it's \"so\" $HOME `x` \\ | & ;|a 'b'|none");
  process.send("one line");
  CHECK(next(process) == "got one line");
  const Exit exit = process.finish(2s);
  CHECK(exit.status == 7);
  CHECK_FALSE(exit.forced);
  CHECK(exit.peak_rss_bytes == 0);
  CHECK(process.log() == "log\n");
  CHECK(process.folder().empty());
}

TEST_CASE("a file travels with the command, and goes away with the worker") {
  const std::string file = "/tmp/assay-ssh-test-" + std::to_string(::getpid());
  std::string bytes = "#!/bin/sh\necho \"$0\"\necho \"$TMPDIR\"\nread -r _\nexit\n";
  bytes.append(200'000, '\0');  // whatever is in it
  std::ofstream(file, std::ios::binary) << bytes;
  std::string copy;
  {
    SshProcess process(host(), words({"copy:" + file}), 60s);
    copy = next(process);
    CHECK(copy.starts_with(next(process)));
    CHECK(std::filesystem::file_size(copy) == bytes.size());
  }
  CHECK_FALSE(std::filesystem::exists(copy));
  std::filesystem::remove(file);
  CHECK(refusal(host(), words({"copy:" + file})).code == ErrorCode::unavailable);
}

TEST_CASE("what a login prints by itself is no answer of the worker's") {
  SshProcess process(host("echo Welcome; echo; printf 'no end of line'; echo more >&2"),
                     words({"echo", "mine"}), 60s);
  CHECK(next(process) == "mine");
}

TEST_CASE("why ssh failed decides what to do") {
  const auto failing = [](const std::string& text) {
    return refusal({{"sh", "-c", "echo '" + text + "' >&2; exit 255", "ssh"}, "board"}, words({"w"}));
  };
  const Error unknown = failing("Host key verification failed.");
  CHECK(unknown.code == ErrorCode::unavailable);
  CHECK(says(unknown.what(), "ssh to board failed: Host key verification failed."));
  CHECK(says(unknown.remedy, "log in once by hand and compare it: ssh board"));
  CHECK(says(failing("REMOTE HOST IDENTIFICATION HAS CHANGED!").remedy, "ssh-keygen -R"));
  CHECK(says(failing("ada@board: Permission denied (publickey).").remedy, "ssh-copy-id board"));
  CHECK(says(failing("ssh: Could not resolve hostname board").remedy, "ssh board true"));
}

TEST_CASE("a login without a shell, a program that is not there, and one that never begins are told apart") {
  const Error closed = refusal(
      {{"sh", "-c", "read -r _; echo This account is not available.; exit 1", "ssh"}, "board"}, words({"w"}));
  CHECK(says(
      closed.what(),
      "board does not run what it is asked to over ssh: This account is not available. (exit status 1)"));
  CHECK(says(refusal(host(), words({"/nowhere/w"})).what(), "'/nowhere/w' is not on board"));
  CHECK(refusal({{"sleep", "60", "#"}, "board"}, words({"w"}), 1s).code != ErrorCode::internal);
  const Error silent =
      refusal({{"sh", "-c", "cat >/dev/null; sleep 60", "ssh"}, "board"}, words({"w"}), 200ms);
  CHECK(silent.code == ErrorCode::timeout);
}

TEST_CASE("a worker that does not end is ended there, with what it started in a session of its own") {
  pid_t child = 0;
  {
    SshProcess process(
        host(),
        words({"sh", "-c",
               "trap '' TERM HUP\nsetsid sh -c 'trap \"\" TERM HUP; while :; do sleep 100; done' "
               "</dev/null >/dev/null 2>&1 &\necho $!\nwhile :; do sleep 100; done"}),
        60s);
    child = std::stoi(next(process));
    CHECK(lives(child));
  }
  for (int i = 0; i < 600 && lives(child); ++i) std::this_thread::sleep_for(50ms);
  CHECK_FALSE(lives(child));
}

TEST_CASE("a machine says what it is before the worker begins") {
  FarFacts facts;
  SshProcess process(host(), words({"sh", "-c", "exit 0"}), 60s, &facts);
  CHECK(facts.at("@kernel").starts_with("Linux "));
  CHECK_FALSE(facts.at("/proc/cpuinfo").empty());
  CHECK(facts.at("/proc/stat").starts_with("cpu"));
  CHECK(facts.at("@sha256").size() >= 64);
  CHECK(facts.find("/proc/self/environ") == facts.end());
}

TEST_CASE("a host's name is no word for a shell and no option") {
  for (const char* const good : {"board", "ada@board.example", "10.0.0.7", "::1"})
    CHECK(is_ssh_address(good));
  for (const char* const bad : {"", "-oProxyCommand=x", "a b", "a;b", "$(x)", "a\nb"})
    CHECK_FALSE(is_ssh_address(bad));
}

}  // namespace assay::transport
