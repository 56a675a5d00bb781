// SPDX-License-Identifier: Apache-2.0
#include "collectors/cupti/common.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace assay::cupti {

namespace fs = std::filesystem;

namespace {

/// Where CUPTI is: a path or a name for dlopen(), or empty. The bundle's own folder counts first.
std::string find_cupti() {
  if (const char* named = std::getenv("ASSAY_CUPTI"); named != nullptr && *named != '\0') return named;
  const std::string ours = (fs::path(injected_library()).parent_path() / "cupti").string();
  for (const std::string& folder :
       {ours + "/", std::string(), std::string("/usr/local/cuda/extras/CUPTI/lib64/"),
        std::string("/usr/local/cuda/lib64/")}) {
    for (const char* name : {"libcupti.so.13", "libcupti.so.12"}) {
      const std::string file = folder + name;
      if (void* library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL)) {
        ::dlclose(library);
        return file;
      }
    }
  }
  return {};
}

bool has_driver() {
  if (std::getenv("ASSAY_CUPTI") != nullptr) return true;  // a stand-in brings what it needs
  void* driver = ::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver != nullptr) ::dlclose(driver);
  return driver != nullptr;
}

std::map<std::string, std::string> environment_of(const Command& command, const std::string& directory,
                                                  const std::string& metrics) {
  const std::string library = injected_library();
  const auto given = command.environment.find("LD_PRELOAD");
  const char* ours = std::getenv("LD_PRELOAD");
  const std::string others =
      given != command.environment.end() ? given->second : std::string(ours != nullptr ? ours : "");
  std::map<std::string, std::string> set{{"LD_PRELOAD", library + (others.empty() ? "" : ":" + others)},
                                         {"CUDA_INJECTION64_PATH", library},
                                         {"ASSAY_CUPTI_DIRECTORY", directory},
                                         {"ASSAY_CUPTI", find_cupti()}};
  if (!metrics.empty()) set["ASSAY_CUPTI_METRICS"] = metrics;
  return set;
}

/// What the library could not do: "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES cuptiProfilerInitialize".
bool read_failure(const std::string& directory, Counted& counted) {
  std::ifstream in(fs::path(directory) / "failure");
  std::string error, where;
  if (!(in >> error >> where)) return false;
  counted.reason = where + ": " + error;
  counted.state = ReadingState::not_counted;
  if (error == "CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES" ||
      error == "CUPTI_VGPU_PROFILING_DISABLED") {
    counted.state = ReadingState::denied;
    counted.reason +=
        "; whoever runs the host must let this virtual machine read GPU counters (vGPU: profiling on)";
  } else if (error == "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES") {
    counted.state = ReadingState::denied;
    counted.reason +=
        "; let others than root read GPU counters (options nvidia NVreg_RestrictProfilingToAdminUsers=0 in "
        "/etc/modprobe.d, and load the driver again), or run as root";
  } else if (error == "CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED") {
    counted.state = ReadingState::unsupported;
    counted.reason += "; the hypervisor gives no counters of this GPU";
  } else if (error == "CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED") {
    counted.reason += "; another profiler is in the process";
  } else if (error.ends_with(
                 "_NOT_SUPPORTED")) {  // of this kind of device: MIG, SLI, WSL, confidential computing
    counted.state = ReadingState::unsupported;
  }
  return true;
}

std::vector<Counts> lines_of(const fs::path& file, std::size_t width) {
  std::vector<Counts> lines;
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    Counts counts;
    for (double value = 0; words >> value;) counts.push_back(value);
    if (counts.size() == width) lines.push_back(std::move(counts));
  }
  return lines;
}

}  // namespace

std::string injected_library() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "libexec/assay/assay-cupti.so").string();
}

Probe probe() {
  const std::string library = injected_library();
  std::error_code error;
  if (!fs::exists(library, error))
    return Probe::absent(library + " is not there", "build or install Assay again");
  if (library.find_first_of(" :") != std::string::npos)
    return Probe::absent(
        "the path " + library + " has a space or a colon, and LD_PRELOAD can name no such file",
        "move Assay to a folder without");
  if (!has_driver())
    return Probe::absent("there is no CUDA driver (libcuda.so.1)",
                         "install NVIDIA's driver; 'assay doctor' says which");
  if (find_cupti().empty())
    return Probe::absent("CUPTI (libcupti.so.13 or .12) is not here",
                         "install cuda-cupti-13-0 (NVIDIA's repository), or name the file in ASSAY_CUPTI");
  return Probe::present();
}

Command inject(const Command& command, const std::string& directory, const std::string& metrics) {
  Command changed = command;
  for (const auto& [name, value] : environment_of(command, directory, metrics))
    changed.environment[name] = value;
  return changed;
}

Command inject_program(const Command& command, const std::string& directory, const std::string& metrics) {
  Command changed = command;
  changed.argv = {"env", "ASSAY_CUPTI_PROGRAM=1"};
  for (const auto& [name, value] : environment_of(command, directory, metrics))
    changed.argv.push_back(name + "=" + value);
  changed.argv.insert(changed.argv.end(), command.argv.begin(), command.argv.end());
  return changed;
}

Counted regions_of(const std::string& directory, std::size_t expected, std::size_t width) {
  Counted counted;
  if (read_failure(directory, counted)) return counted;
  counted.lines = lines_of(fs::path(directory) / "regions", width);
  if (counted.lines.size() == expected) return counted;
  counted.state = ReadingState::not_counted;
  counted.reason = std::to_string(counted.lines.size()) + " regions were counted, not " +
                   std::to_string(expected) +
                   ": the worker has no region markers, used no CUDA, or ended before it measured";
  return counted;
}

Counted processes_of(const std::string& directory, std::size_t width) {
  Counted counted;
  if (read_failure(directory, counted)) return counted;
  Counts sum(width, 0);
  std::size_t processes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.path().filename().string().starts_with("process.")) continue;
    for (const Counts& one : lines_of(entry.path(), width)) {
      for (std::size_t i = 0; i < width; ++i) sum[i] += one[i];
      ++processes;
    }
  }
  if (processes > 0) {
    counted.lines = {sum};
    return counted;
  }
  counted.state = ReadingState::not_counted;
  counted.reason =
      error ? directory + ": " + error.message() : "no process of it used CUDA and ended by exit()";
  return counted;
}

}  // namespace assay::cupti
