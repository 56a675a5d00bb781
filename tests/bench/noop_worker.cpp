// SPDX-License-Identifier: Apache-2.0
// A worker that does nothing and answers at once: bench.noop, for any n. What a run of it costs is Assay's
// own. Its samples are invented: 1 ms each, end to end, with a step of 1 us, so that every rule is content
// with few.
#include <iostream>

#include "harness/core/error.h"
#include "harness/protocol/server.h"

namespace {

using namespace assay;

class Noop : public protocol::Handler {
 public:
  protocol::Hello hello(const std::string&) override {
    protocol::Hello hello;
    hello.worker = "noop";
    hello.subject.name = "noop";
    hello.devices.push_back({});
    hello.devices.back().device.fidelity =
        "functional";  // its times are invented: real ones are put on trial
    protocol::WorkloadOffer offer;
    offer.definition.name = "bench.noop";
    offer.definition.unit_of_work = "calls";
    offer.definition.parameters = {{"n", Value{std::int64_t{0}}, "tells cases apart", {}}};
    for (const char* name : {"reference", "nothing"}) {
      offer.implementations.push_back(
          {.name = name, .device = "cpu", .accuracy = "exact", .doc = "", .probe = Probe::present()});
    }
    hello.workloads = {offer};
    return hello;
  }

  protocol::Prepared prepare(const protocol::PrepareRequest&) override {
    protocol::Prepared prepared;
    prepared.work = {.operations = 1, .minimum_bytes = 1, .units = 1};
    prepared.unit_of_work = "calls";
    prepared.accuracy = "exact";
    return prepared;
  }

  std::vector<protocol::OutputReply> verify(bool) override {
    return {{.name = "out",
             .dtype = DType::u8,
             .shape = {1},
             .digest = "crc32:00000000",
             .path = {},
             .data = {}}};
  }

  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    constexpr std::int64_t sample_ns = 1'000'000;
    protocol::Measured measured;
    measured.samples.batch = request.batch;
    for (std::int64_t i = 0; i < request.samples; ++i, ++taken_) {
      measured.samples.start_ns.push_back(taken_ * sample_ns);
      measured.samples.end_ns.push_back(taken_ * sample_ns + sample_ns - 1000 * (taken_ % 2));
    }
    return measured;
  }

 private:
  std::int64_t taken_ = 0;
};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Noop noop;
  protocol::serve(std::cin, std::cout, noop);
  return 0;
}
