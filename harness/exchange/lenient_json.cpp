// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/lenient_json.h"

#include <array>
#include <cmath>

#include "harness/core/error.h"

namespace assay {

namespace {

constexpr std::array<std::string_view, 5> bare_numbers{"-Infinity", "Infinity", "-NaN", "NaN", "nan"};

/// The same text, of the same length, so that the bytes of errors are the file's.
std::string without_bare_numbers(std::string_view text) {
  std::string plain(text);
  bool quoted = false;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] == '"') quoted = !quoted;
    if (quoted && plain[i] == '\\') ++i;
    if (quoted) continue;
    for (const std::string_view bare : bare_numbers) {
      if (plain.compare(i, bare.size(), bare) != 0) continue;
      plain.replace(i, bare.size(), "\"\"" + std::string(bare.size() - 2, ' '));
      i += bare.size() - 1;
      break;
    }
  }
  return plain;
}

}  // namespace

nlohmann::json parse_lenient(std::string_view text, const std::string& where) {
  try {
    return nlohmann::json::parse(without_bare_numbers(text));
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(ErrorCode::bad_input, where + ": not JSON at byte " + std::to_string(error.byte),
                "was it cut off while it was written?");
  }
}

double finite_number(const nlohmann::json& row, const char* key, const std::string& at) {
  const auto found = row.is_object() ? row.find(key) : row.end();
  if (found == row.end() || !found->is_number() || !std::isfinite(found->get<double>()))
    throw Error(ErrorCode::bad_input, at + "has no number '" + key + "'");
  return found->get<double>();
}

std::string text_or(const nlohmann::json& row, const char* key, const std::string& other) {
  if (!row.is_object()) return other;
  const auto found = row.find(key);
  return found != row.end() && found->is_string() ? found->get<std::string>() : other;
}

}  // namespace assay
