// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace assay::cli {

/// What --json prints for commands whose answer is no table of results: schema_version, command, then
/// `fields`.
std::string json_answer(const std::string& command, const nlohmann::ordered_json& fields);

}  // namespace assay::cli
