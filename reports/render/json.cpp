// SPDX-License-Identifier: Apache-2.0
#include "reports/render/json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "reports/document/fields.h"

namespace assay::reports {

namespace {

using nlohmann::ordered_json;

constexpr const char* schema_name = "assay.report";

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
constexpr bool is_enum = !fields::words<T>.empty();
template <class T>
constexpr bool is_variant = !fields::alternatives<T>.empty();

template <class T>
ordered_json written(const T& value);

struct Writer {
  ordered_json& out;

  template <class T>
  void operator()(const char* name, const T& value) {
    ordered_json json = written(value);
    const bool nothing = json.is_null() || (json.is_string() && json.get_ref<const std::string&>().empty()) ||
                         (json.is_array() && json.empty()) ||
                         (std::is_same_v<T, Tone> && json == ordered_json("plain"));
    if (!nothing) out[name] = std::move(json);
  }
};

template <class T>
ordered_json written_fields(const T& value) {
  ordered_json json = ordered_json::object();
  Writer writer{json};
  fields::of(writer, value);
  return json;
}

template <class T>
ordered_json written_variant(const T& value) {
  ordered_json json = {{"type", std::string(fields::alternatives<T>[value.index()])}};
  std::visit(
      [&](const auto& form) {
        using Form = std::decay_t<decltype(form)>;
        if constexpr (std::is_same_v<Form, std::string>) {
          json["text"] = form;
        } else if constexpr (is_variant<Form>) {
          json["chart"] = written(form);
        } else {
          json.update(written_fields(form));
        }
      },
      value);
  return json;
}

template <class T>
ordered_json written(const T& value) {
  if constexpr (std::is_same_v<T, double>) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (IsOptional<T>::value) {
    return value ? written(*value) : ordered_json(nullptr);
  } else if constexpr (IsVector<T>::value) {
    ordered_json all = ordered_json::array();
    for (const auto& one : value) all.push_back(written(one));
    return all;
  } else if constexpr (is_enum<T>) {
    return std::string(fields::words<T>[static_cast<std::size_t>(value)]);
  } else if constexpr (is_variant<T>) {
    return written_variant(value);
  } else if constexpr (std::is_same_v<T, Block>) {
    return written_variant(value.form);
  } else if constexpr (std::is_same_v<T, Cell>) {
    ordered_json json = written_variant(value.value);
    if (value.tone != Tone::plain) json["tone"] = written(value.tone);
    return json;
  } else {
    return written_fields(value);
  }
}

/// Where in the text, and how deep.
struct Place {
  std::string where;
  int depth = 0;

  Place inside(const std::string& name) const { return {where + name, depth + 1}; }
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::bad_input, where + ": " + what,
                "the file is to be one that 'assay report --json' wrote");
  }
};

template <class T>
void read(const ordered_json& json, T& value, const Place& place);

struct Reader {
  const ordered_json& in;
  const Place& place;

  template <class T>
  void operator()(const char* name, T& value) const {
    const auto found = in.find(name);
    if (found != in.end()) read(*found, value, place.inside(std::string(".") + name));
  }
};

template <class T>
void read_fields(const ordered_json& json, T& value, const Place& place) {
  if (!json.is_object()) place.fail("an object is expected");
  Reader reader{json, place};
  fields::of(reader, value);
}

template <class T, std::size_t... I>
void read_alternative(const ordered_json& json, std::size_t index, T& value, const Place& place,
                      std::index_sequence<I...> /*all*/) {
  const auto one = [&]<class Form>(std::in_place_type_t<Form> /*which*/) {
    Form form{};
    if constexpr (std::is_same_v<Form, std::string>) {
      Reader{json, place}("text", form);
    } else if constexpr (is_variant<Form>) {
      Reader{json, place}("chart", form);
    } else {
      read(json, form, place);
    }
    value = std::move(form);
  };
  (void)((I == index && (one(std::in_place_type<std::variant_alternative_t<I, T>>), true)) || ...);
}

template <class T>
void read_variant(const ordered_json& json, T& value, const Place& place) {
  if (!json.is_object()) place.fail("an object is expected");
  const auto type = json.find("type");
  if (type == json.end() || !type->is_string()) place.fail("\"type\" is missing");
  const auto& names = fields::alternatives<T>;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (type->get_ref<const std::string&>() == names[i])
      return read_alternative(json, i, value, place, std::make_index_sequence<std::variant_size_v<T>>());
  }
  place.fail("there is no type '" + printable(type->get_ref<const std::string&>(), 100) + "'");
}

/// What renderers rely on.
void check(const Table& table, const Place& place) {
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (table.rows[i].size() != table.columns.size())
      place.inside(".rows[" + std::to_string(i) + "]").fail("a row has as many cells as there are columns");
  }
}
void check(const Number& number, const Place& place) {
  if (!std::isfinite(number.value)) place.fail("\"value\" is to be a number");
}

template <class T>
void read(const ordered_json& json, T& value, const Place& place) {
  constexpr int deepest = 100;  // nothing that is written nests like this
  if (place.depth > deepest) place.fail("nested too deeply");
  if constexpr (std::is_same_v<T, double>) {
    if (!json.is_number() && !json.is_null()) place.fail("a number is expected");
    value = json.is_null() ? std::nan("") : json.get<double>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) place.fail("a text is expected");
    value = json.get<std::string>();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) place.fail("true or false is expected");
    value = json.get<bool>();
  } else if constexpr (IsOptional<T>::value) {
    if (json.is_null()) return value.reset();
    read(json, value.emplace(), place);
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) place.fail("a list is expected");
    value.clear();
    value.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i)
      read(json[i], value.emplace_back(), place.inside("[" + std::to_string(i) + "]"));
  } else if constexpr (is_enum<T>) {
    if (!json.is_string()) place.fail("a word is expected");
    const auto& names = fields::words<T>;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (json.get_ref<const std::string&>() != names[i]) continue;
      value = static_cast<T>(i);
      return;
    }
    place.fail("'" + printable(json.get_ref<const std::string&>(), 100) + "' is no word for it");
  } else if constexpr (is_variant<T>) {
    read_variant(json, value, place);
  } else if constexpr (std::is_same_v<T, Block>) {
    read_variant(json, value.form, place);
  } else if constexpr (std::is_same_v<T, Cell>) {
    read_variant(json, value.value, place);
    Reader{json, place}("tone", value.tone);
  } else {
    read_fields(json, value, place);
    if constexpr (std::is_same_v<T, Table> || std::is_same_v<T, Number>) check(value, place);
  }
}

}  // namespace

std::string to_json(const Document& document) {
  ordered_json json = {{"schema", schema_name}, {"schema_version", report_schema_version}};
  json.update(written_fields(document));
  return json.dump(1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

Document from_json(std::string_view text, const std::string& where) {
  const Place top{printable(where), 0};
  ordered_json json;
  try {
    json = ordered_json::parse(text);
  } catch (const ordered_json::parse_error& error) {
    top.fail("no JSON at byte " + std::to_string(error.byte));
  } catch (const ordered_json::exception&) {
    top.fail("no JSON: a number is out of range");
  }
  if (!json.is_object() || json.value("schema", ordered_json()) != ordered_json(schema_name))
    top.fail("no report: \"schema\" is not \"assay.report\"");
  const auto version = json.find("schema_version");
  if (version == json.end() || !version->is_number_integer()) top.fail("\"schema_version\" is missing");
  if (version->get<std::int64_t>() != report_schema_version) {
    throw Error(ErrorCode::bad_input,
                top.where + ": version " + version->dump() + " of the report's schema is not known here",
                "render it with the assay that wrote it, or a newer one");
  }
  Document document;
  read_fields(json, document, top);
  return document;
}

}  // namespace assay::reports
