// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/case.h"
#include "harness/judge/policy.h"

/// What Assay's own documents have in common when they are read.
namespace assay {

/// null is empty. \throws nlohmann's exceptions, as the others.
std::optional<double> optional_number(const nlohmann::json& json);
Params read_params(const nlohmann::json& json);
Day read_day(const std::string& text);  ///< "2026-11-27"

/// Calls `read` with the document, whose schema_version is 1; whatever is wrong becomes Error{bad_input} with
/// `where`, and `remedy` where what is wrong names none of its own.
void read_document(std::string_view text, const std::string& where, const std::string& remedy,
                   const std::function<void(const nlohmann::json&)>& read);

}  // namespace assay
