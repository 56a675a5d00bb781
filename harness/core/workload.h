// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/case.h"
#include "harness/core/probe.h"
#include "harness/core/sample.h"
#include "harness/core/tensor.h"
#include "harness/core/timer.h"
#include "harness/core/value.h"

namespace assay::cpu {
class Pool;
}

namespace assay {

/// A parameter that a workload understands.
struct Parameter {
  std::string name;
  Value default_value;           ///< its type is the parameter's type
  std::string doc{};             ///< meaning and unit
  std::vector<Value> choices{};  ///< the only legal values; empty: any of the type
  /// A file that is read instead of seeded input says it (rows of a table): a case with one has no such
  /// parameter.
  bool of_input = false;
};

/// Named parameter values. Every workload has `xs`, whose data fit 8 KiB.
struct Preset {
  std::string name;
  Params params;
};

/// A real input that a workload accepts instead of its seeded one. Each arrives in the worker as one .npy
/// file.
///   kind "image":  u8[height, width, 3], RGB
///   kind "column": one role of a table, f64 or i64[rows]; text columns arrive dictionary-encoded as i32
struct InputRole {
  std::string name;  ///< "image", "key", "v1"
  std::string kind;  ///< "image" or "column"
  std::string doc{};
  bool required = true;  ///< a role that may be left out keeps its seeded values
};

/// How a result is compared with the reference's, for one accuracy class.
///   exact:  equal digests (integers)   abs: max |a - b| <= limit   rel_rms: max |a - b| / rms(b) <= limit
///   rel:    max |a - b| / max(|b|, floor) <= limit     rel_l2: ||a - b|| / ||b|| <= limit
struct Tolerance {
  std::string accuracy = "exact";  ///< the class, as an implementation names it: "exact", "float", "q8"
  std::string rule = "exact";      ///< exact | abs | rel | rel_l2 | rel_rms
  double limit = 0;
  double floor = 0;  ///< rel only
  double mean = 0;   ///< abs only: the mean of |a - b| is at most this, too; 0: whatever it is
};

/// What a workload is, whoever computes it. Changing the meaning of results means a new version.
struct Definition {
  std::string name;  ///< "llm.gemv"
  int version = 1;
  std::string doc{};  ///< what is computed, one paragraph; the source of the formulas
  std::vector<Parameter> parameters{};
  std::vector<Preset> presets{};
  std::vector<InputRole> inputs{};
  std::string unit_of_work;  ///< plural, what people count per second: "rows", "frames", "tokens", "bytes"
  std::vector<Tolerance> tolerances{};  ///< one for each accuracy class; "exact" need not be listed
  std::string operations_formula{};     ///< as text, in the parameters: "2 * rows * cols"
  std::string bytes_formula{};          ///< compulsory traffic, as text
};

/// What one call does.
struct Work {
  double operations = 0;     ///< arithmetic operations, by the definition's formula
  double minimum_bytes = 0;  ///< compulsory memory traffic
  double units = 1;          ///< in the definition's unit of work
};

/// What a worker is told before it builds an instance.
struct Preparation {
  Params params;  ///< every parameter of the definition, defaults filled in
  std::uint64_t seed = 1;
  std::string device = "cpu";                 ///< the case's: "cuda:0"
  cpu::Pool* pool = nullptr;                  ///< pinned threads; pool->size() is the case's thread count
  std::map<std::string, std::string> inputs;  ///< role -> path of a .npy file; empty: seeded input
};

/// A case made ready: inputs built, memory allocated and touched. One thread calls it, in this order:
/// constructor, then call() any number of times, with output() and spoil() in between at will. call() must do
/// the same work every time, leave nothing to be elided, allocate nothing, and may use the pool. Errors are
/// thrown as assay::Error.
class Instance {
 public:
  virtual ~Instance() = default;
  virtual void call() = 0;
  /// The result of the last call. Integers are compared by digest, reals by the definition's tolerance.
  virtual std::vector<Tensor> output() = 0;
  /// Overwrites the result, all of it and with what no result is (Aligned::spoil()), so that only a
  /// call can bring it back: what is verified after measuring was made while measuring. Asked after each
  /// verification. A worker refuses an instance whose outputs it leaves as they were: a call that does
  /// nothing, or less, from the second time on would go unseen.
  virtual void spoil() {}
  virtual Work work() const = 0;
  virtual std::size_t resident_bytes() const = 0;  ///< inputs, outputs and scratch held by this instance
  /// Tracks of the calls since the last time this was asked (offsets on CLOCK_MONOTONIC, absolute ns).
  virtual std::vector<Track> take_tracks() { return {}; }
  /// The clock of the device on which call() runs its work; null on the CPU. It lives as long as the
  /// instance.
  virtual Timer* timer() { return nullptr; }
  /// The path that call() takes: "avx2", "avx3_dl"; behind "; " what a reader of its figures must know of
  /// that.
  virtual std::string isa() const { return "scalar"; }
  /// The accuracy class of this very case, where it depends on a parameter (llm.gemv: "float" at f32, "q8" at
  /// q4_0). Empty: the implementation's. The worker sends it as `accuracy` of its reply to prepare.
  virtual std::string accuracy() const { return {}; }
  /// Digest over the inputs as used, so that two implementations can be shown to have seen the same data.
  virtual std::string input_digest() const = 0;
};

/// One way to compute a workload.
struct Implementation {
  std::string name;                ///< "reference", "simd", "openblas"
  std::string device = "cpu";      ///< "cpu", or a kind ("cuda"): it runs on every device of that kind
  std::string accuracy = "exact";  ///< which of the definition's tolerances applies
  std::string doc{};
  std::function<Probe()> probe = [] { return Probe::present(); };
  std::function<std::unique_ptr<Instance>(const Preparation&)> make;
};

/// A row of the worker's table. The implementation called "reference" makes the expected results.
struct Workload {
  Definition definition;
  std::vector<Implementation> implementations;
};

/// Fills in defaults and checks names, types and choices. \throws Error{usage} naming the parameter, its
/// legal values and the closest name. Reserved keys are passed through.
Params resolve(const Definition& definition, const Params& given);

/// Canonical form: without parameters at their default and v=1. \throws Error{unavailable} on another v.
Case canonical(const Case& value, const Definition& definition);

}  // namespace assay
