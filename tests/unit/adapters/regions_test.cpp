// SPDX-License-Identifier: Apache-2.0
#include "workloads/adapters/regions.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "harness/core/assay_regions.h"

using namespace assay;
using namespace assay::adapters;
using Catch::Matchers::Contains;

namespace {

/// A file as the header writes it.
class File {
 public:
  File() {
    bytes_ = ASSAY_REGIONS_MAGIC;
    bytes_.resize(ASSAY_REGIONS_HEAD);
  }

  File& add(std::uint32_t pid, std::uint32_t stream, unsigned char kind, std::uint64_t time,
            const std::string& name = "") {
    put(std::uint32_t{ASSAY_REGIONS_CHUNK}), put(pid), put(std::uint64_t{stream});
    put(static_cast<std::uint32_t>(10 + name.size())), put(std::uint32_t{0});
    bytes_ += static_cast<char>(kind);
    bytes_ += static_cast<char>(name.size());
    put(time);
    bytes_ += name;
    return *this;
  }
  File& hello(std::uint64_t time = 0) { return add(7, 1, 'H', time); }
  File& begin(std::uint64_t time, const std::string& name) { return add(7, 1, 'B', time, name); }
  File& end(std::uint64_t time, const std::string& name) { return add(7, 1, 'E', time, name); }
  File& bye(std::uint64_t time = 1000) { return add(7, 1, 'Z', time); }
  File& stopped(std::uint32_t why) {
    std::memcpy(bytes_.data() + 16, &why, sizeof why);
    return *this;
  }

  const std::string& bytes() const { return bytes_; }
  RecordedRegions read() const { return read_regions(bytes_); }

 private:
  template <typename Value>
  void put(Value value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  std::string bytes_;
};

std::string text(const RecordedRegions& regions) {
  std::string all;
  for (const auto& span : regions.spans)
    all += span.path + " " + std::to_string(span.thread) + " " + std::to_string(span.start_ns) + "-" +
           std::to_string(span.end_ns) + "; ";
  return all;
}

const Reading* find(const protocol::Measured& measured, const std::string& metric) {
  const auto found = std::find_if(measured.readings.begin(), measured.readings.end(),
                                  [&](const Reading& reading) { return reading.metric == metric; });
  return found == measured.readings.end() ? nullptr : &*found;
}

/// As if a program had written it.
void run(RegionCollector& collector, const std::string& bytes, std::int64_t start_ns, std::int64_t end_ns) {
  collector.before_run();
  std::ofstream(std::getenv("ASSAY_REGIONS_FILE"), std::ios::binary) << bytes;
  Ended ended;
  ended.start_ns = start_ns;
  ended.end_ns = end_ns;
  collector.after_run(ended);
}

}  // namespace

TEST_CASE("regions have the path of their nesting") {
  const auto regions = File()
                           .hello()
                           .begin(1, "a")
                           .begin(2, "b")
                           .end(3, "b")
                           .end(4, "a")
                           .begin(5, "b")
                           .end(6, "b")
                           .bye()
                           .read();
  CHECK(text(regions) == "a/b 1 2-3; a 1 1-4; b 1 5-6; ");
  CHECK(regions.unbalanced.empty());
  CHECK(regions.unrecorded.empty());
}

TEST_CASE("threads and processes nest by themselves, and are numbered by when they began") {
  File file;
  file.add(9, 1, 'H', 50).add(9, 1, 'B', 51, "child").add(7, 2, 'H', 20).add(7, 2, 'B', 21, "x");
  file.hello(10).begin(11, "a").add(7, 2, 'E', 60, "x").add(9, 1, 'E', 61, "child").end(62, "a");
  const auto regions = file.add(7, 2, 'Z', 70).add(9, 1, 'Z', 70).bye().read();
  CHECK(text(regions) == "x 2 21-60; child 3 51-61; a 1 11-62; ");
}

TEST_CASE("what does not match is reported and has no time, and the rest has its own") {
  auto regions = File().hello().end(1, "a").begin(2, "b").begin(3, "c").end(4, "c").bye().read();
  CHECK(text(regions) == "b/c 1 3-4; ");
  CHECK(regions.unbalanced == "an end without a begin: 'a'; a begin without an end: 'b'");
  // Interleaved: neither has a nesting.
  regions = File()
                .hello()
                .begin(1, "a")
                .begin(2, "b")
                .end(3, "a")
                .end(4, "b")
                .begin(5, "c")
                .end(6, "c")
                .bye()
                .read();
  CHECK(text(regions) == "c 1 5-6; ");
  CHECK(regions.unbalanced == "an end across a region that is still open: 'a'");
  regions =
      File().hello().end(1, "a").end(2, "a").end(3, "b").end(4, "c").end(5, "d").end(6, "e\x1b").bye().read();
  CHECK(regions.unbalanced == "an end without a begin: 'a' 2 times, 'b', 'c' and 2 more");
}

TEST_CASE("a thread without a last record has lost some, and so has one whose program was replaced") {
  CHECK_THAT(File().hello().begin(1, "a").read().unrecorded, Contains("1 thread ended without"));
  const auto regions = File().hello().begin(1, "a").hello(5).begin(6, "b").end(7, "b").bye().read();
  CHECK(text(regions) == "b 2 6-7; ");
  CHECK_THAT(regions.unrecorded, Contains("1 thread ended without"));
  CHECK(regions.unbalanced.empty());
}

TEST_CASE("where recording stopped, the reason is told and open regions are no mistake") {
  auto regions = File().hello().begin(1, "a").begin(2, "b").end(3, "b").bye().stopped(ENOSPC).read();
  CHECK(text(regions) == "a/b 1 2-3; ");
  CHECK_THAT(regions.unrecorded, Contains("No space left"));
  CHECK(regions.unbalanced.empty());
  CHECK_THAT(File().stopped(EFBIG).read().unrecorded, Contains("32 MiB"));
}

TEST_CASE("bytes that nobody wrote so are damage, not regions") {
  CHECK_THAT(read_regions("").unrecorded, Contains("damaged after 0"));
  CHECK_THAT(read_regions("assay regions 9\n").unrecorded, Contains("damaged"));
  const std::string good = File().hello().begin(1, "a").end(2, "a").bye().bytes();
  CHECK(read_regions(good).unrecorded.empty());
  for (std::size_t cut = ASSAY_REGIONS_HEAD + 1; cut < good.size(); ++cut)
    CHECK_FALSE(read_regions(good.substr(0, cut)).unrecorded.empty());
  for (std::size_t place = 0; place < good.size(); ++place) {
    std::string bad = good;
    bad[place] = static_cast<char>(bad[place] ^ 0xff);
    read_regions(bad);  // whatever it says, it ends
  }
  CHECK_THAT(File().begin(1, "a").read().unrecorded, Contains("damaged"));
  File deep;
  deep.hello();
  for (int i = 0; i < 2000; ++i) deep.begin(1, "a rather long name of a region that never ends");
  CHECK_THAT(deep.read().unrecorded, Contains("1000 regions are open at once"));
}

TEST_CASE("a request tells calls and shares of its runs, and durations with the request's offsets") {
  RegionCollector collector;
  protocol::Measured measured;
  measured.origin_ns = 1000;
  run(collector,
      File().hello(1100).begin(1100, "a").end(1150, "a").begin(1160, "a").end(1170, "a").bye().bytes(), 1000,
      1200);
  run(collector, File().hello(2100).begin(2100, "a").end(2140, "a").bye().bytes(), 2000, 2200);
  collector.tell(measured);
  CHECK(find(measured, "regions.calls")->value == 3);
  CHECK(find(measured, "regions.a.calls")->value == 3);
  CHECK(find(measured, "regions.a.share")->value == 0.25);
  REQUIRE(measured.tracks.size() == 2);
  CHECK(measured.tracks[0].metric == "regions.a");
  CHECK(measured.tracks[0].offset_ns == std::vector<std::int64_t>{150, 170, 1140});
  CHECK(std::getenv("ASSAY_REGIONS_FILE") == nullptr);
  // The next request's runs do not go through it: that is a zero, not a gap.
  protocol::Measured next;
  next.origin_ns = 3000;
  run(collector, File().bytes(), 3000, 3100);
  collector.tell(next);
  CHECK(find(next, "regions.calls")->value == 0);
  CHECK(find(next, "regions.a.calls")->value == 0);
  CHECK(next.tracks.empty());
}

TEST_CASE("counts that are not complete are none, with the reason") {
  RegionCollector collector;
  protocol::Measured measured;
  run(collector, File().hello(10).begin(10, "a").end(20, "a").begin(30, "b").bytes(), 1, 100);
  collector.tell(measured);
  REQUIRE(find(measured, "regions.a.calls") != nullptr);
  CHECK_FALSE(find(measured, "regions.a.calls")->value);
  CHECK_THAT(find(measured, "regions.calls")->reason, Contains("without writing"));
  REQUIRE(measured.tracks.size() == 2);
  CHECK(measured.tracks[0].value == std::vector<double>{10});
}

TEST_CASE("runs that each lack something else make no reason without end") {
  RegionCollector collector;
  protocol::Measured measured;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = std::to_string(i) + std::string(100, 'x');
    run(collector, File().hello(10).end(20, name).begin(30, name).bytes(), 1, 100);
  }
  collector.tell(measured);
  for (const auto& reading : measured.readings) CHECK(reading.reason.size() < 3000);  // 16 KiB are allowed
  CHECK(find(measured, "regions.unbalanced") != nullptr);
}

TEST_CASE("tracks, durations and names have limits, which are told") {
  RegionCollector collector(100);
  protocol::Measured measured;
  File file;
  file.hello(1);
  for (int i = 0; i < 70; ++i) {
    const std::string name = "r" + std::to_string(i);
    for (std::uint64_t k = 0; k < 2; ++k) file.begin(10, name).end(11 + static_cast<std::uint64_t>(i), name);
  }
  file.begin(20, std::string(190, 'x')).end(21, std::string(190, 'x'));
  run(collector, file.bye().bytes(), 1, 1000);
  collector.tell(measured);
  CHECK(measured.tracks.size() <= 64);
  CHECK(find(measured, "regions.r0.calls")->value == 2);
  const Reading* untold = find(measured, "regions.untold");
  REQUIRE(untold != nullptr);
  CHECK_FALSE(untold->value);
  CHECK_THAT(untold->reason, Contains("63 regions at most"));
  CHECK_THAT(untold->reason, Contains("first durations"));
  CHECK_THAT(untold->reason, Contains("180 bytes"));
}
