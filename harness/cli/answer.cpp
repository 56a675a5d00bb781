// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/answer.h"

namespace assay::cli {

std::string json_answer(const std::string& command, const nlohmann::ordered_json& fields) {
  nlohmann::ordered_json document{{"schema_version", 1}, {"command", command}};
  document.update(fields);
  return document.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace assay::cli
