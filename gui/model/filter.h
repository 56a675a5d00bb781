// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gui/model/table.h"

namespace assay::gui {

/// The one filter of all views: `family:llm device:cpu -state:ignored gemv`. Terms are separated by spaces
/// and all have to hold; of several with one key one has to. A value is a part of the field, or with '*' a
/// pattern of all of it; capitals do not matter; "quotes" hold spaces together; '-' before a term turns it
/// round. A word without a key is a part of any cell.
class Filter {
 public:
  explicit Filter(const std::string& text = {});

  bool accepts(const TableRow& row) const;
  bool empty() const { return terms_.empty(); }
  bool names(const std::string& key) const;  ///< whether a term has that key
  /// What is wrong in the text: "there is no key 'famly': did you mean 'family'? ..."; empty where nothing
  /// is. A term whose key is not known is left out.
  const std::string& problem() const { return problem_; }

 private:
  struct Term {
    std::string key;    ///< empty: any cell
    std::string value;  ///< lower case
    bool negated = false;
  };
  std::vector<Term> terms_;
  std::string problem_;
};

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
