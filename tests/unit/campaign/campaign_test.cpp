// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "harness/campaign/campaign.h"
#include "harness/core/error.h"
#include "tests/unit/store/fixtures.h"

namespace assay::campaign {

namespace {

/// Hosts that end at once, each with the code that its name says; "never" runs until it is stopped.
class Toy : public Engine {
 public:
  explicit Toy(std::vector<std::string> names) : names_(std::move(names)) {}
  std::vector<Host> hosts() override {
    std::vector<Host> hosts;
    for (const auto& name : names_) {
      hosts.emplace_back();
      hosts.back().name = name;
    }
    return hosts;
  }
  void start(const Task&, Host& host) override {
    if (host.name == "fault") throw Error(ErrorCode::io, "the disk is full", "free some");
    started.push_back(host.name);
    host.phase = Phase::running;
    if (host.name != "never") std::ofstream(host.folder + "/code") << host.name << "\n";
  }
  void look(const Task&, std::vector<Host>& hosts) override {
    for (Host& host : hosts) {
      if (!host.is_done()) (void)take_code(host);
    }
  }
  void stop(const Task&, std::vector<Host>& hosts) override {
    for (const Host& host : hosts) std::ofstream(host.folder + "/code") << "143\n";
  }
  void end(const Task&, std::vector<Host>& hosts) override {
    ended = true;
    for (Host& host : hosts) {
      if (!host.is_done()) host.lose("ended", lost_under_way);
    }
  }
  std::vector<std::string> started;
  bool ended = false;

 private:
  std::vector<std::string> names_;
};

struct Told {
  std::vector<std::string> done;
  bool stopped = false;
  Callbacks callbacks() {
    return {.done = [this](Host& host) { done.push_back(host.name); },
            .waiting = [](const std::vector<Host>&) {},
            .stopped = [this] { return stopped; }};
  }
};

}  // namespace

TEST_CASE("every host is told once, as soon as it is done, with the code that it left") {
  const test::Folder folder;
  Task task;
  task.folder = folder.file("campaign");
  Toy toy({"0", "7"});
  Told told;
  const auto hosts = run_on_hosts(toy, task, told.callbacks());
  REQUIRE(hosts.size() == 2);
  CHECK(hosts[1].code == 7);
  CHECK(hosts[1].phase == Phase::ended);
  CHECK(told.done == std::vector<std::string>{"0", "7"});
  CHECK(hosts[0].folder.ends_with("/1-0"));
  CHECK_FALSE(toy.ended);
}

TEST_CASE("who asks to stop before all are started waits for those that are, and starts no more") {
  const test::Folder folder;
  Task task;
  task.folder = folder.file("campaign");
  Toy toy({"never", "0"});
  Told told;
  Callbacks callbacks = told.callbacks();
  callbacks.stopped = [&] { return !toy.started.empty(); };
  const auto hosts = run_on_hosts(toy, task, callbacks);
  CHECK(toy.started == std::vector<std::string>{"never"});
  CHECK(hosts[0].code == 143);
  CHECK(hosts[0].phase == Phase::ended);
  CHECK(hosts[1].phase == Phase::lost);
  CHECK(told.done.size() == 2);
}

TEST_CASE("whatever is thrown, nothing that was started runs on") {
  const test::Folder folder;
  Task task;
  task.folder = folder.file("campaign");
  Toy toy({"never", "fault"});
  Told told;
  CHECK_THROWS_AS(run_on_hosts(toy, task, told.callbacks()), Error);
  CHECK(toy.ended);
}

TEST_CASE("a log's last error comes with its remedy, and nothing of it reaches a terminal raw") {
  const test::Folder folder;
  Host host;
  host.folder = folder.file("host");
  std::filesystem::create_directory(host.folder);
  CHECK(host.last_words().empty());
  CHECK(host.last_error().empty());
  std::ofstream(host.folder + "/log") << "assay: first\nnote\nassay: \x1b[2J bad\n  do this\n\n";
  CHECK(host.last_words() == "  do this");
  CHECK(host.last_error() == "assay: \\x1b[2J bad; do this");
  CHECK(host.line_with("note") == "note");
  CHECK(host.line_with("nothing").empty());
}

}  // namespace assay::campaign
