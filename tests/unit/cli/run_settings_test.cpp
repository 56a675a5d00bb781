// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_settings.h"

#include <catch2/catch.hpp>

using assay::cli::split_collectors;

TEST_CASE("collectors are separated by commas, and so are the events of one") {
  using Names = std::vector<std::string>;
  CHECK(split_collectors("").empty());
  CHECK(split_collectors("rusage") == Names{"rusage"});
  CHECK(split_collectors("rusage,callgrind;memory") == Names{"rusage", "callgrind", "memory"});
  CHECK(split_collectors("perf_event:cycles,page_faults") == Names{"perf_event:cycles,page_faults"});
  CHECK(split_collectors("rusage,group:SOFTWARE") == Names{"rusage", "group:SOFTWARE"});
  CHECK(split_collectors("papi:perf::PAGE-FAULTS;,rusage,") == Names{"papi:perf::PAGE-FAULTS", "rusage"});
  CHECK(split_collectors("perf_event:") == Names{"perf_event:"});
}
