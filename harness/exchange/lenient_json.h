// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay {

/// JSON of a tool that writes numbers which JSON does not have: bare NaN, Infinity and -Infinity become an
/// empty text, which is no number. \throws Error{bad_input}: `where`, and the byte at which it is no JSON.
nlohmann::json parse_lenient(std::string_view text, const std::string& where);

/// A number that is there and finite. \throws Error{bad_input}: `at`, and the field.
double finite_number(const nlohmann::json& row, const char* key, const std::string& at);

/// The text there; `other` where there is none.
std::string text_or(const nlohmann::json& row, const char* key, const std::string& other);

}  // namespace assay
