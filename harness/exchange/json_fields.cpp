// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/json_fields.h"

#include <cstdio>

#include "harness/core/error.h"

namespace assay {

using Json = nlohmann::json;

std::optional<double> optional_number(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return json.get<double>();
}

Params read_params(const Json& json) {
  Params params;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) {
      params[key] = value.get<std::string>();
    } else if (value.is_number_integer()) {
      params[key] = value.get<std::int64_t>();
    } else if (value.is_number()) {
      params[key] = value.get<double>();
    } else {
      throw Error(ErrorCode::bad_input, "parameter '" + key + "' is no text and no number");
    }
  }
  return params;
}

Day read_day(const std::string& text) {
  Day day;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &day.year, &day.month, &day.day, &rest) != 3)
    throw Error(ErrorCode::bad_input, "'" + text + "' is no date");
  return day;
}

void read_document(std::string_view text, const std::string& where, const std::string& remedy,
                   const std::function<void(const Json&)>& read) {
  try {
    const Json json = Json::parse(text);
    if (!json.is_object() || json.value("schema_version", 0) != 1)
      throw Error(ErrorCode::bad_input, "not a document of this version", remedy);
    read(json);
  } catch (const Json::parse_error& error) {
    throw Error(ErrorCode::bad_input, where + ": not JSON at byte " + std::to_string(error.byte),
                "was it cut off while it was written?");
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::bad_input, where + ": " + error.what(), remedy);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_input, where + ": " + error.what(),
                error.remedy.empty() ? remedy : error.remedy);
  }
}

}  // namespace assay
