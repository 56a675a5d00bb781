// SPDX-License-Identifier: Apache-2.0
#include "gui/app/loader.h"

#include <sys/stat.h>

#include <QElapsedTimer>
#include <algorithm>
#include <map>

#include "gui/app/answers.h"
#include "harness/core/error.h"
#include "harness/store/history.h"
#include "harness/store/store.h"

namespace assay::gui {

namespace {

/// What tells that a database has changed: the files that SQLite writes.
struct Stamp {
  std::uint64_t file = 0;  ///< another one: it was replaced, or is gone
  std::int64_t changed_ns = 0;
  std::int64_t bytes = 0;
  std::int64_t journal_changed_ns = 0;
  std::int64_t journal_bytes = 0;
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const std::string& path) {
  const auto nanoseconds = [](const struct stat& facts) {
    return static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
  };
  Stamp stamp;
  struct stat facts = {};
  if (::stat(path.c_str(), &facts) == 0) {
    stamp.file = facts.st_ino;
    stamp.changed_ns = nanoseconds(facts);
    stamp.bytes = facts.st_size;
  }
  if (::stat((path + "-wal").c_str(), &facts) == 0 && facts.st_size > 0) {
    stamp.journal_changed_ns = nanoseconds(facts);
    stamp.journal_bytes = facts.st_size;
  }
  return stamp;
}

}  // namespace

/// What was read of some databases so far; on the loader's thread alone.
class Loader::Gathering {
 public:
  explicit Gathering(std::vector<std::string> databases) : databases_(std::move(databases)) {}

  const std::vector<std::string>& databases() const { return databases_; }
  bool changed() const { return stamps_ != now(); }

  /// Reads on until `go_on` says no; \returns what is known then.
  Overview read(const std::function<bool()>& go_on) {
    const auto stamps = now();
    for (const auto& [path, stamp] : stamps) {
      const auto known = stamps_.find(path);
      if (known != stamps_.end() && known->second.file != stamp.file) history_ = History({});
    }
    stamps_ = stamps;
    Overview overview;
    overview.databases = databases_;
    std::set<std::string> seen;
    for (const std::string& path : databases_) {
      try {
        const Store store = Store::open(path, Store::Mode::read_only);
        for (const RunSummary& run : store.list_runs()) {
          if (!seen.insert(run.id).second) continue;
          overview.runs.push_back(
              {run.id, path, run.started_utc_ms, run.state, run.suite, run.command, run.cases, run.launches});
        }
        if (!history_.add(store, go_on)) overview.complete = false;
      } catch (const std::exception& error) {
        overview.problems.push_back(problem_of(error, path));
      }
    }
    if (databases_.size() > 1) {
      std::stable_sort(overview.runs.begin(), overview.runs.end(), [](const RunEntry& a, const RunEntry& b) {
        return a.started_utc_ms > b.started_utc_ms;
      });
    }
    judge(overview);
    return overview;
  }

 private:
  std::map<std::string, Stamp> now() const {
    std::map<std::string, Stamp> stamps;
    for (const std::string& path : databases_) stamps[path] = stamp_of(path);
    return stamps;
  }

  void judge(Overview& overview) const {
    overview.series = history_.series();
    overview.events = history_.events();
    overview.runs_read = history_.run_count();
    for (const Regression& one : regressions(overview.series, overview.events, now_utc_ms())) {
      RegressionEntry entry;
      entry.series = static_cast<std::size_t>(one.series - overview.series.data());
      entry.change = static_cast<std::size_t>(one.change - one.series->changes.data());
      entry.state = one.triage.state;
      if (one.triage.event != nullptr) entry.event = *one.triage.event;
      overview.regressions.push_back(std::move(entry));
    }
    std::size_t left_out = 0;
    for (const Series& series : overview.series) left_out += series.off_line + series.changed;
    if (left_out > 0)
      overview.notes.push_back(std::to_string(left_out) +
                               " points of other branches and changed files left out");
    if (history_.runs_without_commit() > 0)
      overview.notes.push_back(std::to_string(history_.runs_without_commit()) + " runs know no commit");
  }

  std::vector<std::string> databases_;
  History history_{HistoryQuery{}};
  std::map<std::string, Stamp> stamps_;
};

Loader::Loader(QObject* parent) : Source(parent), worker_(new QObject) {
  qRegisterMetaType<std::shared_ptr<const Overview>>();
  worker_->moveToThread(&thread_);
  thread_.start();
}

Loader::~Loader() {
  ending_ = true;
  thread_.quit();
  thread_.wait();
  delete worker_;
}

void Loader::later(std::function<void()> work) {
  QMetaObject::invokeMethod(
      worker_,
      [this, work = std::move(work)] {
        if (!ending_) work();
      },
      Qt::QueuedConnection);
}

void Loader::ask(std::function<void()> work) {
  ++open_questions_;
  later(std::move(work));
  emit busy_changed();
}

/// On the loader's thread, behind the answer's own post: it comes after it.
void Loader::done() {
  QMetaObject::invokeMethod(
      this,
      [this] {
        --open_questions_;
        emit busy_changed();
      },
      Qt::QueuedConnection);
}

void Loader::gather(std::shared_ptr<Gathering> gathering, std::uint64_t ticket, int slice_ms) {
  if (!is_newest(overview_kind, ticket)) return done();
  QElapsedTimer clock;
  clock.start();
  auto answer = std::make_shared<const Overview>(
      gathering->read([&] { return is_newest(overview_kind, ticket) && clock.elapsed() < slice_ms; }));
  if (!is_newest(overview_kind, ticket)) return done();
  QMetaObject::invokeMethod(
      this,
      [this, answer, ticket] {
        if (is_newest(overview_kind, ticket)) emit overview(answer);
      },
      Qt::QueuedConnection);
  if (answer->complete) return done();
  // Other questions come in between; slices grow, as judging what is there costs more each time.
  static constexpr int longest_ms = 8000;
  later(
      [this, gathering, ticket, slice_ms] { gather(gathering, ticket, std::min(slice_ms * 3, longest_ms)); });
}

void Loader::open(const std::vector<std::string>& databases) {
  constexpr int first_ms = 250;
  gathering_ = std::make_shared<Gathering>(databases);
  const std::uint64_t ticket = ++newest_[overview_kind];
  ask([this, gathering = gathering_, ticket] { gather(gathering, ticket, first_ms); });
}

void Loader::refresh() {
  if (!gathering_ || open_questions_ > 0) return;  // what is being answered is new enough
  constexpr int slice_ms = 2000;
  const std::uint64_t ticket = newest_[overview_kind];
  later([this, gathering = gathering_, ticket] {
    if (!is_newest(overview_kind, ticket) || !gathering->changed()) return;
    ++open_questions_;
    gather(gathering, ticket, slice_ms);
  });
}

void Loader::compare(const std::string& base, const std::string& candidate) {
  const std::uint64_t ticket = ++newest_[pairing_kind];
  ask([this, ticket, base, candidate, databases = gathering_->databases()] {
    if (is_newest(pairing_kind, ticket)) {
      auto answer = std::make_shared<const Pairing>(answer_pairing(databases, base, candidate));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit pairing(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::sample(const std::string& case_key, const std::string& base, const std::string& candidate) {
  const std::uint64_t ticket = ++newest_[distribution_kind];
  ask([this, ticket, case_key, base, candidate, databases = gathering_->databases()] {
    if (is_newest(distribution_kind, ticket)) {
      auto answer =
          std::make_shared<const Distribution>(answer_distribution(databases, case_key, base, candidate));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit distribution(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::profile(const std::string& case_key, const std::string& run) {
  const std::uint64_t ticket = ++newest_[profile_kind];
  ask([this, ticket, case_key, run, databases = gathering_->databases()] {
    if (is_newest(profile_kind, ticket)) {
      auto answer = std::make_shared<const CaseProfile>(answer_profile(databases, case_key, run));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit case_profile(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::decide(const std::string& database, const TriageEvent& event) {
  const std::uint64_t ticket = newest_[overview_kind];
  ask([this, ticket, database, event, gathering = gathering_] {
    auto answer = std::make_shared<Decided>();
    answer->event = event;
    try {
      Store store = Store::open(database, Store::Mode::read_write);
      (void)add_triage(store, event);
    } catch (const std::exception& error) {
      answer->problem = problem_of(error, database);
    }
    QMetaObject::invokeMethod(
        this, [this, answer] { emit decided(answer); }, Qt::QueuedConnection);
    constexpr int slice_ms = 8000;
    if (answer->problem) return done();
    gather(gathering, ticket, slice_ms);
  });
}

}  // namespace assay::gui
