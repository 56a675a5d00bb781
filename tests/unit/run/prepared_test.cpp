// SPDX-License-Identifier: Apache-2.0
#include "harness/run/prepared.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;

namespace {

Device gpu(const std::string& uuid) { return {"cuda:0", "hardware", {{"uuid", uuid}}}; }

}  // namespace

TEST_CASE("another board under the name of the one that was planned is not measured") {
  PlannedCase planned;
  protocol::Prepared prepared;
  CHECK_NOTHROW(run::check_prepared(planned, {}, prepared));
  prepared.device = gpu("GPU-1");
  CHECK_NOTHROW(run::check_prepared(planned, gpu("GPU-1"), prepared));
  CHECK_THROWS_WITH(run::check_prepared(planned, gpu("GPU-2"), prepared),
                    Catch::Matchers::Contains("GPU-1") && Catch::Matchers::Contains("GPU-2"));
  CHECK_THROWS_AS(run::check_prepared(planned, {}, prepared), Error);  // planned on the CPU
}

TEST_CASE("a case that names its threads gets these or none") {
  PlannedCase planned;
  planned.params["threads"] = std::int64_t{2};
  protocol::Prepared prepared;
  prepared.threads = 2;
  CHECK_NOTHROW(run::check_prepared(planned, {}, prepared));
  prepared.threads = 1;
  CHECK_THROWS_AS(run::check_prepared(planned, {}, prepared), Error);
  planned.params["threads"] = std::string("all");
  CHECK_NOTHROW(run::check_prepared(planned, {}, prepared));
}
