// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// The commit that was checked out in the folder a run was started in.
struct Commit {
  std::string id;                    ///< 40 (SHA-1) or 64 (SHA-256) hex digits
  std::vector<std::string> parents;  ///< ids, the first parent first; empty: a root commit
  std::string author;                ///< name, without address: exports hide it
  std::string subject;               ///< first line of the message, raw bytes, at most 500
  std::int64_t committed_utc_ms = 0;
  /// How many commits its first-parent line has, itself included: its place on that line. Empty where that is
  /// not known (a shallow clone).
  std::optional<std::int64_t> place;
  /// First-parent ancestors as far as they are known, nearest first, at most `longest_line`: tells commits of
  /// one line from those of another branch with the same place.
  std::vector<std::string> line;
  bool changed = false;  ///< tracked files differed from it

  static constexpr std::size_t longest_line = 50;

  friend bool operator==(const Commit&, const Commit&) = default;
};

/// What somebody decided about a regression; events are only ever added. The state of a regression is that of
/// its latest event (harness/judge/triage.h).
struct TriageEvent {
  std::string id;          ///< UUID
  std::string regression;  ///< Change::id
  std::string series;      ///< to_string(SeriesKey): what `regression` was made from,
  std::string commit;      ///< and the commit (or run) that began it
  std::string case_key;    ///< canonical text of the case that it was seen in: exports of runs that have it
                           ///< carry the event
  std::int64_t at_utc_ms = 0;
  std::string kind;  ///< "acknowledged", "ignored", "reopened"
  std::string reason;
  std::optional<std::int64_t> until_utc_ms;  ///< from then on it says nothing any more; empty: no end
  std::string person;                        ///< who said so: exports hide it

  friend bool operator==(const TriageEvent&, const TriageEvent&) = default;
};

}  // namespace assay
