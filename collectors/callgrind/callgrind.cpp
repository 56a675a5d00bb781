// SPDX-License-Identifier: Apache-2.0
// Instructions of a call, exactly, by valgrind's callgrind around the launch. Every chunk ends with a dump
// that the worker's region markers ask for (harness/core/region.h); a dump holds that chunk alone. A chunk
// holds some 600 instructions that are not the call's (markers, clock, Google Benchmark's loop): two chunks
// of different length are measured, and their difference counts. With the events `cache` and `branch`
// callgrind also simulates caches of one geometry, the same on every host, and a branch predictor; with
// `hot_spots` it counts every instruction.
#include <gnu/libc-version.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "collectors/callgrind/disassemble.h"
#include "collectors/callgrind/dump.h"
#include "collectors/callgrind/hot_spots.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"
#include "harness/core/suggest.h"

namespace assay {

namespace {

using callgrind::Dump;

/// `--collect callgrind:hot_spots`: the counts of every instruction, and the jumps between them.
constexpr const char* hot_event = "hot_spots";

std::string find_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = folder + "/" + program;
    if (!folder.empty() && access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

/// What a dump's counts add up to, and the events of `--collect callgrind:cache` that ask for it.
struct Count {
  Metric metric;
  const char* event;                 ///< "": always
  std::vector<std::string> columns;  ///< of the dump (valgrind manual, "cachegrind": Ir, D1mr, ...), summed
};

const std::vector<Count>& counts() {
  static const std::vector<Count> all{
      {{"callgrind.instructions", "count", Better::lower,
        "instructions of one call, all threads, on the AVX2 path that valgrind offers"},
       "",
       {"Ir"}},
      {{"callgrind.d1_misses", "count", Better::neither,
        "reads and writes of one call that missed a simulated first-level cache of 32 KiB: explains, never "
        "gates"},
       "cache",
       {"D1mr", "D1mw"}},
      {{"callgrind.ll_misses", "count", Better::neither,
        "fetches, reads and writes of one call that missed a simulated last-level cache of 32 MiB: explains, "
        "never gates"},
       "cache",
       {"ILmr", "DLmr", "DLmw"}},
      {{"callgrind.branch_misses", "count", Better::neither,
        "branches of one call that a simulated predictor got wrong: explains, never gates"},
       "branch",
       {"Bcm", "Bim"}},
  };
  return all;
}

class Callgrind : public AroundCollector {
 public:
  std::vector<Metric> metrics() const override {
    std::vector<Metric> all;
    for (const auto& count : counts()) all.push_back(count.metric);
    return all;
  }

  Probe probe() override {
    if (!find_on_path("valgrind").empty()) return Probe::present();
    return Probe::absent("valgrind is not on PATH", "apt-get install valgrind");
  }

  void open(const std::vector<std::string>& events) override {
    for (const auto& event : events) {
      const std::vector<std::string> known{"cache", "branch", hot_event};
      if (std::find(known.begin(), known.end(), event) == known.end())
        throw Error(ErrorCode::usage, "callgrind has no event '" + event + "'", suggest(event, known));
      events_.insert(event);
    }
  }

  /// What a program does once, in its first call (tables, threads, a library's dispatch), is no part of a
  /// call, nor is what the branch predictor learns in it. Assumed: the simulated caches are emptied at each
  /// region's start.
  int rehearsals() const override { return 1; }

  Command wrap(const Command& command, const std::string& directory) override {
    return wrapped(command, directory, {"--instr-atstart=no", "--callgrind-out-file=" + directory + "/out"});
  }

  Command wrap_program(const Command& command, const std::string& directory) override {
    return wrapped(command, directory,
                   {"--trace-children=yes", "--callgrind-out-file=" + directory + "/out.%p"});
  }

  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    std::vector<Dump> regions;
    std::string reason = read_regions(directory, regions, false);
    if (reason.empty() && more_calls < 1) reason = "no call was measured";
    std::vector<Reading> readings;
    for (const auto& count : counts()) {
      if (*count.event != 0 && events_.count(count.event) == 0) continue;
      readings.push_back(
          reason.empty() ? per_call(count, regions.front(), regions.back(), static_cast<double>(more_calls))
                         : without_value(count.metric, ReadingState::not_counted, reason));
    }
    return readings;
  }

  std::vector<Reading> read_program(const std::string& directory) override {
    Dump all;
    const std::string reason = read_processes(directory, all, false);
    std::vector<Reading> readings;
    for (const auto& count : counts()) {
      if (*count.event != 0 && events_.count(count.event) == 0) continue;
      const auto sum = all.sum(count.columns);
      if (reason.empty() && sum) {
        readings.push_back(with_value(count.metric, *sum));
        readings.back().reason = fingerprint(all);
      } else {
        readings.push_back(without_value(count.metric, ReadingState::not_counted,
                                         reason.empty() ? "this valgrind does not count it" : reason));
      }
    }
    return readings;
  }

  std::vector<HotSpot> program_hot_spots(const std::string& directory) override {
    Dump all;
    if (events_.count(hot_event) == 0 || !read_processes(directory, all, true).empty()) return {};
    auto spots = callgrind::hot_spots({}, all.functions, 1);
    callgrind::disassemble(spots);
    return spots;
  }

  std::vector<HotSpot> hot_spots(const std::string& directory, std::int64_t more_calls) override {
    std::vector<Dump> regions;
    if (events_.count(hot_event) == 0 || more_calls < 1) return {};
    if (!read_regions(directory, regions, true).empty()) return {};  // which the readings of this launch say
    auto spots = callgrind::hot_spots(regions.front().functions, regions.back().functions,
                                      static_cast<double>(more_calls));
    callgrind::disassemble(spots);
    return spots;
  }

 private:
  Command wrapped(const Command& command, const std::string& directory,
                  const std::vector<std::string>& how) const {
    Command wrapped = command;
    const std::string valgrind = find_on_path("valgrind");
    wrapped.argv = {valgrind.empty() ? "valgrind" : valgrind, "--tool=callgrind"};
    wrapped.argv.insert(wrapped.argv.end(), how.begin(), how.end());
    wrapped.argv.push_back("--log-file=" + directory + "/valgrind.%p.log");
    if (events_.count(hot_event) != 0)
      wrapped.argv.insert(wrapped.argv.end(), {"--dump-instr=yes", "--collect-jumps=yes"});
    const auto options = simulation();
    wrapped.argv.insert(wrapped.argv.end(), options.begin(), options.end());
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

  /// Callgrind would take the host's own caches, which differ, and which virtual machines tell wrongly.
  std::vector<std::string> simulation() const {
    std::vector<std::string> options;
    if (events_.count("cache") != 0)
      options.insert(options.end(),
                     {"--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=33554432,16,64"});
    if (events_.count("branch") != 0) options.emplace_back("--branch-sim=yes");
    return options;
  }

  /// The region of fewer calls, then that of more; or why they are not to be had.
  std::string read_regions(const std::string& directory, std::vector<Dump>& regions,
                           bool with_functions) const {
    std::map<long, Dump> by_number;  // as callgrind numbers dumps: in order of time
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("out")) continue;
      Dump dump = callgrind::read_dump(entry.path(), with_functions);
      if (!dump.ours) continue;  // what was counted when the program ended, outside of any region
      if (dump.totals.empty()) return name + " has no totals: valgrind was ended while it wrote";
      by_number[std::strtol(name.c_str() + std::min<std::size_t>(name.size(), 4), nullptr, 10)] =
          std::move(dump);
    }
    if (error) return directory + ": " + error.message();
    const std::size_t expected = 2 + static_cast<std::size_t>(rehearsals());
    if (by_number.size() != expected) {
      return "callgrind wrote " + std::to_string(by_number.size()) + " dumps of regions, not " +
             std::to_string(expected) + ": the worker has no region markers, or ended before it measured";
    }
    for (auto& [number, dump] : by_number) regions.push_back(std::move(dump));
    regions.erase(regions.begin(), regions.end() - 2);
    return "";
  }

  /// All that the program and what it started executed, a dump each; or why that is not to be had.
  std::string read_processes(const std::string& directory, Dump& all, bool with_functions) const {
    std::set<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      if (entry.path().filename().string().starts_with("out.")) files.insert(entry.path());
    }
    if (error) return directory + ": " + error.message();
    if (files.empty()) return "callgrind wrote no dump: the program could not be started under valgrind";
    for (const auto& file : files) {
      Dump dump = callgrind::read_dump(file, with_functions);
      if (dump.totals.empty())
        return file.filename().string() + " has no totals: valgrind was ended while it wrote";
      all.creator = dump.creator;
      for (const auto& [column, total] : dump.totals) all.totals[column] += total;
      for (auto& [name, function] : dump.functions) all.functions[name].add(function);
    }
    return "";
  }

  /// What must be the same for counts to compare: the tool, its libc (copying memory is its), what it
  /// simulates.
  std::string fingerprint(const Dump& dump) const {
    std::string text = dump.creator + " glibc-" + gnu_get_libc_version();
    for (const auto& option : simulation()) text += " " + option;
    return text;
  }

  Reading per_call(const Count& count, const Dump& fewer, const Dump& more, double more_calls) const {
    const auto before = fewer.sum(count.columns);
    const auto after = more.sum(count.columns);
    if (!before || !after)
      return without_value(count.metric, ReadingState::unsupported,
                           "this valgrind does not count " + count.columns[0]);
    const double difference = *after - *before;
    // A call may miss nothing; one without instructions is none.
    if (difference < 0 || (difference == 0 && *count.event == 0)) {
      return without_value(
          count.metric, ReadingState::not_counted,
          *count.event == 0
              ? "more calls took no more instructions: the calls of this case are not alike"
              : "more calls missed no more than fewer: too few misses to tell from what is still learnt");
    }
    Reading reading = with_value(count.metric, difference / more_calls);
    // Part of the exact lane's fingerprint: counts of two versions, or of two simulations, do not compare.
    reading.reason = fingerprint(more);
    return reading;
  }

  std::set<std::string> events_;
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_callgrind() { return std::make_unique<Callgrind>(); }

}  // namespace assay
