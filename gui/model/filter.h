// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/table.h"

namespace assay::gui {

/// The one filter of all views: `family:llm device:cpu -state:ignored gemv`. Terms are separated by spaces
/// and all have to hold; of several with one key one has to. A value is a part of the field, or with '*' a
/// pattern of all of it; capitals do not matter; "quotes" hold spaces together; '-' before a term turns it
/// round. A word without a key is a part of any cell. `time:2026-11-20..2026-11-22T14:03` (UTC, when it was
/// measured), `commits:120..134` (places on their first-parent line, as `git rev-list --first-parent --count`
/// says) and `latency:4.1ms..4.6ms` are ranges, which charts that are brushed write.
class Filter {
 public:
  explicit Filter(const std::string& text = {});

  bool accepts(const TableRow& row) const;
  bool empty() const { return terms_.empty(); }
  bool names(const std::string& key) const;  ///< whether a term has that key
  /// The first range of that key: of time in ms since 1970, of latency in ns, of commits their places.
  std::optional<Range> range(const std::string& key) const;
  /// What is wrong in the text: "there is no key 'famly': did you mean 'family'? ..."; empty where nothing
  /// is. A term whose key is not known is left out.
  const std::string& problem() const { return problem_; }

 private:
  struct Term {
    std::string key;    ///< empty: any cell
    std::string value;  ///< lower case
    bool negated = false;
    std::optional<Range> range = {};
  };
  std::vector<Term> terms_;
  std::string problem_;
};

/// The text with that range in place of those of the key (time, commits, latency); without one they are gone.
std::string with_range(const std::string& text, const std::string& key, const std::optional<Range>& range);

/// Every key, with what it means.
const std::vector<std::pair<std::string, std::string>>& filter_keys();

/// What the last term of `text` could become, given the fields that rows have: keys, then values. Each is the
/// whole text with that term completed.
std::vector<std::string> completions(const std::string& text,
                                     const std::map<std::string, std::vector<std::string>>& values);

/// The fields of a case's text: family, workload, implementation, device, case. One that is no case's has
/// only "case".
std::map<std::string, std::string> case_fields(const std::string& case_key);

}  // namespace assay::gui
