// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/place.h"
#include "harness/core/run.h"
#include "harness/judge/comparison.h"
#include "harness/judge/history.h"
#include "harness/judge/triage.h"
#include "reports/chart/roofline.h"

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
  std::int64_t cases = 0;
  std::int64_t launches = 0;
};

/// A regression of `series`, by number.
struct RegressionEntry {
  std::size_t series = 0;
  std::size_t change = 0;
  std::string state;                 ///< TriageState::state
  std::optional<TriageEvent> event;  ///< the latest about it
};

/// Answers are immutable once they are sent; views share them.

/// What all databases together hold.
struct Overview {
  std::vector<std::string> databases;
  std::vector<RunEntry> runs;  ///< newest first
  std::vector<Series> series;
  std::vector<TriageEvent> events;
  std::vector<RegressionEntry> regressions;  ///< the largest first
  std::vector<Problem> problems;
  std::vector<std::string> notes;
  std::size_t runs_read = 0;
  bool complete = true;  ///< false: older runs are being read, another answer follows
};

/// The two runs that Compare and Distribution show where the place names none: those at both sides of the
/// selected regression, else the newest two of the selected case, else the newest two. Empty where there are
/// none.
struct Sides {
  std::string base;
  std::string candidate;
};

/// Two runs side by side.
struct Pairing {
  std::string base_id;  ///< as asked
  std::string candidate_id;
  Run base;
  Run candidate;
  Comparison comparison;
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

/// Why a case of a run is as fast as it is.
struct CaseProfile {
  std::string case_key;
  std::string run_id;
  ResultRow row;
  std::vector<MetricValue> derived;
  std::vector<std::string> findings;
  std::optional<chart::RooflineChart> roofline;  ///< absent: its limits were not measured
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
  virtual void open(const std::vector<std::string>& databases) = 0;  ///< read-only; answers overview()
  virtual void refresh() = 0;  ///< overview() again, where a database has changed or is gone
  virtual void compare(const std::string& base, const std::string& candidate) = 0;
  virtual void sample(const std::string& case_key, const std::string& base, const std::string& candidate) = 0;
  virtual void profile(const std::string& case_key, const std::string& run) = 0;
  /// Stores the event in that database; answers decided(), then overview().
  virtual void decide(const std::string& database, const TriageEvent& event) = 0;
  virtual bool busy() const = 0;  ///< something that was asked is not answered

 signals:
  void overview(std::shared_ptr<const assay::gui::Overview> answer);
  void pairing(std::shared_ptr<const assay::gui::Pairing> answer);
  void distribution(std::shared_ptr<const assay::gui::Distribution> answer);
  void case_profile(std::shared_ptr<const assay::gui::CaseProfile> answer);
  void decided(std::shared_ptr<const assay::gui::Decided> answer);
  void busy_changed();
};

}  // namespace assay::gui
