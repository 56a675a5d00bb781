// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/gate_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "harness/cli/write_file.h"
#include "harness/core/component.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// Of all collectors around the launch; others' exact metrics are those of their workers.
void check_exact(const std::string& id, const std::string& origin) {
  std::vector<std::string> judged;
  bool known_source = false;
  for (const auto& row : program_components().around_collectors) {
    for (const auto& metric : row.make()->metrics()) {
      known_source = known_source || source_of(metric.id) == source_of(id);
      if (!is_exact(metric.id)) continue;
      if (metric.better != Better::neither) judged.push_back(metric.id);
      if (metric.id == id && metric.better == Better::neither)
        throw Error(ErrorCode::bad_input,
                    fmt::format("{}: '{}' explains, and is never judged", origin, printable(id, 60)),
                    "name callgrind.instructions");
    }
  }
  if (known_source && std::find(judged.begin(), judged.end(), id) == judged.end())
    throw Error(ErrorCode::bad_input, fmt::format("{}: no collector counts '{}'", origin, printable(id, 60)),
                suggest(id, judged));
}

}  // namespace

Policy read_policy(const std::string& path, const Context& context) {
  std::error_code ignored;
  const bool found = path.empty() && std::filesystem::exists(policy_name, ignored);
  const std::string file = found ? policy_name : path;
  if (file.empty()) return {};
  if (found) context.terminal.note(fmt::format("the policy is {}", file));
  Policy policy = parse_policy(read_file(file), file);
  for (const auto& metric : policy.exact) {
    check_exact(metric, file);
    if (source_of(metric) != source_of(policy.exact.front()))
      throw Error(ErrorCode::bad_input, file + ": exact names metrics of two collectors, and a gate has one",
                  "keep those of one: callgrind.instructions");
  }
  for (const auto& rule : policy.rules) {
    if (!rule.metric.empty()) check_exact(rule.metric, file);
  }
  return policy;
}

}  // namespace assay::cli
