// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/exchange/tool_result.h"
#include "harness/protocol/server.h"

namespace assay::adapters {

/// What this worker was started for.
struct Foreign {
  std::string name;                ///< of a plain command's case
  std::string revision;            ///< of which it was built; may be empty
  std::vector<std::string> code;   ///< files in which all code stands that it executes and that may change
  std::vector<std::string> words;  ///< the program and its arguments
};

/// What all tools share: whose program it is, where it runs, that there is nothing to verify. One worker
/// drives one program; hello() throws Error{unavailable} where there is none.
class ForeignHandler : public protocol::Handler {
 public:
  explicit ForeignHandler(Foreign foreign) : foreign_(std::move(foreign)) {}

  protocol::Hello hello(const std::string& workload) final;
  protocol::Prepared prepare(const protocol::PrepareRequest& request) final;
  std::vector<protocol::OutputReply> verify(bool values) final;

 protected:
  const Foreign& foreign() const { return foreign_; }
  const protocol::PrepareRequest& prepared() const { return prepared_; }

 private:
  /// `workload`: the only one to describe; empty: all that the program has.
  virtual std::vector<protocol::WorkloadOffer> offers(const std::string& workload) = 0;
  virtual std::vector<protocol::CollectorOffer> collectors() const = 0;
  virtual std::vector<DeviceOffer> devices() { return {{}}; }  ///< the CPU

  Foreign foreign_;
  protocol::PrepareRequest prepared_;
};

/// An offer of the case `TOOL.NAME/own@cpu`.
protocol::WorkloadOffer own_offer(const std::string& workload, const std::string& unit_of_work,
                                  const std::string& doc);

/// An offer of a tool that chooses its batch, warm-up and samples by itself.
protocol::WorkloadOffer tool_offer(const std::string& workload, const std::string& unit_of_work,
                                   const std::string& doc);

/// The samples and readings of `result`. A tool tells how long its samples took, and not when: they are laid
/// end to end.
void fill(protocol::Measured& measured, const ToolResult& result);

/// A place in this launch's own temporary folder.
std::string temporary(const std::string& name);
std::string read_file(const std::string& path);

/// A regular expression that matches this name alone, in all the dialects that the tools have.
std::string exactly(const std::string& name);

/// Whether the user gave such an option: whoever says it on the command line means it.
bool is_given(const std::vector<std::string>& words, const std::string& option);

/// A plain command: a call is one run of it, from its start to its end.
std::unique_ptr<protocol::Handler> command_handler(Foreign foreign);
/// A Google Benchmark program: its benchmarks are the cases, its repetitions the samples.
std::unique_ptr<protocol::Handler> google_benchmark_handler(Foreign foreign);
/// pytest with pytest-benchmark: tests that use its fixture are the cases, its rounds the samples.
std::unique_ptr<protocol::Handler> pytest_benchmark_handler(Foreign foreign);
/// An nvbench program (CUDA): each state, a benchmark with values of its axes, is a case; isolated runs are
/// the samples.
std::unique_ptr<protocol::Handler> nvbench_handler(Foreign foreign);
/// A benchmark program of Criterion (Rust): its benchmarks are the cases, its samples the samples.
std::unique_ptr<protocol::Handler> criterion_handler(Foreign foreign);

}  // namespace assay::adapters
