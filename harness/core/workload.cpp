// SPDX-License-Identifier: Apache-2.0
#include "harness/core/workload.h"

#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "harness/core/suggest.h"

namespace assay {

namespace {

const Parameter* find(const Definition& definition, const std::string& name) {
  const auto& all = definition.parameters;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Value convert(const Definition& definition, const Parameter& parameter, const Value& given) {
  Value value = given;
  if (std::holds_alternative<double>(parameter.default_value) &&
      std::holds_alternative<std::int64_t>(given)) {
    value = static_cast<double>(std::get<std::int64_t>(given));
  } else if (std::holds_alternative<std::string>(parameter.default_value)) {
    value = to_string(given);
  } else if (const auto* text = std::get_if<std::string>(&given)) {
    if (const auto number = parse_real(*text)) value = *number;  // "1e6", "0.50"
  }
  if (std::holds_alternative<std::int64_t>(parameter.default_value) &&
      std::holds_alternative<double>(value)) {
    const double real = std::get<double>(value);
    if (real == std::floor(real) && std::abs(real) < 0x1p53) value = static_cast<std::int64_t>(real);
  }
  const auto expected = [&] {
    std::string text;
    for (const auto& choice : parameter.choices) text += (text.empty() ? "" : ", ") + to_string(choice);
    if (!text.empty()) return "one of " + text;
    return std::string(std::holds_alternative<std::int64_t>(parameter.default_value) ? "an integer"
                       : std::holds_alternative<double>(parameter.default_value)     ? "a number"
                                                                                     : "a name");
  };
  const bool legal =
      parameter.choices.empty() ||
      std::find(parameter.choices.begin(), parameter.choices.end(), value) != parameter.choices.end();
  if (value.index() != parameter.default_value.index() || !legal) {
    throw Error(ErrorCode::usage, definition.name + ": parameter '" + parameter.name + "' is '" +
                                      to_string(given) + "', expected " + expected());
  }
  return value;
}

}  // namespace

Params resolve(const Definition& definition, const Params& given) {
  Params result;
  for (const auto& parameter : definition.parameters) result[parameter.name] = parameter.default_value;
  for (const auto& [key, value] : given) {
    if (is_reserved_key(key)) {
      result[key] = value;
      continue;
    }
    const Parameter* parameter = find(definition, key);
    if (parameter == nullptr) {
      std::vector<std::string> names;
      for (const auto& p : definition.parameters) names.push_back(p.name);
      throw Error(ErrorCode::usage, definition.name + " has no parameter '" + key + "'", suggest(key, names));
    }
    result[key] = convert(definition, *parameter, value);
  }
  return result;
}

Case canonical(const Case& value, const Definition& definition) {
  Case result = value;
  result.params.clear();
  if (definition.version != 1) result.params["v"] = std::int64_t{definition.version};
  const auto asked = value.params.find("v");
  if (asked != value.params.end() && to_string(asked->second) != std::to_string(definition.version)) {
    throw Error(ErrorCode::unavailable,
                definition.name + " has version " + std::to_string(definition.version) +
                    " here, and v=" + to_string(asked->second) + " is asked for",
                "leave v out, or use a worker that has that version");
  }
  for (const auto& [key, parameter_value] : resolve(definition, value.params)) {
    const Parameter* parameter = find(definition, key);
    if (parameter != nullptr && parameter->default_value == parameter_value) continue;
    if (key == "v") continue;  // it is the definition's
    if (key == "threads" && parameter_value == Value{std::string("all")}) continue;
    result.params[key] = parameter_value;
  }
  return result;
}

}  // namespace assay
