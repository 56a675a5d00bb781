// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay {

/// JSON of a tool that writes numbers which JSON does not have: bare NaN, Infinity and -Infinity become an
/// empty text, which is no number. \throws Error{bad_input}: `where`, and the byte at which it is no JSON.
nlohmann::json parse_lenient(std::string_view text, const std::string& where);

}  // namespace assay
