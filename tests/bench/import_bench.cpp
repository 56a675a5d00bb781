// SPDX-License-Identifier: Apache-2.0
// How fast results of other tools are read, beside how fast memory of that size is copied: a file of each of
// three tools, 50 MB, as they are written. Goal: 50 MB/s, of the CPU's own time (the wall clock shows who
// else is here).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/value.h"
#include "harness/exchange/tool_run.h"

using namespace assay;

namespace {

constexpr std::size_t wanted = 50'000'000;

std::string number(std::size_t i) {
  return shortest(1.0 + static_cast<double>(i * 2654435761u % 999983) * 1e-7);
}

std::string google_benchmark() {
  std::string text = R"({"context": {"date": "2026-11-27T10:00:00+00:00"}, "benchmarks": [)";
  for (std::size_t i = 0; text.size() < wanted; ++i) {
    const std::string name = "BM_Sort<int>/" + std::to_string(i / 10);
    text +=
        std::string(i > 0 ? ",\n" : "\n") + "    {\n      \"name\": \"" + name +
        "\",\n      \"run_name\": \"" + name +
        "\",\n      \"run_type\": \"iteration\",\n      \"repetitions\": 10,\n      \"repetition_index\": " +
        std::to_string(i % 10) +
        ",\n      \"threads\": 1,\n      \"iterations\": 1000,\n      \"real_time\": " + number(i) +
        ",\n      \"cpu_time\": " + number(i + 1) + ",\n      \"time_unit\": \"us\"\n    }";
  }
  return text + "]}\n";
}

std::string pytest_benchmark() {
  std::string text = R"({"machine_info": {}, "version": "4.0.0", "benchmarks": [)";
  for (std::size_t i = 0; text.size() < wanted; ++i) {
    text += std::string(i > 0 ? "," : "") + "{\"fullname\": \"t.py::test_" + std::to_string(i) +
            "\", \"stats\": {\"iterations\": 1, \"data\": [";
    for (std::size_t k = 0; k < 10'000; ++k) text += (k > 0 ? ",\n        " : "\n        ") + number(i + k);
    text += "]}}";
  }
  return text + "]}\n";
}

std::string chrome_trace() {
  std::string text = R"({"traceEvents": [)";
  for (std::size_t i = 0; text.size() < wanted; ++i)
    text += std::string(i > 0 ? ",\n" : "\n") + "{\"name\":\"step" + std::to_string(i % 100) +
            "\",\"cat\":\"a\",\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":" + number(i) +
            ",\"dur\":" + number(i + 1) + "}";
  return text + "]}\n";
}

struct Took {
  double wall_s = 1e9;
  double cpu_s = 1e9;
};

Took time_of(const std::function<void()>& what) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  what();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
}

}  // namespace

int main() {
  bool good = true;
  for (const auto& [name, text] :
       {std::pair<std::string, std::string>{"google_benchmark", google_benchmark()},
        {"pytest_benchmark", pytest_benchmark()},
        {"chrome_trace", chrome_trace()}}) {
    const ImportFormat* format = nullptr;
    Took best;
    std::size_t values = 0;
    for (int i = 0; i < 3; ++i) {
      ToolSource source;
      source.where = name;
      source.text = text;
      const Took took = time_of([&] {
        for (const ImportFormat& one : import_formats()) {
          if (format == nullptr && one.recognise(source)) format = &one;
        }
        if (format == nullptr || format->name != name) std::abort();
        values = 0;
        for (const ToolRun& run : format->read(source)) {
          for (const ToolResult& result : run.results) values += result.call_ns.size();
        }
      });
      if (took.cpu_s < best.cpu_s) best = took;
    }
    std::string copy(text.size(), ' ');
    const double copied = time_of([&] { std::memcpy(copy.data(), text.data(), text.size()); }).wall_s;
    const double megabytes = static_cast<double>(text.size()) * 1e-6;
    const double rate = megabytes / best.cpu_s;
    good = good && rate >= 50;
    std::printf(
        "%-18s %5.1f MB  %8zu values  %6.0f MB/s of CPU time, %6.0f by the wall clock  (copying it: %6.0f)\n",
        name.c_str(), megabytes, values, rate, megabytes / best.wall_s, megabytes / copied);
  }
  return good ? 0 : 1;
}
