// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/judge/history.h"
#include "harness/judge/triage.h"
#include "reports/document/document.h"

namespace assay::reports {

/// Where the level of a series changed, in words.
struct ChangeFacts {
  std::string word;   ///< "worse", "better", "changed"
  std::string where;  ///< "at 36d3e363 (...), between 5ff800bb and 36d3e363 (1 commit)"
  std::string cause;  ///< why it is not put on the code; "" where it is
  std::string state;  ///< of a regression: "open", "acknowledged", ...; else ""
  std::string event;  ///< who said so, until when and why; may be empty
};

/// One series, its picture, and the words for what is in it.
struct SeriesFacts {
  Series series;
  chart::LineChart picture;
  std::vector<ChangeFacts> changes;  ///< as long as series.changes
  std::vector<std::string> places;   ///< as long as series.points: commit or run
  std::vector<std::string> times;    ///< likewise
  std::vector<std::string> authors;  ///< likewise
  std::vector<std::string> notes;    ///< likewise; what happened there
};

struct HistoryFacts {
  std::vector<SeriesFacts> series;
  std::vector<Caveat> caveats;
  std::string command;  ///< that makes this report again
  std::string assay_version;
};

/// Metrics over commits: what got worse and nobody settled first, then each series in full.
Document history_document(const HistoryFacts& facts);

}  // namespace assay::reports
