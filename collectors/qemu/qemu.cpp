// SPDX-License-Identifier: Apache-2.0
// What a call executes on an emulated board, exactly: QEMU runs with our plugin (plugin.cpp), which counts
// between the region markers; what the image holds stands in its ELF file (image.h). Like callgrind's, a
// count is the difference of two regions, one of a call and one of two: the markers and the agent's loop
// around the first call are not in it.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "collectors/qemu/classify.h"
#include "collectors/qemu/image.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"

namespace assay {

namespace {

namespace fs = std::filesystem;

struct Region {
  double instructions = 0, loaded = 0, stored = 0, stack = 0;
  double others = 0;  ///< instructions of other vCPUs
  std::array<double, qemu::class_count> classes{};
};

/// What the plugin wrote.
struct Counted {
  std::vector<Region> regions;
  std::optional<double> arena, code;  ///< empty: QEMU did not end as it should
};

Counted read_counts(const fs::path& file) {
  Counted counted;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string kind;
    Region region;
    double arena = 0, code = 0;
    words >> kind;
    if (kind == "region") {
      words >> region.instructions >> region.loaded >> region.stored >> region.stack >> region.others;
      for (double& count : region.classes) words >> count;
      if (words) counted.regions.push_back(region);
    }
    if (kind == "end" && words >> arena >> code) counted.arena = arena, counted.code = code;
  }
  return counted;
}

/// Where the build and an installation have it: bin/assay, libexec/assay/.
std::string plugin() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "libexec/assay/assay-qemu-plugin.so").string();
}

/// QEMU's options are lists with commas.
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == ',' ? std::string(",,") : std::string(1, c);
  return text;
}

/// qemu-aarch64, qemu-riscv64-static: QEMU around a program of Linux.
bool is_user_mode(const Command& command) {
  const std::string name = fs::path(command.argv.at(0)).filename().string();
  return name.starts_with("qemu-") && !name.starts_with("qemu-system-");
}

class Qemu : public AroundCollector {
 public:
  std::vector<Metric> metrics() const override {
    return {
        {"qemu.instructions", "count", Better::lower, "instructions of one call on an emulated board"},
        {"qemu.bytes_loaded", "byte", Better::lower, "bytes that one call loads from memory"},
        {"qemu.bytes_stored", "byte", Better::lower, "bytes that one call stores to memory"},
        {"size.code", "byte", Better::lower,
         "distinct instructions that a call executes, with the agent's loop around it"},
        {"size.flash", "byte", Better::lower,
         "the board's whole image: code, constants and initial data of the agent and of every workload "
         "in it"},
        {"size.ram", "byte", Better::lower,
         "memory that the case needs: variables of the image, the case's arena, and its stack"},
        {"size.stack", "byte", Better::lower,
         "deepest stack of a call, from the stack's top, with the agent's frames below it"},
        {"qemu.branch", "count", Better::neither, "of qemu.instructions: those that can continue elsewhere"},
        {"qemu.memory", "count", Better::neither, "of them: loads, stores and prefetches"},
        {"qemu.simd", "count", Better::neither, "of them: on vector registers, or on lanes of general ones"},
        {"qemu.float", "count", Better::neither, "of them: scalar floating point"},
        {"qemu.multiply", "count", Better::neither,
         "of them: multiplications of integers in general registers, with and without accumulation"},
        {"qemu.other", "count", Better::neither, "of them: all others"},
        {"vcpus.other_instructions", "count", Better::neither,
         "instructions of other threads while the call ran: what they did depends on when they ran"}};
  }

  Probe probe() override {
    std::error_code error;
    if (fs::exists(plugin(), error)) return Probe::present();
    return Probe::absent(plugin() + " is not there", "build or install Assay again");
  }

  void open(const std::vector<std::string>& events) override {
    if (!events.empty())
      throw Error(ErrorCode::usage, "qemu has no event '" + events.front() + "'", "write --collect qemu");
  }

  Command wrap(const Command& command, const std::string& directory) override {
    user_ = is_user_mode(command);
    if (user_) {
      why_not_.clear();
      Command wrapped = command;
      wrapped.argv.insert(wrapped.argv.begin() + 1,
                          {"-plugin", escaped(plugin()) + ",out=" + escaped(directory + "/counts")});
      return wrapped;
    }
    const auto kernel = std::find(command.argv.begin(), command.argv.end(), "-kernel");
    if (kernel == command.argv.end() || kernel + 1 == command.argv.end()) {
      why_not_ = "the worker's command names no -kernel IMAGE, so it is no emulated board";
      return command;
    }
    try {
      image_ = qemu::read_image(*(kernel + 1));
    } catch (const Error& error) {
      why_not_ = error.what();  // told in read(): a launch is lost, not the run
      return command;
    }
    why_not_.clear();
    const auto range = [](const char* name, std::uint64_t low, std::uint64_t high) {
      return "," + std::string(name) + "=" + std::to_string(low) + ":" + std::to_string(high);
    };
    Command wrapped = command;
    wrapped.argv.insert(wrapped.argv.begin() + 1,
                        {"-plugin", escaped(plugin()) + ",out=" + escaped(directory + "/counts") +
                                        range("stack", image_.stack_limit, image_.stack_top) +
                                        range("arena", image_.arena, image_.arena_end)});
    return wrapped;
  }

  Command wrap_program(const Command& command, const std::string&) override { return command; }

  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    if (!why_not_.empty()) return none(why_not_);
    const Counted counted = read_counts(fs::path(directory) / "counts");
    if (counted.regions.size() != 2)
      return none(std::to_string(counted.regions.size()) + " regions were counted, not 2");
    if (!counted.arena) return none("the emulator did not end by itself");
    const Region& fewer = counted.regions[0];
    const Region& more = counted.regions[1];
    const auto calls = static_cast<double>(more_calls);
    if (user_) return of_call(fewer, more, calls, *counted.code);
    const double stack = std::max(fewer.stack, more.stack);
    auto readings = of_call(fewer, more, calls, *counted.code);
    const auto all = metrics();
    readings[4] = with_value(all[4], static_cast<double>(image_.flash));
    readings[5] = with_value(all[5], static_cast<double>(image_.statics) + *counted.arena + stack);
    readings[6] = with_value(all[6], stack);
    return readings;
  }

  std::vector<Reading> read_program(const std::string&) override {
    return none("a program of the host is not emulated");
  }

 private:
  std::vector<Reading> none(const std::string& reason) const {
    std::vector<Reading> readings;
    for (const auto& metric : metrics())
      readings.push_back(without_value(metric, ReadingState::not_counted, reason));
    return readings;
  }

  /// All but the image's: of a program of Linux memory is the host's affair.
  std::vector<Reading> of_call(const Region& fewer, const Region& more, double calls, double code) const {
    auto readings = none("the worker is a program of Linux, which has no fixed memory");
    const auto all = metrics();
    readings[0] = with_value(all[0], (more.instructions - fewer.instructions) / calls);
    readings[1] = with_value(all[1], (more.loaded - fewer.loaded) / calls);
    readings[2] = with_value(all[2], (more.stored - fewer.stored) / calls);
    readings[3] = with_value(all[3], code);
    constexpr std::size_t first_class = 7;
    for (std::size_t i = 0; i < qemu::class_count; ++i)
      readings[first_class + i] =
          with_value(all[first_class + i], (more.classes[i] - fewer.classes[i]) / calls);
    readings.back() = with_value(all.back(), (more.others - fewer.others) / calls);
    return readings;
  }

  qemu::Image image_;
  bool user_ = false;    ///< qemu-user, around a program of Linux
  std::string why_not_;  ///< counted, where that is known before the launch
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_qemu() { return std::make_unique<Qemu>(); }

}  // namespace assay
