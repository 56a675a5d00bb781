// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/together.h"

#include <map>
#include <utility>

#include "harness/core/text.h"
#include "harness/core/value.h"

namespace assay::protocol {

namespace {

/// "a by reference, simd; b by cuda", and whether there is but one.
CheckResult same_everywhere(const std::string& rule, const std::string& remedy,
                            const std::vector<std::pair<std::string, std::string>>& said) {
  std::map<std::string, std::string> names;
  for (const auto& [value, name] : said) names[value] += (names[value].empty() ? "" : ", ") + name;
  std::string detail;
  for (const auto& [value, who] : names) detail += (detail.empty() ? "" : "; ") + value + " by " + who;
  const bool passed = names.size() <= 1;
  return {rule, passed, detail, passed ? "" : remedy};
}

}  // namespace

void check_together(const Definition& definition, const std::vector<Seen>& all,
                    std::vector<CheckResult>& results) {
  std::vector<std::pair<std::string, std::string>> inputs;
  std::vector<std::pair<std::string, std::string>> works;
  const Seen* reference = nullptr;
  for (const auto& seen : all) {
    if (!seen.input_digest.empty()) inputs.emplace_back(seen.input_digest, seen.name);
    if (seen.work.units > 0) {
      works.emplace_back(shortest(seen.work.units) + " units, " + shortest(seen.work.operations) +
                             " operations, " + shortest(seen.work.minimum_bytes) + " bytes",
                         seen.name);
    }
    if (seen.name == "reference" && seen.device == "cpu" && !seen.values.empty()) reference = &seen;
  }
  results.push_back(same_everywhere(definition.name + ": all implementations see the same input",
                                    "make the input from (seed, stream name, index) alone", inputs));
  results.push_back(
      same_everywhere(definition.name + ": all implementations do the same work",
                      "units, operations and bytes of `work` say what one call of the case does, whoever "
                      "does it",
                      works));
  for (const auto& seen : all) {
    if (&seen == reference || seen.outputs.empty()) continue;
    CheckResult row{
        definition.name + "/" + seen.name + "@" + seen.device + ": its result agrees with the reference's",
        true, "", ""};
    if (reference == nullptr) {
      row.detail = "not tried: there is no result of a reference, so nothing here can be verified";
    } else {
      const auto agreement = agree(seen.outputs, reference->values, tolerance_for(definition, seen.accuracy));
      row.passed = agreement.agrees;
      row.detail = printable(agreement.finding);
      if (!row.passed)
        row.remedy = "compute what the reference computes, or state a tolerance that allows for it";
    }
    results.push_back(row);
  }
}

}  // namespace assay::protocol
