// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/unit.h"

#include <cctype>

#include "harness/core/error.h"

namespace assay::stats {

namespace {

Unit word_unit(const std::string& word) {
  if (word == "ns") return {1e-9, {{"s", 1}}};
  if (word == "Hz") return {1, {{"s", -1}}};
  if (word == "W") return {1, {{"J", 1}, {"s", -1}}};
  if (word == "ratio" || word == "count" || word == "1") return {};
  return {1, {{word, 1}}};
}

Unit power(const Unit& left, const Unit& right, int sign) {
  Unit unit = left;
  unit.factor = sign > 0 ? left.factor * right.factor : left.factor / right.factor;
  for (const auto& [word, exponent] : right.powers) {
    if ((unit.powers[word] += sign * exponent) == 0) unit.powers.erase(word);
  }
  return unit;
}

Unit product(const std::string& text, const std::string& whole) {
  Unit unit;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find('*', begin);
    const std::string word = text.substr(begin, end == std::string::npos ? end : end - begin);
    bool good = !word.empty();
    for (const char c : word) good = good && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
    if (!good) {
      throw Error(ErrorCode::bad_input, "'" + whole + "' is no unit", "write words with * and one /: byte/s");
    }
    unit = unit * word_unit(word);
    if (end == std::string::npos) return unit;
    begin = end + 1;
  }
}

}  // namespace

Unit operator*(const Unit& left, const Unit& right) { return power(left, right, 1); }
Unit operator/(const Unit& left, const Unit& right) { return power(left, right, -1); }

Unit parse_unit(const std::string& text) {
  const std::size_t slash = text.find('/');
  const Unit above = product(text.substr(0, slash), text);
  return slash == std::string::npos ? above : above / product(text.substr(slash + 1), text);
}

std::string to_string(const Unit& unit) {
  std::string above;
  std::string below;
  for (const auto& [word, exponent] : unit.powers) {
    std::string& side = exponent > 0 ? above : below;
    for (int i = 0; i < (exponent > 0 ? exponent : -exponent); ++i) side += (side.empty() ? "" : "*") + word;
  }
  if (below.empty()) return above.empty() ? "ratio" : above;
  return (above.empty() ? "1" : above) + "/" + below;
}

}  // namespace assay::stats
