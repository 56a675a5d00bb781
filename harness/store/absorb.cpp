// SPDX-License-Identifier: Apache-2.0
#include "harness/store/absorb.h"

#include <algorithm>

#include "harness/core/error.h"
#include "harness/store/rows.h"
#include "harness/store/sqlite.h"

namespace assay::store_detail {

void Absorber::run(const Run& run) {
  finish();
  run_id_ = run.id;
  known_.clear();
  places_.clear();
  Database& database = target_.database();
  const bool there = database.query("run_key").set(":run_id", run.id).step();
  if (!there) {
    Run begun =
        run;  // "running" until all its launches are here: what is cut off does not claim to be complete
    begun.state = "running";
    begun.ended_utc_ms = std::nullopt;
    begun.environment_after.clear();
    target_.begin_run(begun);
    if (run.state != "running") ending_ = run;
    ++report_.runs_added;
    return;
  }
  const Run ours = target_.load_run(run.id);
  const bool same_plan =
      std::equal(ours.plan.begin(), ours.plan.end(), run.plan.begin(), run.plan.end(),
                 [](const auto& a, const auto& b) { return a.ordinal == b.ordinal && a.value == b.value; });
  if (!same_plan) {
    throw Error(ErrorCode::bad_input, "run " + run.id + " is there already, with another plan",
                "one of the two was changed by hand: `assay db check` on both");
  }
  if (ours.state == "running" && run.state != "running") ending_ = run;
  Query query = database.query("launch_ids");
  query.set(":run_key", run_row(database, run.id));
  while (query.step()) known_.insert(query.text(0));
  places_ = target_.launches_done(run.id);
}

void Absorber::finish() {
  if (!ending_) return;
  target_.finish_run(ending_->id, ending_->state, ending_->ended_utc_ms, ending_->environment_after);
  ending_.reset();
}

void Absorber::launch(const Launch& launch) {
  if (knows(launch.id)) {
    ++report_.launches_known;
    return;
  }
  const LaunchKey place{launch.case_ordinal, launch.index, launch.lane};
  if (places_.contains(place)) {
    report_.conflicts.push_back("run " + run_id_ + ": launch " + launch.id + " (case " +
                                std::to_string(launch.case_ordinal) + ", " + launch.lane + " " +
                                std::to_string(launch.index) + "): another one stands in its place");
    return;
  }
  target_.add_launch(run_id_, launch);
  known_.insert(launch.id);
  if (launch.status != Status::skipped) places_.insert(place);
  ++report_.launches_added;
}

}  // namespace assay::store_detail
