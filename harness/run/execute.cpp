// SPDX-License-Identifier: Apache-2.0
#include "harness/run/execute.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "harness/core/error.h"
#include "harness/run/collecting.h"
#include "harness/run/eta.h"
#include "harness/run/host_lock.h"
#include "harness/run/interrupt.h"
#include "harness/run/launch.h"
#include "harness/run/launcher.h"
#include "harness/run/machine.h"

namespace assay::run {

namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

double worker_seconds(const Launch& launch) {
  double ns = 0;
  for (const auto& span : launch.spans) {
    if (span.name == "prepare" || span.name == "verify" || span.name == "warmup" || span.name == "measure") {
      ns += static_cast<double>(span.end_ns - span.start_ns);
    }
  }
  return ns * 1e-9;
}

struct Item {
  const PlannedCase* planned;
  int index;
  std::string lane;
};

/// Timing launches first, in random order; then the exact lane, which needs no quiet machine.
std::vector<Item> work_list(const Execution& execution, const std::set<LaunchKey>& done) {
  std::map<std::int64_t, const PlannedCase*> by_ordinal;
  for (const auto& planned : execution.run.plan) by_ordinal[planned.ordinal] = &planned;
  std::vector<Item> items;
  const auto add = [&](std::int64_t ordinal, int index, const std::string& lane) {
    if (done.count({ordinal, index, lane}) == 0) items.push_back({by_ordinal.at(ordinal), index, lane});
  };
  for (const auto& launch : make_schedule(execution.run.plan, execution.run.settings.seed)) {
    add(launch.case_ordinal, launch.index, "timing");
  }
  for (const auto& [name, collector] : execution.around) {
    for (const auto& planned : execution.run.plan) {
      if (counts(name, execution, planned)) add(planned.ordinal, 0, name);
    }
  }
  return items;
}

/// A launch that was not tried.
Launch not_tried(const Item& item, const WorkerInfo& worker, Status status, const std::string& reason) {
  Launch launch = new_launch(*item.planned, worker, item.index, item.lane);
  launch.status = status;
  launch.reason = reason;
  return launch;
}

/// One launch after the other, each stored as soon as it ends, until the user asks to stop. What the budget
/// does not reach is stored as skipped.
void measure_all(const std::vector<Item>& items, const Execution& execution, Store& store,
                 const Progress& progress, Outcome& outcome) {
  const auto started = Steady::now();
  Launcher launcher(execution, store);
  const double budget_s = execution.run.settings.budget_s;
  Eta eta;
  for (const auto& item : items) eta.expect(item.planned->ordinal);
  for (std::size_t i = 0; i < items.size() && interrupt_signal() == 0; ++i) {
    const Item& item = items[i];
    if (budget_s > 0 && seconds_since(started) > budget_s) {
      store.add_launch(execution.run.id, not_tried(item, worker_of(execution, *item.planned), Status::skipped,
                                                   fmt::format("the budget of {:g} s was spent", budget_s)));
      ++outcome.skipped;
      continue;
    }
    if (outcome.mistakes.count(item.planned->ordinal) != 0) {
      store.add_launch(execution.run.id,
                       not_tried(item, worker_of(execution, *item.planned), Status::skipped,
                                 "the worker refused an earlier launch of this case as a mistake"));
      eta.took(item.planned->ordinal, 0);
      continue;
    }
    if (progress.begin) progress.begin(*item.planned, item.index, i, items.size(), eta.seconds());

    const auto launch_started = Steady::now();
    const auto [launch, mistake] = launcher.launch(*item.planned, item.index, item.lane);
    if (mistake) outcome.mistakes.emplace(item.planned->ordinal, *mistake);
    eta.took(item.planned->ordinal, seconds_since(launch_started));
    outcome.worker_s += worker_seconds(launch);
    ++outcome.launches;
    if (progress.end) progress.end(*item.planned, launch);
  }
}

}  // namespace

Outcome execute(Execution& execution, Store& store, const Progress& progress) {
  return execute(execution, store, progress, [&](Outcome& outcome) {
    const auto items = work_list(execution, store.launches_done(execution.run.id));
    measure_all(items, execution, store, progress, outcome);
  });
}

Outcome execute(Execution& execution, Store& store, const Progress& progress,
                const std::function<void(Outcome&)>& measure) {
  const auto note = [&](const std::string& text) {
    if (progress.note) progress.note(text);
  };
  Outcome outcome;
  outcome.run_id = execution.run.id;
  for (const auto& planned : execution.run.plan)
    worker_of(execution, planned);  // all are here, or none starts
  if (!execution.resume) store.begin_run(execution.run);
  auto started = Steady::now();
  std::string end_state = "complete";
  // A run that is taken up belongs, until the lock is held, to whoever measures it.
  bool ours = !execution.resume;
  try {
    std::optional<HostLock> lock;  // of this host: a far one is not ours to lock
    if (!far_host(execution.workers))
      lock.emplace(execution.run.command, [&](const std::string& holder) {
        note("waiting for the host: " + holder + " is measuring");
      });
    started = Steady::now();  // waiting for others is not measuring
    // Read under the lock: while this process waited, another one may have measured launches of this very
    // run.
    if (execution.resume) {
      if (work_list(execution, store.launches_done(execution.run.id)).empty() &&
          store.load_run(execution.run.id).state == "complete") {
        note("nothing is missing in this run");
        return outcome;
      }
      store.finish_run(execution.run.id, "running", std::nullopt, {});
      ours = true;
    }
    measure(outcome);
  } catch (const Error& error) {
    outcome.wall_s = seconds_since(started);
    if (error.code != ErrorCode::interrupted) {
      if (!ours) throw;
      try {
        store.finish_run(execution.run.id, "interrupted", now_utc_ms(), environment_now(execution.workers));
      } catch (const Error&) {
        // The first error is the one to tell; the run stays "running" in the store, and --resume takes it up.
      }
      throw;
    }
  }
  outcome.wall_s = seconds_since(started);
  outcome.interrupted_by = interrupt_signal();
  if (!ours) return outcome;
  if (outcome.interrupted_by != 0) end_state = "interrupted";
  store.finish_run(execution.run.id, end_state, now_utc_ms(), environment_now(execution.workers));
  return outcome;
}

}  // namespace assay::run
