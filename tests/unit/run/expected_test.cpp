// SPDX-License-Identifier: Apache-2.0
#include "harness/run/expected.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "harness/core/error.h"

using namespace assay;
using Catch::Matchers::Contains;

TEST_CASE("a reference that failed is not asked again: each launch is told why, with its log") {
  const run::ScratchDirectory scratch;
  const std::string starts = scratch.path() + "/starts";
  run::WorkerInfo worker;
  worker.spec.command.argv = {"/bin/sh", "-c",
                              "echo started >> " + starts + "; echo out of luck >&2; exit 3"};
  protocol::WorkloadOffer offer;
  offer.definition.name = "toy.sum";
  offer.implementations.resize(1);
  offer.implementations[0].name = "reference";
  worker.hello.workloads = {offer};
  PlannedCase planned;
  planned.value = parse_case("toy.sum/own@cpu");

  run::ExpectedResults expected(1, {});
  for (int launch = 0; launch < 3; ++launch) {
    CHECK_THROWS_WITH(expected.get(planned, worker), Contains("exit status 3"));
    CHECK_THAT(expected.log(), Contains("out of luck"));
  }
  std::ifstream file(starts);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "started\n");
}
