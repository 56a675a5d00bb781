// SPDX-License-Identifier: Apache-2.0
// What a call executes as WebAssembly, exactly: wasmtime compiles the module so that each of its instructions
// takes a unit of fuel (its Config.consume_fuel), and our runner (harness/agent/wasm/run.py) writes what was
// taken at the region's ends. Like callgrind's, a count is the difference of a region of two calls and one of
// one call. wabt's interpreter was the other choice: it writes a line an instruction, and knows no WASI.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/sensors.h"

namespace assay {

namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "fuel";  // in the launch's directory

class Fuel : public AroundCollector {
 public:
  std::vector<Metric> metrics() const override {
    return {{"fuel.instructions", "count", Better::lower,
             "WebAssembly instructions of one call, as wasmtime's fuel counts them: block, loop, else, end, "
             "return, drop and nop are none, each other one is one, however many lanes it has"}};
  }

  Probe probe() override { return Probe::present(); }

  void open(const std::vector<std::string>& events) override {
    if (!events.empty())
      throw Error(ErrorCode::usage, "fuel has no event '" + events.front() + "'", "write --collect fuel");
  }

  Command wrap(const Command& command, const std::string& directory) override {
    is_ours_ = std::any_of(command.argv.begin(), command.argv.end(),
                           [](const std::string& word) { return word.ends_with("wasm/run.py"); });
    Command wrapped = command;
    if (is_ours_) wrapped.environment["ASSAY_WASM_FUEL"] = (fs::path(directory) / file_name).string();
    return wrapped;
  }

  Command wrap_program(const Command& command, const std::string&) override { return command; }

  /// The file: what the engine is, then the fuel that was taken at each of the four ends of two regions.
  std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) override {
    if (!is_ours_) return none("it is not run by wasmtime: --device wasm:wasmtime");
    std::ifstream in(fs::path(directory) / file_name);
    std::string engine;
    std::getline(in, engine);
    std::vector<double> taken;
    for (double at = 0; in >> at;) taken.push_back(at);
    if (taken.size() != 4) return none(std::to_string(taken.size() / 2) + " regions were counted, not 2");
    const double fewer = taken[1] - taken[0], more = taken[3] - taken[2];
    Reading reading = with_value(metrics().front(), (more - fewer) / static_cast<double>(more_calls));
    reading.reason = engine;
    return {reading};
  }

  std::vector<Reading> read_program(const std::string&) override {
    return none("a program of the host is no WebAssembly");
  }

 private:
  std::vector<Reading> none(const std::string& reason) const {
    return {without_value(metrics().front(), ReadingState::not_counted, reason)};
  }

  bool is_ours_ = false;
};

}  // namespace

std::unique_ptr<AroundCollector> around_collector_fuel() { return std::make_unique<Fuel>(); }

}  // namespace assay
