// SPDX-License-Identifier: Apache-2.0
// Allocations of a call, exactly: launches of their own preload a library that counts malloc and its kin
// (preload.c). Valgrind's DHAT and massif were the other choice: they count whole programs, not regions.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"

namespace assay {

namespace {

namespace fs = std::filesystem;

struct Counted {
  double allocations = 0;
  double bytes = 0;
  double peak = 0;
};

/// Where the build and an installation have it: bin/assay, libexec/assay/.
std::string library() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "libexec/assay/assay-allocations.so").string();
}

class Allocations : public AroundCollector {
 public:
  std::vector<Metric> metrics() const override {
    return {{"allocations.count", "count", Better::lower,
             "allocations of one call: malloc, new and their kin, all threads"},
            {"allocations.bytes", "byte", Better::lower,
             "bytes that one call asked for, whether it gave them back or not"},
            {"allocations.peak.max", "byte", Better::lower,
             "most memory that calls held at a time beyond what was held before them, as the allocator "
             "rounds sizes"}};
  }

  Probe probe() override {
    const std::string file = library();
    std::error_code error;
    if (!fs::exists(file, error))
      return Probe::absent(file + " is not there", "build or install Assay again");
    if (file.find_first_of(" :") != std::string::npos)
      return Probe::absent(
          "the path " + file + " has a space or a colon, and LD_PRELOAD can name no such file",
          "move Assay to a folder without");
    return Probe::present();
  }

  void open(const std::vector<std::string>& events) override {
    if (!events.empty())
      throw Error(ErrorCode::usage, "allocations has no event '" + events.front() + "'",
                  "write --collect allocations");
  }

  /// What a program allocates once, in its first call, is no part of a call.
  int rehearsals() const override { return 1; }

  Command wrap(const Command& command, const std::string& directory) override {
    Command wrapped = command;
    const auto before = wrapped.environment.find("LD_PRELOAD");
    const char* ours = std::getenv("LD_PRELOAD");
    std::string others = before != wrapped.environment.end() ? before->second : ours != nullptr ? ours : "";
    wrapped.environment["LD_PRELOAD"] = library() + (others.empty() ? "" : ":" + others);
    wrapped.environment["ASSAY_ALLOCATIONS"] = directory;
    return wrapped;
  }

  /// The program alone, not the worker that runs it.
  Command wrap_program(const Command& command, const std::string& directory) override {
    const Command changed = wrap(command, directory);
    Command wrapped = command;
    wrapped.argv = {"env"};
    for (const char* name : {"LD_PRELOAD", "ASSAY_ALLOCATIONS"})
      wrapped.argv.push_back(std::string(name) + "=" + changed.environment.at(name));
    wrapped.argv.insert(wrapped.argv.end(), command.argv.begin(), command.argv.end());
    return wrapped;
  }

  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    const std::vector<Counted> regions = lines_of(fs::path(directory) / "regions");
    const std::size_t expected = 2 + static_cast<std::size_t>(rehearsals());
    if (regions.size() != expected)
      return none(std::to_string(regions.size()) + " regions were counted, not " + std::to_string(expected) +
                  ": the worker has no region markers, is linked statically, or ended before it measured");
    const Counted& fewer = regions[expected - 2];
    const Counted& more = regions[expected - 1];
    if (more_calls < 1) return none("no call was measured");
    if (more.allocations < fewer.allocations || more.bytes < fewer.bytes)
      return none("more calls allocated less: the calls of this case are not alike");
    const auto calls = static_cast<double>(more_calls);
    return values({(more.allocations - fewer.allocations) / calls, (more.bytes - fewer.bytes) / calls,
                   std::max(fewer.peak, more.peak)});
  }

  std::vector<Reading> read_program(const std::string& directory) override {
    Counted all;
    std::size_t processes = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
      if (!entry.path().filename().string().starts_with("process.")) continue;
      for (const Counted& one : lines_of(entry.path())) {
        all.allocations += one.allocations;
        all.bytes += one.bytes;
        all.peak = std::max(all.peak, one.peak);
        ++processes;
      }
    }
    if (error) return none(directory + ": " + error.message());
    if (processes == 0)
      return none(
          "no process told its allocations: the program is linked statically, may not be preloaded, or did "
          "not end by exit()");
    return values(all);
  }

 private:
  static std::vector<Counted> lines_of(const fs::path& file) {
    std::vector<Counted> lines;
    std::ifstream in(file);
    for (Counted one; in >> one.allocations >> one.bytes >> one.peak;) lines.push_back(one);
    return lines;
  }

  std::vector<Reading> values(const Counted& counted) const {
    const auto all = metrics();
    return {with_value(all[0], counted.allocations), with_value(all[1], counted.bytes),
            with_value(all[2], counted.peak)};
  }

  std::vector<Reading> none(const std::string& reason) const {
    std::vector<Reading> readings;
    for (const auto& metric : metrics())
      readings.push_back(without_value(metric, ReadingState::not_counted, reason));
    return readings;
  }
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_allocations() { return std::make_unique<Allocations>(); }

}  // namespace assay
