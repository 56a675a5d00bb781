// SPDX-License-Identifier: Apache-2.0
#include "harness/store/json_fields.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace assay::store_detail {

namespace {

using Json = nlohmann::json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <typename T>
T parsed(const std::string& text, const char* column, const std::function<T(const Json&)>& read) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::bad_input,
                std::string("column ") + column + " holds no valid JSON: " + error.what(),
                "`assay db check`, then restore the database from a backup");
  }
}

}  // namespace

std::string to_json(const TextMap& map) { return map.empty() ? "{}" : dump(Json(map)); }

TextMap parse_text_map(const std::string& json, const char* column) {
  if (json.empty() || json == "{}") return {};
  return parsed<TextMap>(json, column, [](const Json& value) { return value.get<TextMap>(); });
}

std::string to_json(const Params& params) {
  Json json = Json::object();
  for (const auto& [key, value] : params) {
    std::visit([&, &name = key](const auto& item) { json[name] = item; }, value);
  }
  return dump(json);
}

Params parse_params(const std::string& json, const char* column) {
  return parsed<Params>(json, column, [&](const Json& object) {
    Params params;
    for (const auto& [key, value] : object.items()) {
      if (value.is_number_integer()) {
        params[key] = value.get<std::int64_t>();
      } else if (value.is_number()) {
        params[key] = value.get<double>();
      } else {
        params[key] = value.get<std::string>();
      }
    }
    return params;
  });
}

std::string to_json(const std::vector<int>& numbers) { return dump(Json(numbers)); }

std::vector<int> parse_numbers(const std::string& json, const char* column) {
  if (json == "[]") return {};
  return parsed<std::vector<int>>(json, column,
                                  [](const Json& value) { return value.get<std::vector<int>>(); });
}

std::string to_json(const std::vector<std::string>& texts) { return dump(Json(texts)); }

std::vector<std::string> parse_texts(const std::string& json, const char* column) {
  using Texts = std::vector<std::string>;
  return parsed<Texts>(json, column, [](const Json& value) { return value.get<Texts>(); });
}

std::string to_json(const RunSettings& s) {
  return dump(Json{{"launches", s.launches},
                   {"budget_s", s.budget_s},
                   {"seed", s.seed},
                   {"cpus", s.cpus},
                   {"collectors", s.collectors},
                   {"inputs", s.inputs},
                   {"workers", s.workers},
                   {"suite", s.suite},
                   {"more", s.more}});
}

RunSettings parse_settings(const std::string& json, const char* column) {
  return parsed<RunSettings>(json, column, [](const Json& value) {
    RunSettings s;
    s.launches = value.value("launches", s.launches);
    s.budget_s = value.value("budget_s", s.budget_s);
    s.seed = value.value("seed", s.seed);
    s.cpus = value.value("cpus", s.cpus);
    s.collectors = value.value("collectors", s.collectors);
    s.inputs = value.value("inputs", s.inputs);
    s.workers = value.value("workers", s.workers);
    s.suite = value.value("suite", s.suite);
    s.more = value.value("more", s.more);
    return s;
  });
}

std::string to_json(const std::vector<HotInstruction>& listing) {
  Json rows = Json::array();
  for (const auto& i : listing)
    rows.push_back(Json::array({i.address, i.count, i.line, i.target, i.taken, i.text}));
  return dump(rows);
}

std::vector<HotInstruction> parse_listing(const std::string& json, const char* column) {
  return parsed<std::vector<HotInstruction>>(json, column, [](const Json& rows) {
    std::vector<HotInstruction> listing;
    for (const Json& row : rows)
      listing.push_back({row.at(0), row.at(1), row.at(2), row.at(3), row.at(4), row.at(5)});
    return listing;
  });
}

}  // namespace assay::store_detail
