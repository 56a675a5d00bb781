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

TEST_CASE("a case that counts no work is not measured: rates would be of nothing") {
  protocol::Prepared prepared;
  prepared.work.units = 0;
  CHECK_THROWS_WITH(run::check_prepared({}, {}, prepared), Catch::Matchers::Contains("work.units"));
}

TEST_CASE("input and every figure of work are the reference's, or the launch says which is not") {
  Launch launch;
  launch.unit_of_work = "rows";
  launch.input_digest = "crc32:1";
  launch.work = {.operations = 20, .minimum_bytes = 80, .units = 10};
  const auto beside = [&](const std::string& input, Work reference) {
    return run::prepared_difference(launch, input, reference);
  };
  CHECK(beside("crc32:1", launch.work) == "");
  CHECK(beside("", launch.work) == "");
  CHECK(beside("crc32:2", launch.work) == "its input differs from the reference's");
  CHECK(beside("", {20, 80, 11}) == "a call counts as 10 rows, the reference's as 11");
  CHECK(beside("", {21, 80, 10}) == "a call counts as 20 operations, the reference's as 21");
  CHECK(beside("", {20, 8, 10}) == "a call counts as 80 bytes at least, the reference's as 8");
}
