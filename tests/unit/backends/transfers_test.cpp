// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/transfers.h"

#include <catch2/catch.hpp>

using namespace assay;

TEST_CASE("a call's transfers are known when something came in and something was fetched, once each") {
  Transfers transfers;
  CHECK_FALSE(transfers.complete());
  transfers.uploaded(1, 100);
  CHECK_FALSE(transfers.complete());
  transfers.downloaded(2, 8, 4);
  transfers.downloaded(2, 8, 4);
  CHECK(transfers.complete());
  CHECK(transfers.in() == std::vector<Transfers::Part>{{1, 0, 100}});
  CHECK(transfers.out() == std::vector<Transfers::Part>{{2, 8, 4}});
}

TEST_CASE("inputs that changed, or went with their buffer, are another version") {
  Transfers transfers;
  transfers.uploaded(1, 100);
  const int first = transfers.inputs_version();
  transfers.uploaded(1, 100);
  CHECK(transfers.in().size() == 1);
  CHECK(transfers.inputs_version() != first);
  const int second = transfers.inputs_version();
  transfers.downloaded(1, 0, 100);
  transfers.gone(7);
  CHECK(transfers.inputs_version() == second);
  transfers.gone(1);
  CHECK(transfers.inputs_version() != second);
  CHECK(transfers.in().empty());
  CHECK(transfers.out().empty());
}

TEST_CASE("inputs beyond 1 GiB are not held a second time") {
  Transfers transfers;
  transfers.downloaded(2, 0, 4);
  transfers.uploaded(1, std::size_t{1} << 30);
  CHECK(transfers.complete());
  transfers.uploaded(3, 1);
  CHECK_FALSE(transfers.complete());
}

TEST_CASE("calls with their transfers take a fourth of the others' time, and are not the first") {
  EndToEndPace pace;
  CHECK_FALSE(pace.due(1000));
  CHECK(pace.due(1001));
  pace.took(10);
  CHECK_FALSE(pace.due(1011 + 38));
  CHECK(pace.due(1011 + 39));
}
