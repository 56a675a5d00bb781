// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/measure/engine.h"
#include "harness/measure/evict.h"
#include "harness/protocol/server.h"
#include "harness/worker/catalogue.h"
#include "harness/worker/opened_collector.h"
#include "harness/worker/os/host.h"

namespace assay::worker {

/// Runs cases of a component table in this process. All calls on one thread, which becomes member 0 of the
/// pool.
class NativeHandler : public protocol::Handler {
 public:
  /// `worker`: its name in `hello`. The table must outlive the handler.
  NativeHandler(std::string worker, Subject subject, const ComponentTable& table);
  ~NativeHandler() override;

  protocol::Hello hello(const std::string& workload) override;
  protocol::Prepared prepare(const protocol::PrepareRequest& request) override;
  std::vector<protocol::OutputReply> verify(bool values) override;
  protocol::Measured measure(const protocol::MeasureRequest& request) override;

 private:
  void forget();
  Instance& instance();
  OpenedCollector& opened_collector(const std::string& request);
  std::function<void()> evictor();
  void pace(measure::ChunkRequest& chunk, bool cold);

  std::string worker_;
  Subject subject_;
  Catalogue catalogue_;
  os::TemporaryDirectory outputs_;

  // The prepared case; destroyed in reverse order, so that counters close before the pool's threads end.
  std::unique_ptr<cpu::Pool> pool_;
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<measure::CacheEvictor> evict_;
  std::map<std::string, OpenedCollector> collectors_;  ///< by "name:event,event" as requested
  bool exact_ = true;    ///< the case's accuracy class asks for equality: integers travel as digests
  bool called_ = false;  ///< since the result was verified, and spoilt
  bool spoilt_ = false;  ///< the case was seen to spoil its result
};

}  // namespace assay::worker
