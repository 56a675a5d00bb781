// SPDX-License-Identifier: Apache-2.0
// Instructions of a call, exactly, by valgrind's callgrind around the launch. Every chunk ends with a dump
// that the worker's region markers ask for (harness/core/region.h); a dump holds that chunk alone. A chunk
// holds some 600 instructions that are not the call's (markers, clock, Google Benchmark's loop): two chunks
// of different length are measured, and their difference counts.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/core/component.h"

namespace assay {

namespace {

constexpr const char* metric = "callgrind.instructions";
constexpr const char* dump_name = "assay";  // CALLGRIND_DUMP_STATS_AT in region.h

std::string find_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = folder + "/" + program;
    if (!folder.empty() && access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

struct Dump {
  bool ours = false;
  bool has_total = false;
  double instructions = 0;
  std::string creator;
};

/// The callgrind profile format (valgrind manual, "Callgrind Format Specification"): `events:` names the
/// columns, `totals:` has their sums.
Dump read_dump(const std::filesystem::path& file) {
  Dump dump;
  std::ifstream in(file);
  std::size_t column = 0;
  const auto total = [&](const std::string& numbers) {
    std::istringstream words(numbers);
    double value = 0;
    for (std::size_t i = 0; i <= column; ++i) {
      if (!(words >> value)) return;
    }
    dump.instructions = value;
    dump.has_total = true;
  };
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("desc: Trigger:")) {
      dump.ours = line.find(std::string("Client Request: ") + dump_name) != std::string::npos;
    } else if (line.starts_with("creator: ")) {
      dump.creator = line.substr(9);
    } else if (line.starts_with("events: ")) {
      std::istringstream words(line.substr(8));
      std::size_t i = 0;
      for (std::string word; words >> word; ++i) {
        if (word == "Ir") column = i;
      }
    } else if (line.starts_with("totals: ")) {
      total(line.substr(8));
    }
  }
  return dump;
}

class Callgrind : public AroundCollector {
 public:
  std::vector<Metric> metrics() const override {
    return {{metric, "count", Better::lower,
             "instructions of one call, all threads, on the AVX2 path that valgrind offers"}};
  }

  Probe probe() override {
    if (!find_on_path("valgrind").empty()) return Probe::present();
    return Probe::absent("valgrind is not on PATH", "apt-get install valgrind");
  }

  Command wrap(const Command& command, const std::string& directory) override {
    Command wrapped = command;
    const std::string valgrind = find_on_path("valgrind");
    wrapped.argv = {valgrind.empty() ? "valgrind" : valgrind, "--tool=callgrind", "--instr-atstart=no",
                    "--callgrind-out-file=" + directory + "/out",
                    "--log-file=" + directory + "/valgrind.log"};
    wrapped.argv.insert(wrapped.argv.end(), command.argv.begin(), command.argv.end());
    // OpenBLAS told to use AVX-512 would die of an illegal instruction here: valgrind has no EVEX.
    wrapped.environment.erase("OPENBLAS_CORETYPE");
    wrapped.unset.emplace_back("OPENBLAS_CORETYPE");
    // glibc chooses how to copy memory by the host's cache sizes: pinned, so that counts compare between
    // hosts.
    wrapped.environment["GLIBC_TUNABLES"] =
        "glibc.cpu.x86_non_temporal_threshold=3145728:glibc.cpu.x86_rep_movsb_threshold=2048:"
        "glibc.cpu.x86_rep_stosb_threshold=2048";
    // Symbols are bound when the program starts, not when the first call of the region needs them.
    wrapped.environment["LD_BIND_NOW"] = "1";
    return wrapped;
  }

  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    Reading reading{.metric = metric,
                    .value = std::nullopt,
                    .unit = "count",
                    .state = ReadingState::not_counted,
                    .coverage = 0,
                    .reason = {}};
    std::map<long, Dump> regions;  // by the number that callgrind gave the dump: in order of time
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("out")) continue;
      const Dump dump = read_dump(entry.path());
      if (!dump.ours) continue;  // what was counted when the program ended, outside of any region
      if (!dump.has_total) {
        reading.reason = name + " has no totals: valgrind was ended while it wrote";
        return {reading};
      }
      regions[std::strtol(name.c_str() + std::min<std::size_t>(name.size(), 4), nullptr, 10)] = dump;
    }
    if (error) {
      reading.reason = directory + ": " + error.message();
    } else if (regions.size() != 2) {
      reading.reason =
          "callgrind wrote " + std::to_string(regions.size()) +
          " dumps of regions, not 2: the worker has no region markers, or ended before it measured";
    } else if (more_calls < 1) {
      reading.reason = "no call was measured";
    } else {
      const Dump& fewer = regions.begin()->second;
      const Dump& more = regions.rbegin()->second;
      const double difference = more.instructions - fewer.instructions;
      if (difference <= 0) {
        reading.reason = "more calls took no more instructions: the calls of this case are not alike";
        return {reading};
      }
      reading.value = difference / static_cast<double>(more_calls);
      reading.state = ReadingState::ok;
      reading.coverage = 1;
      reading.reason = more.creator;  // the tool: counts of two versions do not compare
    }
    return {reading};
  }
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_callgrind() { return std::make_unique<Callgrind>(); }

}  // namespace assay
