// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/transfer/transfer.h"

#include <cstring>

namespace assay {

namespace roof_transfer {

namespace {

class Reference final : public Instance {
 public:
  explicit Reference(const Preparation& preparation)
      : problem_(preparation), arrived_(problem_.data.size(), preparation.pool) {}

  void call() override { std::memcpy(arrived_.data(), problem_.data.data(), problem_.bytes()); }
  std::vector<Tensor> output() override { return TransferProblem::output(arrived_.view()); }
  void spoil() override { arrived_.spoil(); }
  Work work() const override { return problem_.work(); }
  std::size_t resident_bytes() const override { return problem_.data.bytes() + arrived_.bytes(); }
  std::string input_digest() const override { return problem_.digest(); }

 private:
  TransferProblem problem_;
  Aligned<std::uint32_t> arrived_;
};

}  // namespace

}  // namespace roof_transfer

Workload workload_roof_transfer();

Workload workload_roof_transfer() {
  Definition d;
  d.name = "roof.transfer";
  d.doc =
      "Copies seeded bytes between the host's memory and the device's: what work that is not resident pays. "
      "Bytes are counted once. The result is the CRC-32 of what arrived. The reference is memcpy within the "
      "host's memory.";
  d.parameters = {{"direction",
                   std::string("to_device"),
                   "from where to where",
                   {std::string("to_device"), std::string("to_host")}},
                  {"memory",
                   std::string("pinned"),
                   "the host's: page-locked, or as malloc gives it",
                   {std::string("pinned"), std::string("pageable")}},
                  {"bytes", std::int64_t{64} << 20, "in one copy", {}}};
  d.presets = {{"xs", {{"bytes", std::int64_t{8192}}}},
               {"default", {}},
               {"large", {{"bytes", std::int64_t{256} << 20}}}};
  d.unit_of_work = "bytes";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = "0";
  d.bytes_formula = "bytes";
  Implementation reference;
  reference.name = "reference";
  reference.doc = "memcpy on one thread";
  reference.make = [](const Preparation& p) { return std::make_unique<roof_transfer::Reference>(p); };
  return {d, {reference}};
}

}  // namespace assay
