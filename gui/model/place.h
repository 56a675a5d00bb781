// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/judge/history.h"

namespace assay::gui {

enum class Workspace : unsigned char { triage, compare, distribution, profile, hardware };
inline constexpr std::size_t workspace_count = 5;
const char* name_of(Workspace workspace);  ///< "triage"

/// What people chose in Hardware. Files are only read.
struct HardwareAsk {
  std::string reference;     ///< a host; empty: the first
  std::string weights;       ///< "llm=3,vision=0.5": of families; empty: each task counts alike
  std::string requirements;  ///< a TOML file of [[require]]; may be empty
  std::string prices;        ///< a TOML file of [[price]]; may be empty
  friend bool operator==(const HardwareAsk&, const HardwareAsk&) = default;
};

/// What the window shows: every view is a function of this and of the data. One filter, one selection.
struct Place {
  std::vector<std::string> databases;
  Workspace workspace = Workspace::triage;
  std::string filter;
  bool all = false;        ///< also what is insignificant or settled
  std::string regression;  ///< id, and whose series (case, metric, ...): an id alone may be two series'
  std::string series;      ///< to_string(SeriesKey)
  std::string case_key;
  std::string base;       ///< run; empty: what goes with the selection, else the newest two
  std::string candidate;  ///< run
  std::string across;     ///< what Compare goes by; empty: runs (CompareAsk::across)
  std::string from;       ///< CompareAsk::from
  std::string part;       ///< of the workspace: which of its tabs; empty: the first
  std::string find;       ///< what is looked for in a flame graph
  HistoryRules rules;     ///< steps and what tells them: what would have been told with others?
  HardwareAsk hardware;

  friend bool operator==(const Place&, const Place&) = default;
};

/// "assay:results.db?view=compare&filter=family%3Allm&..."; what is at its default is left out.
std::string to_link(const Place& place);

/// The inverse. \throws Error{usage} on text that is no such link, or has parts that are not known. Nothing
/// is opened or started by reading one.
Place parse_link(const std::string& text);

/// Places that were looked at, for undo and redo. What only narrows the last one (typing in the filter) takes
/// its place.
class Trail {
 public:
  explicit Trail(Place first) : places_{std::move(first)} {}
  const Place& now() const { return places_[at_]; }
  /// \returns whether it is another one.
  bool go(const Place& place, bool replace = false);
  bool can_undo() const { return at_ > 0; }
  bool can_redo() const { return at_ + 1 < places_.size(); }
  const Place& undo() { return places_[at_ = can_undo() ? at_ - 1 : at_]; }
  const Place& redo() { return places_[at_ = can_redo() ? at_ + 1 : at_]; }

 private:
  static constexpr std::size_t longest_ = 200;
  std::vector<Place> places_;
  std::size_t at_ = 0;
};

}  // namespace assay::gui
