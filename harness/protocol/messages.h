// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/host.h"
#include "harness/core/metric.h"
#include "harness/core/probe.h"
#include "harness/core/reading.h"
#include "harness/core/sample.h"
#include "harness/core/tensor.h"
#include "harness/core/workload.h"

/// The messages of Assay's worker protocol as values. harness/protocol/README.md has their form on the wire.
namespace assay::protocol {

inline constexpr int version_min = 1;
inline constexpr int version_max = 1;
inline constexpr std::size_t max_line_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_values_per_line = 4096;

struct ImplementationOffer {
  std::string name;
  std::string device = "cpu";
  std::string accuracy = "exact";
  std::string doc;
  Probe probe;
  std::string binary = {};  ///< a hash of code that it has beside the worker's own, a module; else empty
};

struct WorkloadOffer {
  Definition definition;
  std::vector<ImplementationOffer> implementations;
  Probe probe =
      {};  ///< absent: of the definition only the name need be known, and there is no implementation
  /// Somebody else's benchmark, taken as it is: there is nothing to compare its result with, no `reference`,
  /// and `verify` is not asked. Its results carry `verified: null`.
  bool unverified = false;
  /// Of an unverified one, a tool that decides by itself how many calls a sample has: one `measure` a launch,
  /// whose reply has the tool's own batch and number of samples.
  bool own_batch = false;
};

struct CollectorOffer {
  std::string name;
  Probe probe;
  std::vector<Metric> metrics;
};

struct Hello {
  int protocol = version_max;  ///< chosen by the worker from the range that it was offered
  std::string worker;          ///< its name
  Subject subject;
  std::map<std::string, std::string> libraries;  ///< shared ones, to their versions; empty: not known
  /// Files in which all code stands that the cases execute and that may change; empty: not declared.
  std::vector<std::string> code_files;
  std::map<std::string, std::string> host;  ///< facts that only the worker can see; may be empty
  std::vector<DeviceOffer> devices;
  std::vector<WorkloadOffer> workloads;
  std::vector<CollectorOffer> collectors;
  bool files = false;              ///< reads `schedule_file`, may answer measure by `file`
  double clock_resolution_ns = 1;  ///< of the clock that times samples
  double clock_cost_ns = 0;        ///< of one reading of it
};

struct PrepareRequest {
  Case value;     ///< canonical
  Params params;  ///< resolved: every parameter of the definition
  std::uint64_t seed = 1;
  std::vector<int> cpus;  ///< one thread is pinned to each
  std::map<std::string, std::string> inputs;
};

struct Prepared {
  Work work;
  std::string unit_of_work;
  std::string accuracy;
  std::size_t resident_bytes = 0;
  std::string input_digest;
  int threads = 1;  ///< 0: not known
  std::vector<int> placement;
  std::string isa;
  std::optional<Device> device = {};  ///< what executes, as seen now; empty: as in hello
};

/// One tensor of a result. Exactly one of digest, path, data is set: integers send a digest; reals a path to
/// a .npy file, or, where there is no file system, their bytes.
struct OutputReply {
  std::string name;
  DType dtype = DType::u8;
  std::vector<std::int64_t> shape;
  std::string digest;
  std::string path;
  std::vector<std::byte> data;
};

struct MeasureRequest {
  std::int64_t batch = 1;  ///< calls per sample
  std::int64_t samples = 1;
  std::vector<std::int64_t>
      schedule_ns;    ///< open loop: when each sample is due, offsets from the chunk's origin
  bool cold = false;  ///< evict the caches before each sample, outside its time
  std::vector<std::string> collectors;  ///< "perf_event", or "perf_event:cycles,instructions"
  std::string file = {};                ///< where the worker may write the samples instead of sending them
  std::string schedule_file = {};       ///< on the wire in place of the schedule: where it is written
  std::int64_t time_ns = 0;  ///< of `own_batch`: about how long the samples may take together; 0: not said
};

struct Measured {
  std::int64_t origin_ns = 0;  ///< the worker's clock at the chunk's origin; sample times are offsets
  bool in_file = false;        ///< on the wire: the samples' times are in the request's file
  Samples samples;
  std::vector<Track> tracks;      ///< offsets from the same origin
  std::vector<Reading> readings;  ///< for the whole chunk: batch * samples calls
};

}  // namespace assay::protocol
