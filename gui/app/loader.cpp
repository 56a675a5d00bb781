// SPDX-License-Identifier: Apache-2.0
#include "gui/app/loader.h"

#include <sys/stat.h>

#include <QElapsedTimer>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "gui/app/answers.h"
#include "gui/app/hardware_sources.h"
#include "gui/app/stored.h"
#include "gui/model/table.h"
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

/// From nothing to something is the largest.
double size_of(const Change& change) {
  return change.ratio ? std::abs(std::log(*change.ratio)) : std::numeric_limits<double>::infinity();
}

}  // namespace

/// What was read of some databases so far; on the loader's thread alone.
class Loader::Gathering {
 public:
  explicit Gathering(std::vector<std::string> databases)
      : databases_(std::move(databases)), hardware_(databases_) {}

  const std::vector<std::string>& databases() const { return databases_; }
  bool changed() const { return stamps_ != now(); }
  /// All was read, without a problem, and nothing has changed since: it may be judged as it is.
  bool current() const { return !first_ && complete_ && problems_.empty() && !changed(); }
  void set_rules(const HistoryRules& rules) { rules_ = rules; }

  /// Reads on until `go_on` says no; \returns whether all is read.
  bool read(const std::function<bool()>& go_on) {
    const auto stamps = now();
    for (const auto& [path, stamp] : stamps) {
      const auto known = stamps_.find(path);
      if (known != stamps_.end() && known->second.file != stamp.file) history_ = History({});
    }
    if (stamps_ != stamps) hardware_.forget();
    stamps_ = stamps;
    runs_.clear();
    problems_.clear();
    complete_ = true;
    std::set<std::string> seen;
    for (const std::string& path : databases_) {
      try {
        const Store store = Store::open(path, Store::Mode::read_only);
        // The window is useful with the newest: the list of all of them comes with the next answer.
        constexpr std::int64_t first_runs = 300;
        const std::vector<RunHead> heads = first_ ? run_heads(store, first_runs) : run_heads(store);
        if (first_ && heads.size() == static_cast<std::size_t>(first_runs)) complete_ = false;
        for (const RunHead& run : heads) {
          if (!seen.insert(run.id).second) continue;
          runs_.push_back({run.id, path, run.started_utc_ms, run.state, run.suite, run.command, run.commit,
                           run.commit_subject, run.commit_place});
        }
        if (!history_.add(store, heads, go_on)) complete_ = false;
      } catch (const std::exception& error) {
        problems_.push_back(problem_of(error, path));
      }
    }
    first_ = false;
    if (databases_.size() > 1) {
      std::stable_sort(runs_.begin(), runs_.end(), [](const RunEntry& a, const RunEntry& b) {
        return a.started_utc_ms > b.started_utc_ms;
      });
    }
    return complete_;
  }

  /// What was read, judged: a series at a time, as only a few of all points are kept. Nothing where `go_on`
  /// says no before the end.
  std::optional<Overview> judged(const std::function<bool()>& go_on) const {
    Overview overview;
    overview.databases = databases_;
    overview.runs = runs_;
    overview.problems = problems_;
    overview.complete = complete_;
    overview.rules = rules_;
    overview.runs_read = history_.run_count();
    std::size_t left_out = 0;
    std::vector<SeriesKey> keys = history_.keys();
    std::stable_sort(keys.begin(), keys.end(), [](const SeriesKey& a, const SeriesKey& b) {
      return NaturalLess()(a.case_key, b.case_key);
    });
    for (const SeriesKey& key : keys) {
      if (!go_on()) return std::nullopt;
      std::vector<Series> one;
      one.push_back(history_.series_of(key, rules_));
      const auto& points = one[0].points;
      left_out += one[0].off_line + one[0].changed;
      if (points.empty()) continue;
      for (const Regression& found : regressions(one, history_.events(), now_utc_ms())) {
        const Change& change = *found.change;
        RegressionEntry entry;
        entry.series = overview.series.size();
        entry.row_id = change.id + " " + to_string(key);
        entry.change = change;
        entry.at = points[change.index];
        entry.first = points[change.first];
        entry.last = points[change.last];
        if (change.index > 0) entry.run_before = points[change.index - 1].run;
        entry.state = found.triage.state;
        if (found.triage.event != nullptr) entry.event = *found.triage.event;
        overview.regressions.push_back(std::move(entry));
      }
      overview.series.push_back(entry_of(one[0]));
    }
    std::stable_sort(overview.regressions.begin(), overview.regressions.end(),
                     [](const RegressionEntry& a, const RegressionEntry& b) {
                       return size_of(a.change) > size_of(b.change);
                     });
    if (left_out > 0)
      overview.notes.push_back(std::to_string(left_out) +
                               " points of other branches and changed files left out");
    if (history_.runs_without_commit() > 0)
      overview.notes.push_back(std::to_string(history_.runs_without_commit()) + " runs know no commit");
    return overview;
  }

  SeriesHistory follow(const std::string& asked) const {
    SeriesHistory answer;
    answer.asked = asked;
    for (const SeriesKey& key : history_.keys()) {
      if (to_string(key) == asked) answer.series = history_.series_of(key, rules_);
    }
    for (const Change& change : answer.series.changes)
      answer.states.push_back(
          change.regression ? triage(answer.series, change, history_.events(), now_utc_ms()).state : "");
    return answer;
  }

  HardwareSources& hardware() { return hardware_; }

  /// Keeps the answer until the window has long had the next: ten thousand runs are freed on this thread.
  void sent(std::shared_ptr<const Overview> answer) { sent_ = {std::move(answer), std::move(sent_.front())}; }

 private:
  std::map<std::string, Stamp> now() const {
    std::map<std::string, Stamp> stamps;
    for (const std::string& path : databases_) stamps[path] = stamp_of(path);
    return stamps;
  }

  std::vector<std::string> databases_;
  History history_{HistoryQuery{}};
  HistoryRules rules_;
  std::map<std::string, Stamp> stamps_;
  HardwareSources hardware_;
  std::vector<RunEntry> runs_;
  std::vector<Problem> problems_;
  std::array<std::shared_ptr<const Overview>, 2> sent_;  ///< the newest two
  bool complete_ = true;
  bool first_ = true;  ///< nothing was read yet
};

Loader::Loader(QObject* parent) : Source(parent), worker_(new QObject), writer_(new QObject) {
  qRegisterMetaType<std::shared_ptr<const Overview>>();
  worker_->moveToThread(&thread_);
  writer_->moveToThread(&writing_);
  thread_.start();
  writing_.start();
}

Loader::~Loader() {
  ending_ = true;
  thread_.quit();
  // Behind all that was decided: it is stored first.
  QMetaObject::invokeMethod(
      writer_, [this] { writing_.quit(); }, Qt::QueuedConnection);
  thread_.wait();
  writing_.wait();
  delete worker_;
  delete writer_;
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

/// Reading and judging histories makes way for it.
void Loader::ask_first(std::function<void()> work) {
  ++waiting_;
  ask([this, work = std::move(work)] {
    --waiting_;
    work();
  });
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
  const bool all = gathering->current() || gathering->read([&] {
    return is_newest(overview_kind, ticket) && clock.elapsed() < slice_ms && waiting_ == 0;
  });
  if (!is_newest(overview_kind, ticket)) return done();
  const auto go_on = [this, gathering, ticket](int next_ms) {
    later([this, gathering, ticket, next_ms] { gather(gathering, ticket, next_ms); });
  };
  // Somebody waits for another answer: that one first.
  if (!all && clock.elapsed() < slice_ms) return go_on(slice_ms);
  const qint64 read_ms = clock.elapsed();
  if (!send_overview(gathering, ticket)) return go_on(slice_ms);
  if (all) return done();
  // Slices grow, as judging what is there costs more each time: it takes a fifth of all.
  static constexpr qint64 shortest_ms = 500, longest_ms = 60'000;
  const qint64 judged_ms = clock.elapsed() - read_ms;
  go_on(static_cast<int>(std::clamp(std::max<qint64>(slice_ms * 3, judged_ms * 4), shortest_ms, longest_ms)));
}

/// On the loader's thread. \returns false where another question came in between: it comes first.
bool Loader::send_overview(const std::shared_ptr<Gathering>& gathering, std::uint64_t ticket) {
  auto judged = gathering->judged([&] { return waiting_ == 0 && is_newest(overview_kind, ticket); });
  if (!judged) return false;
  auto answer = std::make_shared<const Overview>(std::move(*judged));
  gathering->sent(answer);
  QMetaObject::invokeMethod(
      this,
      [this, answer, ticket] {
        if (is_newest(overview_kind, ticket)) emit overview(answer);
      },
      Qt::QueuedConnection);
  return true;
}

void Loader::open(const std::vector<std::string>& databases, const HistoryRules& rules) {
  constexpr int first_ms = 150;
  gathering_ = std::make_shared<Gathering>(databases);
  const std::uint64_t ticket = ++newest_[overview_kind];
  ask([this, gathering = gathering_, ticket, rules] {
    gathering->set_rules(rules);
    gather(gathering, ticket, first_ms);
  });
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

void Loader::judge(const HistoryRules& rules) {
  const std::uint64_t ticket =
      ++newest_[overview_kind];  // who reads on by the older rules ends, and this goes on
  ask([this, gathering = gathering_, ticket, rules] {
    gathering->set_rules(rules);
    gather(gathering, ticket, 1);
  });
}

void Loader::follow(const std::string& series) {
  const std::uint64_t ticket = ++newest_[series_kind];
  ask_first([this, gathering = gathering_, ticket, series] {
    if (is_newest(series_kind, ticket)) {
      auto answer = std::make_shared<const SeriesHistory>(gathering->follow(series));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit series_history(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::compare(const CompareAsk& wanted) {
  const std::uint64_t ticket = ++newest_[pairing_kind];
  ask_first([this, ticket, wanted, databases = gathering_->databases()] {
    if (is_newest(pairing_kind, ticket)) {
      auto answer = std::make_shared<const Pairing>(answer_pairing(databases, wanted));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit pairing(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::sample(const std::string& case_key, const std::string& base, const std::string& candidate) {
  const std::uint64_t ticket = ++newest_[distribution_kind];
  ask_first([this, ticket, case_key, base, candidate, databases = gathering_->databases()] {
    if (is_newest(distribution_kind, ticket)) {
      auto answer =
          std::make_shared<const Distribution>(answer_distribution(databases, case_key, base, candidate));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit distribution(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::profile(const std::string& case_key, const std::string& base, const std::string& run) {
  const std::uint64_t ticket = ++newest_[profile_kind];
  ask_first([this, ticket, case_key, base, run, databases = gathering_->databases()] {
    if (is_newest(profile_kind, ticket)) {
      auto answer = std::make_shared<const CaseProfile>(answer_profile(databases, case_key, base, run));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit case_profile(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

void Loader::score(const HardwareAsk& wanted) {
  const std::uint64_t ticket = ++newest_[hardware_kind];
  ask_first([this, ticket, wanted, gathering = gathering_] {
    if (is_newest(hardware_kind, ticket)) {
      auto answer = std::make_shared<const HardwareAnswered>(gathering->hardware().answer(wanted));
      QMetaObject::invokeMethod(
          this, [this, answer] { emit scored(answer); }, Qt::QueuedConnection);
    }
    done();
  });
}

}  // namespace assay::gui
