// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/component.h"
#include "harness/protocol/messages.h"

namespace assay::worker {

/// The component table with its definitions made: what a worker offers, and how a case is found in it.
class Catalogue {
 public:
  /// \throws Error{usage} when a component's name is not its workload's, or an implementation has no
  /// workload.
  explicit Catalogue(const ComponentTable& table);

  /// The CPU, then the devices of every kind: their drivers are asked, which may take a second. A kind
  /// without a device here, or not built, has one row `KIND:0` that says why.
  std::vector<DeviceOffer> devices() const;

  /// All workloads with all implementations, those in modules and those not built included (the latter with
  /// reason and remedy in their probe), on each of `devices`; those of a device kind that has no row there
  /// are left out. A module is opened only for a device that is here: an implementation in any other shows
  /// the accuracy class of its workload's first implementation that is not the reference; the reply to
  /// prepare has the true one. `only`: the name of the one to offer; empty: all.
  std::vector<protocol::WorkloadOffer> workload_offers(const std::vector<DeviceOffer>& devices,
                                                       const std::string& only = {}) const;

  /// Makes and probes each collector.
  std::vector<protocol::CollectorOffer> collector_offers() const;

  const std::vector<Workload>& workloads() const { return workloads_; }

  /// \throws Error{unavailable} with reason and remedy when it was not built, Error{usage} naming the closest
  /// when there is no such name.
  const Definition& definition(const std::string& workload) const;

  /// Opens the module that holds it, if one does; its probe has been asked. \throws as definition().
  Implementation implementation(const std::string& workload, const std::string& name,
                                const std::string& device) const;

  /// \throws as definition().
  std::unique_ptr<Collector> collector(const std::string& name) const;

 private:
  Workload* owner(std::string_view workload);  ///< null: declared, and not built
  const Workload& find(const std::string& workload) const;
  void refuse_absent(std::string_view kind, const std::string& name) const;

  const ComponentTable& table_;
  std::vector<Workload> workloads_;
};

}  // namespace assay::worker
