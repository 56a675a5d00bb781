// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/core/collector.h"
#include "harness/core/error.h"

namespace assay {
std::unique_ptr<AroundCollector> around_collector_callgrind();
}

using namespace assay;

namespace {

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-callgrind-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name) << text;
  }
  std::string path;
};

std::string dump(const std::string& trigger, const std::string& end) {
  return "# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\ndesc: Trigger: " + trigger +
         "\nevents: Ir Dr\nfn=(1) f\n1 5\n\n" + end;
}

}  // namespace

TEST_CASE("a call counts by what a longer region has more than a shorter one") {
  const Folder folder;
  folder.write("out.8", dump("Client Request: assay", "totals: 9000 7\n"));  // a rehearsal
  folder.write("out.9", dump("Client Request: assay", "totals: 1606 7\n"));
  folder.write("out.10", dump("Client Request: assay", "summary: 0\ntotals: 5606 7\n"));
  folder.write("out", dump("Program termination", "totals: 99999 7\n"));
  folder.write("valgrind.log", "==1== Callgrind\n");
  const auto readings = around_collector_callgrind()->read(folder.path, 8);
  REQUIRE(readings.size() == 1);
  CHECK(*readings[0].value == 500);
  CHECK(readings[0].state == ReadingState::ok);
  CHECK(readings[0].reason.starts_with("callgrind-3.19.0 glibc-"));
}

TEST_CASE("no dumps, one, a cut one, no calls or no difference: no value, and the reason") {
  const auto collector = around_collector_callgrind();
  const Folder folder;
  const auto reason = [&](std::int64_t more_calls) {
    const auto reading = collector->read(folder.path, more_calls)[0];
    CHECK_FALSE(reading.value);
    return reading.reason;
  };
  CHECK_FALSE(reason(1).empty());
  folder.write("out", dump("Program termination", "totals: 5 5\n"));
  CHECK(reason(1).find("0 dumps") != std::string::npos);
  folder.write("out.1", dump("Client Request: assay", "totals: 5 5\n"));
  CHECK(reason(1).find("1 dumps") != std::string::npos);
  folder.write("out.2", dump("Client Request: assay", "totals: 5 5\n"));
  CHECK(reason(1).find("2 dumps") != std::string::npos);
  folder.write("out.3", dump("Client Request: assay", "totals: 5 5\n"));
  CHECK(reason(0).find("no call") != std::string::npos);
  CHECK(reason(1).find("not alike") != std::string::npos);
  folder.write("out.3", dump("Client Request: assay", "summary: 0\n"));
  CHECK(reason(1).find("no totals") != std::string::npos);
  CHECK_FALSE(collector->read(folder.path + "/missing", 1)[0].value);
}

TEST_CASE("simulated misses are asked for by event, of one call, and may be none") {
  const Folder folder;
  const auto dump = [](const std::string& totals) {
    return "creator: callgrind-3.19.0\ndesc: Trigger: Client Request: assay\n"
           "events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim\ntotals: " +
           totals + "\n";
  };
  folder.write("out.1", dump("9000 9 9 9 990 99 9 9 9 9 900 9 9"));  // a rehearsal
  folder.write("out.2", dump("1000 9 9 1 10 20 1 2 3 9 50 9 7"));
  folder.write("out.3", dump("3000 9 9 1 110 40 1 2 3 9 80"));  // callgrind leaves trailing zeros out
  const auto collector = around_collector_callgrind();
  collector->open({"branch", "cache"});
  CHECK(collector->rehearsals() == 1);
  const auto readings = collector->read(folder.path, 2);
  REQUIRE(readings.size() == 4);
  CHECK(readings[0].metric == "callgrind.instructions");
  CHECK(*readings[0].value == 1000);
  CHECK(readings[1].metric == "callgrind.d1_misses");
  CHECK(*readings[1].value == 60);
  CHECK(readings[2].metric == "callgrind.ll_misses");
  CHECK(*readings[2].value == 0);
  CHECK(readings[3].metric == "callgrind.branch_misses");
  CHECK(*readings[3].value == 11.5);
  CHECK(readings[3].reason.find("--branch-sim=yes") != std::string::npos);
  const auto wrapped = collector->wrap({{"./worker"}, {}, {}}, "/tmp/d");
  for (const char* option :
       {"--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=33554432,16,64", "--branch-sim=yes"}) {
    INFO(option);
    CHECK(std::count(wrapped.argv.begin(), wrapped.argv.end(), option) == 1);
  }
  CHECK(wrapped.argv.back() == "./worker");
}

TEST_CASE("a dump without simulated columns gives instructions alone; an unknown event is refused") {
  const Folder folder;
  folder.write("out.0", dump("Client Request: assay", "totals: 90 7\n"));
  folder.write("out.1", dump("Client Request: assay", "totals: 10 7\n"));
  folder.write("out.2", dump("Client Request: assay", "totals: 30 7\n"));
  const auto collector = around_collector_callgrind();
  CHECK_THROWS_AS(around_collector_callgrind()->open({"caches"}), Error);
  collector->open({"cache"});
  const auto readings = collector->read(folder.path, 1);
  REQUIRE(readings.size() == 3);
  CHECK(*readings[0].value == 20);
  CHECK(readings[1].state == ReadingState::unsupported);
  CHECK_FALSE(readings[2].value);
}

TEST_CASE("only instructions may ever gate: simulated counts have no better direction") {
  for (const auto& metric : around_collector_callgrind()->metrics()) {
    CHECK((metric.better == Better::lower) == (metric.id == "callgrind.instructions"));
    CHECK((metric.doc.find("never gates") == std::string::npos) == (metric.id == "callgrind.instructions"));
  }
}

TEST_CASE("the wrapped command counts nothing before the region and pins what changes counts") {
  Command command{{"./worker", "--x"}, {{"OPENBLAS_CORETYPE", "SkylakeX"}}, {}};
  const auto wrapped = around_collector_callgrind()->wrap(command, "/tmp/d");
  CHECK(wrapped.argv[1] == "--tool=callgrind");
  CHECK(wrapped.argv[2] == "--instr-atstart=no");
  CHECK(wrapped.argv[wrapped.argv.size() - 2] == "./worker");
  CHECK(wrapped.environment.count("OPENBLAS_CORETYPE") == 0);
  CHECK(wrapped.unset == std::vector<std::string>{"OPENBLAS_CORETYPE"});
  CHECK(wrapped.environment.count("GLIBC_TUNABLES") == 1);
  CHECK(wrapped.environment.count("LD_BIND_NOW") == 1);
}

namespace {

/// Two functions of one object as callgrind tells them with --dump-instr=yes and --collect-jumps=yes:
/// relative positions, names by number, a call whose cost is the callee's, and a jump before its own
/// position.
std::string body(int turns, int once) {
  const std::string n = std::to_string(turns);
  return "creator: callgrind-3.19.0\ndesc: Trigger: Client Request: assay\n\npositions: instr line\nevents: "
         "Ir\n"
         "ob=(1) /bin/none\nfl=(1) f.cpp\nfn=(1) f(int)\n0x100 7 " +
         n + "\n+4 +1 " + n + "\njcnd=1/1 -4 7\n* *\njcnd=" + std::to_string(turns - 2) + "/" + n +
         " -4 7\n* *\n+4 -1 " + std::to_string(once) +
         "\ncfi=(2) g.h\ncfn=(2) g\ncalls=1 0x200 0\n* * 5000\nfi=(2)\n+4 30 " + std::to_string(once) +
         "\nfn=(2)\n0x200 31 " + std::to_string(once) + "\n\ntotals: 1\n";
}

}  // namespace

TEST_CASE(
    "hot spots are what a call executes, by address, with lines of the function's own file and its jumps") {
  const Folder folder;
  folder.write("out.0", body(70, 7));
  folder.write("out.1", body(10, 1));
  folder.write("out.2", body(20, 1));
  const auto collector = around_collector_callgrind();
  collector->open({"hot_spots"});
  const auto spots = collector->hot_spots(folder.path, 1);
  REQUIRE(spots.size() == 1);  // what both regions execute alike is not the call's
  CHECK(spots[0].function == "f(int)");
  CHECK(spots[0].object == "/bin/none");
  CHECK(spots[0].source == "f.cpp");
  CHECK(spots[0].instructions == 20);
  REQUIRE(spots[0].listing.size() == 2);
  CHECK(spots[0].listing[0].address == 0x100);
  CHECK(spots[0].listing[0].line == 7);
  CHECK(spots[0].listing[0].taken == 0);
  CHECK(spots[0].listing[1].address == 0x104);
  CHECK(spots[0].listing[1].line == 8);
  CHECK(spots[0].listing[1].taken == 10);
  CHECK(spots[0].listing[1].target == 0x100);
  CHECK(spots[0].listing[1].text.empty());  // there is no such object
}

TEST_CASE("a level of recursion is no function of its own: what both regions execute is not the call's") {
  const Folder folder;
  const auto dump_of = [](const std::string& level, int count) {
    return "creator: callgrind-3.19.0\ndesc: Trigger: Client Request: assay\n\npositions: instr "
           "line\nevents: Ir\n"
           "ob=(1) /bin/none\nfl=(1) f.cpp\nfn=(1) Run" +
           level + "\n0x100 7 90\nfn=(2) call\n0x200 7 " + std::to_string(count) + "\n\ntotals: 1\n";
  };
  folder.write("out.0", dump_of("", 70));
  folder.write("out.1", dump_of("", 10));
  folder.write("out.2", dump_of("'2", 20));
  const auto collector = around_collector_callgrind();
  collector->open({"hot_spots"});
  const auto spots = collector->hot_spots(folder.path, 1);
  REQUIRE(spots.size() == 1);
  CHECK(spots[0].function == "call");
  CHECK(spots[0].instructions == 10);
}

TEST_CASE("hot spots are asked for by an event, which has callgrind count every instruction") {
  const Folder folder;
  folder.write("out.0", body(70, 7));
  folder.write("out.1", body(10, 1));
  folder.write("out.2", body(20, 2));
  const auto plain = around_collector_callgrind();
  plain->open({"cache"});
  CHECK(plain->hot_spots(folder.path, 1).empty());
  const auto asked = around_collector_callgrind();
  asked->open({"hot_spots"});
  const auto command = asked->wrap({{"worker"}, {}, {}}, "/tmp/x");
  CHECK(std::count(command.argv.begin(), command.argv.end(), "--dump-instr=yes") == 1);
  const auto spots = asked->hot_spots(folder.path, 1);
  REQUIRE(spots.size() == 2);
  CHECK(spots[1].function == "g");  // by its number alone, which the call's line had defined
  folder.write("out.3", body(30, 1));
  CHECK(asked->hot_spots(folder.path, 1).empty());  // a region too many: the readings say why
}
