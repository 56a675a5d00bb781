// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/hardware.h"
#include "gui/model/place.h"
#include "gui/model/table.h"
#include "harness/core/hot_spot.h"
#include "harness/core/run.h"
#include "harness/judge/comparison.h"
#include "harness/judge/history.h"
#include "harness/judge/triage.h"
#include "reports/chart/flame.h"
#include "reports/chart/lines.h"
#include "reports/chart/roofline.h"
#include "reports/chart/timeline.h"

namespace assay::gui {

/// Why something is not shown, where, and what to do: told in place.
struct Problem {
  std::string where;  ///< a database's path; may be empty
  std::string message;
  std::string remedy;
};

/// parse_link() for a window: what is wrong is returned, and `place` stays as it is.
std::optional<Problem> read_link(const std::string& text, Place& place);

struct RunEntry {
  std::string id;
  std::string database;
  std::int64_t started_utc_ms = 0;
  std::string state;  ///< running | complete | interrupted
  std::string suite;
  std::string command;
  std::string commit;                        ///< may be empty
  std::string commit_subject;                ///< likewise
  std::optional<std::int64_t> commit_place;  ///< Commit::place
};

/// A series in short; its points are asked for (Source::follow).
struct SeriesEntry {
  SeriesKey key;
  std::string unit;
  std::size_t points = 0;  ///< at least 1
  double newest = 0;
  std::string newest_run;
  std::string previous_run;      ///< empty: there is one point
  Range time;                    ///< of its runs, ms since 1970
  std::optional<Range> commits;  ///< likewise, places on their line; absent: not known of any
};

/// A regression of a series, with the points that tell of it.
struct RegressionEntry {
  std::size_t series = 0;  ///< its place in Overview::series
  std::string row_id;      ///< Change::id and to_string(SeriesKey): an id alone may be two series'
  Change change;
  HistoryPoint at;                   ///< the first of the new level
  HistoryPoint first, last;          ///< it lies behind `first`, and not behind `last`
  std::string run_before;            ///< of the point before `at`
  std::string state;                 ///< TriageState::state
  std::optional<TriageEvent> event;  ///< the latest about it
};

/// Answers are immutable once they are sent; views share them.

/// What all databases together hold.
struct Overview {
  std::vector<std::string> databases;
  std::vector<RunEntry> runs;                ///< newest first
  std::vector<SeriesEntry> series;           ///< by case (NaturalLess), then by key
  std::vector<RegressionEntry> regressions;  ///< the largest first
  std::vector<Problem> problems;
  std::vector<std::string> notes;
  std::size_t runs_read = 0;
  HistoryRules rules;    ///< by which they were judged
  bool complete = true;  ///< false: older runs are being read, another answer follows
};

/// All points of one series, and what the rules that were asked for say of them.
struct SeriesHistory {
  std::string asked;  ///< to_string(SeriesKey)
  Series series;
  std::vector<std::string> states;  ///< of each change: TriageState::state; "" of one that is no regression
};

/// The two runs that Compare and Distribution show where the place names none: those at both sides of the
/// selected regression, else the newest two of the selected case, else the newest two. Empty where there are
/// none.
struct Sides {
  std::string base;
  std::string candidate;
};

/// What is compared: two runs, or one run (of hosts and databases: the newest run of each) across an axis.
struct CompareAsk {
  std::string base;  ///< run; of another axis than runs not needed
  std::string candidate;
  std::string
      across;        ///< "" (runs), subject, device, host, implementation, database, baseline, or a parameter
  std::string from;  ///< the value on the axis that others are held against; empty: what goes without saying;
                     ///< of a baseline its file
  friend bool operator==(const CompareAsk&, const CompareAsk&) = default;
};

/// Results side by side.
struct Pairing {
  CompareAsk asked;
  Run base;
  Run candidate;
  Comparison comparison;
  Comparison limits;                ///< this machine's own limits across that axis; may be empty
  std::vector<std::string> axes;    ///< parameters of which the run has several values
  std::vector<std::string> values;  ///< on the axis, in its order
  std::optional<Problem> problem;
};

/// The steady samples of one launch, ns a call, in order.
struct LaunchTimes {
  int index = 0;
  std::vector<double> ns;
};

/// One case of up to two runs, in single samples.
struct Distribution {
  std::string case_key;
  std::string base_id;
  std::string candidate_id;
  std::vector<LaunchTimes> base;
  std::vector<LaunchTimes> candidate;
  std::int64_t batch = 1;  ///< calls a sample, the largest
  std::optional<Problem> problem;
};

/// A loop of machine code with its instructions.
struct LoopListing {
  std::string function;
  std::string object;      ///< name of its file
  std::string source;      ///< likewise; may be empty
  std::size_t number = 1;  ///< in its function, the hottest first
  double share = 0;        ///< of the call's instructions; 0: not known
  double turns = 0;        ///< of a call
  std::vector<HotInstruction> listing;
  std::map<int, std::string> code = {};  ///< lines of `source`, untrusted; empty: `no_code` says why
  std::string no_code = {};              ///< likewise; may be empty: it has no debug information
};

/// What a factor, or a function, has to do with a difference of two times (explain_difference).
struct ReasonEntry {
  std::string what;
  std::optional<double> base;  ///< of a function: absent where it has few or none
  std::optional<double> candidate;
  std::optional<double> share;  ///< of the difference; absent: not told
};

/// Why a case of a run is as fast as it is, and what makes it another time than in the run before.
struct CaseProfile {
  std::string case_key;
  std::string base_id;  ///< as asked; may be empty
  std::string run_id;
  ResultRow row;
  std::vector<MetricValue> derived;
  std::vector<std::string> findings;
  std::optional<chart::RooflineChart> roofline;  ///< absent: its limits were not measured
  std::vector<chart::FlameFrame> stacks;   ///< instructions of a call: object, function, loop; `before`: base
  std::vector<chart::FlameFrame> regions;  ///< shares of the run's time: the program's own regions
  bool stacks_before = false;              ///< the base run has them too
  bool regions_before = false;
  std::vector<LoopListing> loops;       ///< hottest first
  std::vector<LoopListing> base_loops;  ///< likewise
  std::optional<ResultRow> base_row;
  chart::TimelineChart timeline;         ///< launches and their phases, threads and their regions
  std::vector<chart::LineChart> tracks;  ///< what was observed over the same time, a picture a track
  std::string difference;                ///< "The new run takes 1.08 times as long (per call)"; may be empty
  std::string caution;                   ///< what it leaves out; may be empty
  std::vector<ReasonEntry> factors;      ///< the largest share first
  std::vector<ReasonEntry> functions;    ///< the largest change first
  std::optional<Problem> problem;
};

/// Which machine for this work.
struct HardwareAnswered {
  HardwareScores scores;
  std::string note;  ///< what was left out of a large database; may be empty
  std::optional<Problem> problem;
};

/// How a decision ended.
struct Decided {
  TriageEvent event;
  std::optional<Problem> problem;
};

/// Where answers come from: asked from the GUI's thread, answered there by signals, later. A new question
/// makes an older one of its kind void: it is broken off, or its answer not sent.
class Source : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  /// Read-only; answers overview().
  virtual void open(const std::vector<std::string>& databases, const HistoryRules& rules) = 0;
  virtual void refresh() = 0;  ///< overview() again, where a database has changed or is gone
  /// Judges what was read once more, by other rules; answers overview().
  virtual void judge(const HistoryRules& rules) = 0;
  virtual void follow(const std::string& series) = 0;  ///< its points, by the same rules
  virtual void compare(const CompareAsk& ask) = 0;
  virtual void sample(const std::string& case_key, const std::string& base, const std::string& candidate) = 0;
  /// `base`: the run that it is held against; may be empty.
  virtual void profile(const std::string& case_key, const std::string& base, const std::string& run) = 0;
  virtual void score(const HardwareAsk& ask) = 0;
  /// Stores the event in that database; answers decided(), then overview().
  virtual void decide(const std::string& database, const TriageEvent& event) = 0;
  virtual bool busy() const = 0;  ///< something that was asked is not answered

 signals:
  void overview(std::shared_ptr<const assay::gui::Overview> answer);
  void series_history(std::shared_ptr<const assay::gui::SeriesHistory> answer);
  void pairing(std::shared_ptr<const assay::gui::Pairing> answer);
  void distribution(std::shared_ptr<const assay::gui::Distribution> answer);
  void case_profile(std::shared_ptr<const assay::gui::CaseProfile> answer);
  void scored(std::shared_ptr<const assay::gui::HardwareAnswered> answer);
  void decided(std::shared_ptr<const assay::gui::Decided> answer);
  void busy_changed();
};

}  // namespace assay::gui
