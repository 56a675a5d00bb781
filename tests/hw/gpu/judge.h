// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What the results of a run on GPUs say: pure functions over the documents of `assay --json`.
namespace assay::hw {

using Json = nlohmann::ordered_json;

/// One line of the table.
struct Row {
  std::string case_key;
  std::string device;
  std::string outcome;  ///< ok, absent, left out, FAILED
  std::string reason;   ///< when not ok
  double wall_ns = 0;   ///< 0: not known
  double device_ns = 0;
  double bytes_per_s = 0;  ///< by the device's clock
  double operations_per_s = 0;
  double of_limit = 0;  ///< of the run's own roof of that device
  double of_copy = 0;   ///< bandwidth over that of roof.mem kind=copy on memory; 0: not bound by memory
  double target = 0;    ///< of of_copy; 0: none
  double peer_ns = 0;   ///< PyTorch's time of the same work
  std::string library;  ///< of our kernel: which of NVIDIA's libraries is fastest at the same task here
  double library_ns = 0;
  double bare_ns = 0;      ///< of cuBLAS's row: the same call without Assay, timed by events
  double cuda_ns = 0;      ///< of Vulkan's kernel: CUDA's at the same task on the same board, bound by memory
  double cuda_target = 0;  ///< of device_ns over cuda_ns, at most; 0: none
};

struct Check {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
  bool passed = false;
};

struct Report {
  std::string date;
  std::string assay_version;
  Json subject;  ///< version and revision of what was tried
  int run_status = 0;
  Json devices;  ///< of `assay list devices --json`
  Json peers;
  Json bare;  ///< of assay-hw-cublas: case text -> ns; or {"absent": why}
  std::vector<Row> rows;
  std::vector<Check> checks;
  std::vector<std::string> notes;     ///< what CUPTI counted, or why it did not; what else is absent
  std::vector<std::string> failures;  ///< empty: all that was here passed
};

/// Of a row of `assay list devices --json`: a CPU stands in for the device.
bool is_software(const Json& device);

/// Empty when a GPU is here: a device of CUDA or Vulkan of fidelity `hardware`; else the reason.
std::string why_no_gpu(const Json& devices);

/// GPUs here, at least 1: devices of CUDA and Vulkan of one UUID are one.
int gpus(const Json& devices);

/// The suite (TOML) without devices of fidelity `software`: a CPU driver proves nothing of a GPU, and takes
/// its time. A selector that ends with `@KIND:*` names each other device of the kind in its place, or is left
/// out. \throws std::runtime_error when the text is no TOML.
std::string suite_on_hardware(const std::string& text, const Json& devices);

/// Fills rows, checks and failures. A device of fidelity `software` is a row that says so, and what it
/// computed verifies nothing. A case that is absent is a row; a wrong or lost one is a failure, and so is a
/// device for which nothing was measured or whose clock contradicts the host's, and a row of cuBLAS, bound by
/// memory and long enough, whose time is more than 5 % from report.bare's. More than 2 % (issue 7) is a note.
void judge(Report& report, const Json& results);

/// Adds a row for each case of the suite that this machine cannot run, with the reason: `plan` is the
/// document of `assay run --dry-run --json`, as a run's own results have none of them.
void add_refused(Report& report, const Json& plan);

/// Of roof.mem: 2 GiB, or a quarter of the smallest CUDA device here where that is less.
std::int64_t long_copy_bytes(const Json& devices);

/// Empty when CUPTI can count here, else the reason: of what `assay list collectors --json` and `devices`
/// say.
std::string why_no_cupti(const Json& collectors, const Json& devices);

/// Adds what CUPTI says of the same devices: `results` of a run with `--collect cupti,cupti_range`, where it
/// is here. What was counted, and what the machine refuses (denied, unsupported, an unavailable case), is a
/// note; what was not counted otherwise has failed. Kernels' time by its records is that of events within 2 %
/// (issue 7), which is a check of every copy of 300 us or more; a CUDA device without one has failed.
void judge_counts(Report& report, const Json& results);

std::string text_of(const Report& report);
Json json_of(const Report& report);

}  // namespace assay::hw
