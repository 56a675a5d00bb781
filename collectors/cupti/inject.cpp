// SPDX-License-Identifier: Apache-2.0
// The library that is sent into the measured process: preloaded, it hears the markers of a worker's regions
// (harness/core/region.h); named in CUDA_INJECTION64_PATH, the driver calls InitializeInjection() as it is
// initialised. Where no marker is heard, it counts from there to exit(). It leaves in ASSAY_CUPTI_DIRECTORY:
//   regions       a line of numbers a region
//   process.PID   one line, of a process without regions
//   records.N     each thing that region N, from 1, did (inject.h), of activity alone
//   records.process.PID   likewise of a process
//   failure       "ERROR WHERE": what could not be done; nothing else of this process counts then
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "collectors/cupti/inject.h"

namespace assay::cupti {

namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

class Injected {
 public:
  void region_entered() {
    guarded([&] {
      heard_regions_ = true;
      counter().begin();
    });
  }
  void region_left() {
    guarded([&] {
      append("regions", counter().end());
      write("records." + std::to_string(++regions_), counter().records(), "w");
    });
  }
  /// Of a program: as a worker's regions come later. (Counters of hardware need a context, which there is
  /// none of yet: they are of regions alone.)
  void driver_starts() {
    guarded([&] {
      if (heard_regions_ || setting("ASSAY_CUPTI_PROGRAM").empty()) return;
      counter().begin();
      counting_process_ = true;
    });
  }
  void process_ends() {
    guarded([&] {
      if (!counting_process_ || heard_regions_) return;
      const std::string process = "process." + std::to_string(::getpid());
      append(process, counter().end());
      write("records." + process, counter().records(), "w");
    });
  }

 private:
  template <typename Do>
  void guarded(Do what) {
    const std::lock_guard lock(mutex_);
    if (failed_ || setting("ASSAY_CUPTI_DIRECTORY").empty()) return;
    try {
      what();
    } catch (const Failure& failure) {
      failed_ = true;
      write("failure", failure.error + " " + failure.where + "\n", "w");
    }
  }

  Counter& counter() {
    if (!counter_) {
      api_ = open_api(setting("ASSAY_CUPTI"));
      const std::string metrics = setting("ASSAY_CUPTI_METRICS");
      counter_ = metrics.empty() ? count_activity(api_) : count_ranges(api_, metrics);
    }
    return *counter_;
  }

  static void append(const std::string& name, const std::vector<double>& counts) {
    std::string line;
    for (const double count : counts) {
      char text[32];
      std::snprintf(text, sizeof text, "%s%.17g", line.empty() ? "" : " ", count);
      line += text;
    }
    write(name, line + "\n", "a");
  }

  static void write(const std::string& name, const std::string& text, const char* how) {
    if (text.empty()) return;
    const std::string file = setting("ASSAY_CUPTI_DIRECTORY") + "/" + name;
    if (std::FILE* out = std::fopen(file.c_str(), how)) {
      std::fputs(text.c_str(), out);
      std::fclose(out);  // a disk that is full leaves a line that is none, which the reader does not count
    }
  }

  std::mutex mutex_;
  Api api_{};
  std::unique_ptr<Counter> counter_;
  int regions_ = 0;
  bool heard_regions_ = false;
  bool counting_process_ = false;
  bool failed_ = false;
};

/// Never destroyed: CUPTI's own threads may call until the very end.
Injected& injected() {
  static auto* one = new Injected;
  return *one;
}

}  // namespace

}  // namespace assay::cupti

extern "C" {

__attribute__((visibility("default"))) void assay_region_entered() {
  assay::cupti::injected().region_entered();
}
__attribute__((visibility("default"))) void assay_region_left() { assay::cupti::injected().region_left(); }

/// By the driver, once; 1: it went well (CUPTI Documentation, "CUPTI Initialization").
__attribute__((visibility("default"))) int InitializeInjection() {
  assay::cupti::injected().driver_starts();
  std::atexit([] { assay::cupti::injected().process_ends(); });
  return 1;
}
}
