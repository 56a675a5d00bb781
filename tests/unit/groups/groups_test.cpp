// SPDX-License-Identifier: Apache-2.0
#include "collectors/groups/groups.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/core/error.h"

using namespace assay;
namespace fs = std::filesystem;

namespace {

/// A folder of groups that is gone after the test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("assay-groups-" + std::to_string(getpid()))) {
    fs::remove_all(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string put(const std::string& name, const std::string& text) const {
    const fs::path file = path_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

const std::string ipc = R"(doc = "Instructions and cycles"

[event.instructions]
unit = "instruction"

[event.cycles]
unit = "cycle"

[metric."perf.ipc"]
formula = "instructions / cycles"
unit = "instruction/cycle"
better = "higher"
doc = "instructions retired in a clock cycle"
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

/// What load_group says of a text that differs from `ipc` in one place.
Error refusal(const std::string& what, const std::string& by) {
  const Folder folder;
  const std::string path = folder.put("zen4/CPI.toml", replaced(ipc, what, by));
  try {
    groups::load_group(path);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    CHECK(std::string(error.what()).starts_with(path + ":"));
    return Error(error.code, std::string(error.what()).substr(path.size()), error.remedy);
  }
  FAIL("it was taken");
  return Error(ErrorCode::internal, "");
}

}  // namespace

TEST_CASE("a group is its events in the order of the file, and its metrics") {
  const Folder folder;
  const auto group = groups::load_group(folder.put("zen4/CPI.toml", ipc));
  CHECK(group.name == "CPI");
  CHECK(group.uarch == "zen4");
  REQUIRE(group.events.size() == 2);
  CHECK(group.events[0].name == "instructions");
  CHECK(group.events[1].collector == "perf_event");
  CHECK(group.events[1].request == "cycles");
  CHECK(group.events[1].metric == "perf.cycles");
  REQUIRE(group.metrics.size() == 1);
  CHECK(group.metrics[0].metric.id == "perf.ipc");
  CHECK(group.metrics[0].metric.better == Better::higher);
}

TEST_CASE("a raw event is asked for by its code, a reading of the collector that its id begins with") {
  const Folder folder;
  const auto group = groups::load_group(folder.put("zen4/X.toml", R"(doc = "x"
[event.ops]
code = "0x1000001a0"
unit = "slot"
doc = "slots"
[event.package]
reading = "powercap.package"
unit = "J"
[metric."perf.x"]
formula = "package / ops"
unit = "J/slot"
better = "lower"
doc = "energy of a slot"
)"));
  CHECK(group.events[0].request == "ops=r1000001a0");
  CHECK(group.events[0].metric == "perf.ops");
  CHECK(group.events[1].collector == "powercap");
  CHECK(group.events[1].request == "package");
  CHECK(group.events[1].metric == "powercap.package");
}

TEST_CASE("what is wrong in a group's file is said with its line and what to write") {
  CHECK(refusal("formula", "formual").remedy.find("'formula'") != std::string::npos);
  CHECK(std::string(refusal("better = \"higher\"", "better = \"up\"").what()).find(":9:") == 0);
  CHECK(std::string(refusal("unit = \"cycle\"", "count = \"cycle\"").what())
            .find(":7: 'count' is no key of an event") == 0);
  CHECK(std::string(refusal("instructions / cycles", "instructions /").what()).find("expected a number") !=
        std::string::npos);
  CHECK(refusal("instructions / cycles", "instructions / cycle").remedy.find("'cycles'") !=
        std::string::npos);
  const Error unit = refusal("instruction/cycle", "cycle/instruction");
  CHECK(std::string(unit.what()) ==
        ":9: metric 'perf.ipc': its formula gives instruction/cycle, its unit says cycle/instruction");
  CHECK(std::string(refusal("instructions / cycles", "cycles / cycles * 1[instruction/cycle]").what()) ==
        ":3: event 'instructions' is in no formula");
  CHECK(std::string(refusal("\"perf.ipc\"", "ipc").what()).find("an id is SOURCE.WHAT") != std::string::npos);
  CHECK(std::string(refusal("doc = \"Instructions and cycles\"", "doc = 3").what()).find(":1:") == 0);
  CHECK(std::string(refusal("[event.cycles]", "[event.cycles").what()).find(":6:") == 0);
  CHECK(std::string(refusal("[event.cycles]", "[event.cycles]\ncode = \"76\"").what()).find("is no code") !=
        std::string::npos);
}

TEST_CASE("a group of the microarchitecture goes before the generic one, a user's before ours") {
  const Folder folder;
  const std::string ours = folder.path() + "/ours";
  const std::string user = folder.path() + "/user";
  folder.put("ours/generic/CPI.toml", ipc);
  folder.put("ours/generic/SOFTWARE.toml", replaced(ipc, "perf.ipc", "perf.other"));
  folder.put("ours/zen4/CPI.toml", ipc);
  const auto load = [&](const std::string& uarch) { return groups::load_groups({user, ours}, uarch); };
  const auto uarch_of = [&](const std::string& uarch, const std::string& name) {
    auto all = load(uarch);
    return groups::take_group(all, name).uarch;
  };
  CHECK(uarch_of("zen4", "CPI") == "zen4");
  CHECK(uarch_of("zen4", "SOFTWARE") == "generic");
  CHECK(uarch_of("zen3", "CPI") == "generic");
  folder.put("user/zen4/CPI.toml", replaced(ipc, "Instructions and cycles", "mine"));
  folder.put("user/generic/MINE.toml", replaced(ipc, "perf.ipc", "perf.mine"));
  auto all = load("zen4");
  CHECK(groups::group_names(all) == std::vector<std::string>{"CPI", "MINE", "SOFTWARE"});
  try {
    groups::take_group(all, "CPX");
    FAIL("there is none");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::usage);
    CHECK(error.remedy == "did you mean 'CPI'? known: CPI, MINE, SOFTWARE");
  }
  CHECK(groups::take_group(all, "CPI").doc == "mine");
}

TEST_CASE("a metric is stated in one group, and an event's name means one event") {
  const Folder folder;
  folder.put("generic/A.toml", ipc);
  const std::string second = folder.put("generic/B.toml", ipc);
  const auto fault = [&] {
    auto all = groups::load_groups({folder.path()}, "zen4");
    CHECK(all.groups.size() == 1);  // the other one is there all the same
    CHECK_THROWS_AS(groups::take_group(all, "B"), Error);
    return std::string(all.faults.at("B").what());
  };
  CHECK_THAT(fault(), Catch::Matchers::StartsWith(second + ": metric 'perf.ipc' is in "));
  folder.put("generic/B.toml", replaced(replaced(ipc, "perf.ipc", "perf.other"), "[event.cycles]",
                                        "[event.cycles]\ncode = \"0x76\"\ndoc = \"cycles\""));
  CHECK_THAT(fault(), Catch::Matchers::Contains("event 'cycles' is cycles=r76 here, and cycles in another"));
  folder.put("generic/B.toml",
             replaced(replaced(replaced(ipc, "perf.ipc", "perf.cycles"), "[event.cycles]", "[event.clocks]"),
                      "instructions / cycles", "instructions / clocks"));
  CHECK_THAT(fault(), Catch::Matchers::Contains("metric 'perf.cycles' is the reading of an event"));
}

TEST_CASE("what a user states a second time is refused, and not ours") {
  const Folder folder;
  folder.put("ours/generic/CPI.toml", ipc);
  folder.put("user/generic/A.toml", ipc);
  const auto all = groups::load_groups({folder.path() + "/user", folder.path() + "/ours"}, "zen4");
  REQUIRE(all.groups.size() == 1);
  CHECK(all.groups.front().name == "CPI");
  CHECK(all.faults.count("A") == 1);
}

TEST_CASE("no group gives values to an id of Assay's, of a collector or of one of its events") {
  for (const char* id : {"time.wall.p50", "throughput.rows", "roof.fraction", "host.contended",
                         "memory.peak_rss", "perf.cycles"}) {
    INFO(id);
    const Error error = refusal("perf.ipc", id);
    CHECK_THAT(error.what(), Catch::Matchers::Contains(":9: metric '" + std::string(id) + "'"));
    CHECK_FALSE(error.remedy.empty());
  }
  CHECK(refusal("perf.ipc", "time.wall.p50").remedy ==
        "give it a source of your own: [metric.\"mine.wall.p50\"]");
  const groups::Taken taken{.ids = {"rusage.user_time"}, .sources = {"callgrind"}};
  const Folder folder;
  for (const char* id : {"rusage.user_time", "callgrind.cycles"}) {
    const std::string path = folder.put("generic/X.toml", replaced(ipc, "perf.ipc", id));
    CHECK_THROWS_WITH(groups::load_group(path, taken), Catch::Matchers::StartsWith(path + ":9: metric '"));
  }
  CHECK_NOTHROW(
      groups::load_group(folder.put("generic/X.toml", replaced(ipc, "perf.ipc", "rusage.cpus")), taken));
}

TEST_CASE("a pipe is no group and is not waited for, and a file beside the folders is named") {
  const Folder folder;
  folder.put("generic/A.toml", ipc);
  const std::string pipe = folder.path() + "/generic/PIPE.toml";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::string stray = folder.put("B.toml", ipc);
  const auto all = groups::load_groups({folder.path()}, "zen4");
  CHECK(all.groups.size() == 1);
  CHECK_THAT(all.faults.at("PIPE").what(), Catch::Matchers::Contains("PIPE.toml: is not a regular file"));
  REQUIRE(all.notes.size() == 1);
  CHECK_THAT(all.notes.front(), Catch::Matchers::StartsWith(stray + " is not looked at"));
}

TEST_CASE("the example of the README is a group") {
  std::ifstream file(std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/collectors/groups/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto begin = text.find("```toml\n") + 8;
  const Folder folder;
  const auto group = groups::load_group(
      folder.put("zen4/EXAMPLE.toml", text.substr(begin, text.find("```", begin) - begin)));
  CHECK(group.events.size() == 3);
  CHECK(group.metrics.size() == 3);
}

TEST_CASE("every group that we bring loads, and its formulas have the units that they state") {
  const std::string ours = std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/collectors/groups";
  std::size_t count = 0;
  for (const auto& folder : fs::directory_iterator(ours)) {
    if (!folder.is_directory()) continue;
    const std::string uarch = folder.path().filename();
    INFO(uarch);
    const auto loaded = groups::load_groups({ours}, uarch);
    CHECK(loaded.faults.empty());
    CHECK(loaded.notes.empty());
    const auto& all = loaded.groups;
    CHECK(all.size() >= 7);  // the generic ones at least
    count += all.size();
    for (const auto& group : all) {
      for (const auto& metric : group.metrics) {
        INFO(group.origin << " " << metric.metric.id);
        CHECK(metric.metric.doc.size() > 10);
      }
    }
  }
  CHECK(count > 80);
}

namespace {

using Counts = std::map<std::string, double>;

/// The group's metrics from recorded counts by event; an event without a count is not countable.
Counts derived(const std::string& uarch, const std::string& name, const Counts& counts,
               std::vector<Reading>* absent = nullptr) {
  auto loaded =
      groups::load_groups({std::string(std::getenv("ASSAY_SOURCE_DIR")) + "/collectors/groups"}, uarch);
  const auto group = groups::take_group(loaded, name);
  std::vector<Reading> readings;
  for (const auto& event : group.events) {
    Reading reading;
    reading.metric = event.metric;
    reading.unit = "count";
    const auto found = counts.find(event.name);
    reading.state = found == counts.end() ? ReadingState::unsupported : ReadingState::ok;
    if (found != counts.end()) reading.value = found->second;
    if (found == counts.end()) reading.reason = "this CPU has no such event";
    readings.push_back(std::move(reading));
  }
  Counts values;
  for (const auto& reading : stats::derive(group, readings, {})) {
    if (reading.value) values[reading.metric] = *reading.value;
    if (!reading.value && absent != nullptr) absent->push_back(reading);
  }
  return values;
}

void check_equal(const Counts& seen, const Counts& expected) {
  CHECK(seen.size() == expected.size());
  for (const auto& [id, value] : expected) {
    INFO(id);
    REQUIRE(seen.count(id) == 1);
    CHECK(seen.at(id) == Approx(value));
  }
}

}  // namespace

TEST_CASE(
    "top-down of recorded counts says what became of the slots, on each microarchitecture that has it") {
  check_equal(derived("zen4", "TOPDOWN1",
                      {{"cycles", 1e6},
                       {"retired_ops", 3e6},
                       {"dispatched_ops", 3.3e6},
                       {"no_ops_from_frontend", 0.9e6},
                       {"backend_stalls", 1.5e6}}),
              {{"topdown.retiring", 0.5},
               {"topdown.bad_speculation", 0.05},
               {"topdown.frontend_bound", 0.15},
               {"topdown.backend_bound", 0.25}});
  check_equal(
      derived(
          "zen4", "TOPDOWN2",
          {{"cycles", 1e6}, {"backend_stalls", 1.5e6}, {"load_not_complete", 3e5}, {"not_complete", 4e5}}),
      {{"topdown.backend_bound.memory", 0.1875}, {"topdown.backend_bound.core", 0.0625}});
  check_equal(derived("skylake-x", "TOPDOWN1",
                      {{"cycles", 1e6},
                       {"uops_issued", 2.2e6},
                       {"retire_slots", 2e6},
                       {"uops_not_delivered", 0.4e6},
                       {"recovery_cycles", 1e4}}),
              {{"topdown.retiring", 0.5},
               {"topdown.bad_speculation", 0.06},
               {"topdown.frontend_bound", 0.1},
               {"topdown.backend_bound", 0.34}});
  const Counts stalls{{"cycles", 1e6},
                      {"stalls_memory", 2e5},
                      {"stalls_stores", 1e5},
                      {"stalls_total", 4e5},
                      {"one_port", 1e5}};
  for (const char* uarch : {"skylake-x", "icelake"})
    check_equal(derived(uarch, "TOPDOWN2", stalls),
                {{"topdown.memory_stalls", 0.3}, {"topdown.backend_memory_share", 0.5}});
  for (const char* uarch : {"icelake", "sapphire-rapids"})
    check_equal(derived(uarch, "TOPDOWN1",
                        {{"slots", 5e6},
                         {"td_retiring", 2e6},
                         {"td_bad_speculation", 0.5e6},
                         {"td_frontend_bound", 1e6},
                         {"td_backend_bound", 1.5e6}}),
                {{"topdown.retiring", 0.4},
                 {"topdown.bad_speculation", 0.1},
                 {"topdown.frontend_bound", 0.2},
                 {"topdown.backend_bound", 0.3}});
  check_equal(
      derived("neoverse-n1", "TOPDOWN1", {{"cycles", 1e6}, {"stall_frontend", 1e5}, {"stall_backend", 4e5}}),
      {{"topdown.frontend_stalled", 0.1}, {"topdown.backend_stalled", 0.4}});
}

TEST_CASE("top-down without one of its events lacks what needs it, with the reason, and keeps the rest") {
  std::vector<Reading> absent;
  check_equal(
      derived("zen4", "TOPDOWN1",
              {{"cycles", 1e6}, {"retired_ops", 3e6}, {"dispatched_ops", 3.3e6}, {"backend_stalls", 1.5e6}},
              &absent),
      {{"topdown.retiring", 0.5}, {"topdown.bad_speculation", 0.05}, {"topdown.backend_bound", 0.25}});
  REQUIRE(absent.size() == 1);
  CHECK(absent[0].metric == "topdown.frontend_bound");
  CHECK_THAT(absent[0].reason,
             Catch::Matchers::Contains("no_ops_from_frontend") && Catch::Matchers::Contains("no such event"));
}
