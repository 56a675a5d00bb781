// SPDX-License-Identifier: Apache-2.0
#include "harness/store/absorb.h"

#include <algorithm>
#include <functional>
#include <type_traits>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/history.h"
#include "harness/store/rows.h"
#include "harness/store/sqlite.h"

namespace assay::store_detail {

namespace {

/// Ids from elsewhere are printed, and name runs: they are UUIDs, or refused.
void check_id(const char* what, const std::string& id) {
  bool uuid = id.size() == 36;
  for (std::size_t i = 0; uuid && i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    uuid = dash ? id[i] == '-' : std::string_view("0123456789abcdef").find(id[i]) != std::string_view::npos;
  }
  if (uuid) return;
  throw Error(ErrorCode::bad_input,
              std::string("the id of a ") + what + " is no UUID: '" + printable(id, 100) + "'",
              "export the run again where it was measured");
}

std::string place_text(const Run& run, const Launch& launch) {
  const auto planned = std::find_if(run.plan.begin(), run.plan.end(),
                                    [&](const auto& c) { return c.ordinal == launch.case_ordinal; });
  const std::string which =
      planned == run.plan.end() ? std::to_string(launch.case_ordinal) : to_string(planned->value);
  return "launch " + launch.id + " (case " + which + ", " + launch.lane + " " + std::to_string(launch.index) +
         ")";
}

/// Of what was measured, whatever an export hides and whether it has the samples.
std::size_t content(const Launch& launch) {
  std::size_t hash = 0;
  const auto add = [&](const auto& value) {
    hash = hash * 1'000'003 ^ std::hash<std::decay_t<decltype(value)>>{}(value);
  };
  add(launch.started_utc_ms);
  add(static_cast<int>(launch.status));
  add(launch.output_digest);
  for (const Reading& reading : launch.readings) {
    add(reading.metric);
    add(reading.value);
  }
  return hash;
}

}  // namespace

// Every `CHECK (x IN (...))` of a row that is inserted costs SQLite a table of its own: a sixth of a merge.
// What is written here went through the types and rules of this program; `assay db check` looks at all of
// them.
Absorber::Absorber(Store& target) : target_(target) {
  target_.database().execute("PRAGMA ignore_check_constraints = ON");
}
Absorber::~Absorber() {
  try {
    target_.database().execute("PRAGMA ignore_check_constraints = OFF");
  } catch (const Error&) {  // the connection is broken, and says so to whoever uses it next
  }
}

void Absorber::triage(const TriageEvent& event) {
  check_id("triage event", event.id);
  if (add_triage(target_, event)) ++report_.events_added;
}

void Absorber::run(const Run& run) {
  finish();
  check_id("run", run.id);
  run_ = run;
  Database& database = target_.database();
  const auto there = [&] { return database.query("run_key").set(":run_id", run.id).step(); };
  if (!there()) {
    Run begun = run;  // until all its launches are here: what is cut off does not claim to be complete
    begun.state = "interrupted";
    begun.ended_utc_ms = std::nullopt;
    begun.environment_after.clear();
    try {
      target_.begin_run(begun, Store::Origin::elsewhere);
      ++report_.runs_added;
      known_.clear();  // nothing of it is there
      places_.clear();
      rules_ = {};
      if (run.state != "running") ending_ = run;
      return;
    } catch (const Error&) {
      if (!there()) throw;  // else another process was faster
    }
  }
  const Run ours = target_.load_run(run.id);
  const bool same_plan =
      std::equal(ours.plan.begin(), ours.plan.end(), run.plan.begin(), run.plan.end(),
                 [](const auto& a, const auto& b) { return a.ordinal == b.ordinal && a.value == b.value; });
  if (!same_plan) {
    throw Error(ErrorCode::bad_input, "run " + run.id + " is there already, with another plan",
                "one of the two was changed by hand: `assay db check` on both");
  }
  if (ours.started_utc_ms != run.started_utc_ms)
    report_.conflicts.push_back(
        "run " + run.id +
        ": here it began at another time, and that stays (one of the two was changed by hand)");
  // Ours is one that was begun here, or a copy made while it ran.
  const bool open_here = !ours.ended_utc_ms && run.state == "interrupted";
  if (open_here || (run.state == "complete" && ours.state != "complete")) ending_ = run;
  look();
}

void Absorber::look() {
  known_.clear();
  places_.clear();
  rules_ = {};
  for (const LaunchSummary& stored : target_.load_summaries(run_.id)) {
    const Launch& launch = stored.launch;
    known_.emplace(launch.id, content(launch));
    if (launch.status == Status::skipped) continue;
    places_.emplace(launch.case_ordinal, launch.index, launch.lane);
    (void)rules_.problem(launch);
  }
}

void Absorber::finish() {
  if (!ending_) return;
  target_.finish_run(ending_->id, ending_->state, ending_->ended_utc_ms, ending_->environment_after);
  ending_.reset();
}

bool Absorber::settle(const Launch& launch) {
  if (const auto ours = known_.find(launch.id); ours != known_.end()) {
    ++report_.launches_known;
    if (ours->second != content(launch))
      report_.conflicts.push_back(
          "run " + run_.id + ": " + place_text(run_, launch) +
          ": it is here with other figures, and they stay (one of the two was changed "
          "by hand)");
    return true;
  }
  if (!places_.contains({launch.case_ordinal, launch.index, launch.lane})) return false;
  report_.conflicts.push_back(
      "run " + run_.id + ": " + place_text(run_, launch) +
      ": another one stands in its place, and stays (the run was resumed in two copies)");
  return true;
}

void Absorber::launch(const Launch& launch) {
  check_id("launch", launch.id);
  if (settle(launch)) return;
  const std::string wrong = rules_.problem(launch);
  if (!wrong.empty()) {
    throw Error(ErrorCode::bad_input, place_text(run_, launch) + " is not believed: " + wrong,
                "export the run again where it was measured; there `assay db check` tells the same of it");
  }
  try {
    target_.add_launch(run_.id, launch);
  } catch (const Error&) {
    look();  // another process may have brought it since
    if (settle(launch)) return;
    throw;
  }
  known_.emplace(launch.id, content(launch));
  if (launch.status != Status::skipped) places_.emplace(launch.case_ordinal, launch.index, launch.lane);
  ++report_.launches_added;
}

}  // namespace assay::store_detail
