// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/worker_main.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/unit/worker/toy.h"

namespace {

struct Outcome {
  std::string output;
  int status = -1;
};

/// Runs worker_main in a child with `input` on its standard input.
Outcome run(std::vector<std::string> arguments, const std::string& input) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  REQUIRE(pipe(in.data()) == 0);
  REQUIRE(pipe(out.data()) == 0);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, 2);
    for (const int fd : {in[0], in[1], out[0], out[1], null}) close(fd);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int status =
        assay::worker_main(static_cast<int>(arguments.size()), argv.data(), assay::toy::table());
    std::fflush(stdout);
    _exit(status);
  }
  close(in[0]);
  close(out[1]);
  REQUIRE(write(in[1], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  close(in[1]);
  Outcome outcome;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(out[0], buffer.data(), buffer.size())) > 0;) {
    outcome.output.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(out[0]);
  int status = 0;
  waitpid(child, &status, 0);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

}  // namespace

TEST_CASE("what a library prints to standard output does not reach the protocol") {
  const auto outcome = run({"/x/my_worker"},
                           "{\"id\":1,\"op\":\"prepare\",\"case\":\"toy.sum/reference@cpu\",\"params\":{},"
                           "\"seed\":\"1\",\"cpus\":[],\"inputs\":{}}\n"
                           "{\"id\":2,\"op\":\"verify\"}\n{\"id\":3,\"op\":\"bye\"}\n");
  CHECK(outcome.status == 0);
  CHECK(outcome.output.find("crc32:") != std::string::npos);
  CHECK(outcome.output.find("library") == std::string::npos);
}

TEST_CASE("the end of input ends the worker") {
  CHECK(run({"w"}, "").status == 0);
  CHECK(run({"w"}, "{\"id\":1,\"op\":\"hello\",\"protocol\":[1,1]}\n").status == 0);
}

TEST_CASE("describe shows a user's worker under its own name") {
  const auto outcome = run({"/home/u/my_worker", "--describe"}, "");
  CHECK(outcome.status == 0);
  CHECK(outcome.output.find("\"my_worker\"") != std::string::npos);
  CHECK(outcome.output.find("toy.sum") != std::string::npos);
  CHECK(outcome.output.find("\"2.5\"") != std::string::npos);  // the components' version and compiler,
  CHECK(outcome.output.find("Toy 1 Release") !=
        std::string::npos);  // not those of the library that serves them
}

TEST_CASE("a wrong command line is refused") {
  CHECK(run({"w", "--frobnicate"}, "").status == 2);
  CHECK(run({"w", "--describe", "x"}, "").status == 2);
  const auto help = run({"w", "--help"}, "");
  CHECK(help.status == 0);
  CHECK(help.output.find("usage:") != std::string::npos);
}
