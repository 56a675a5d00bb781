// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_sentences.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace assay;

namespace {

LaunchSummary launch(double foreign, const std::string& reason) {
  LaunchSummary summary;
  summary.launch.readings = {
      {"host.foreign_cpu", foreign, "ratio", ReadingState::ok, 1, ""},
      {"host.other_cpus_busy", 1, "ratio", ReadingState::ok, 1, ""},
      {"host.contended", reason.empty() ? 0.0 : 1.0, "ratio", ReadingState::ok, 1, reason}};
  return summary;
}

bool say(const std::vector<LaunchSummary>& launches, const std::string& sentence) {
  Run run;
  run.id = "0123456789";
  const auto all = cli::run_sentences(run, launches, {}, "assay.db");
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& one) { return one.find(sentence) != std::string::npos; });
}

}  // namespace

TEST_CASE("a run says how many launches were contended, and by what in the worst of them") {
  const auto quiet = launch(0.02, "");
  const auto busy = launch(0.2, "other processes took 20 % of its CPUs");
  const auto worse = launch(0.4, "other processes took 40 % of its CPUs");
  CHECK_FALSE(say({quiet, quiet}, "contended"));
  CHECK(say({quiet, busy}, "1 launch was contended: other processes took 20 % of its CPUs."));
  CHECK(say({busy, worse, quiet},
            "2 launches were contended: in the worst, other processes took 40 % of its CPUs."));
}

TEST_CASE("the quick suite says when its values are seeded") {
  Run run;
  run.settings.suite = "quick";
  CHECK(cli::input_sentences(run).size() == 1);
  run.settings.more["input.vision.notes"] = "8 x 8 pixels";
  CHECK(cli::input_sentences(run) == std::vector<std::string>{"The input of vision: 8 x 8 pixels."});
  CHECK(cli::input_sentences(Run{}).empty());
}

TEST_CASE("a launch without the reading is not known to be contended") {
  CHECK_FALSE(cli::is_contended({}));
  CHECK(cli::is_contended(launch(1, "why").launch));
}
