// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>
#include <type_traits>

#include "reports/document/document.h"

/// Inside: the fields of a document, named once, for its JSON and for who looks at every text. `archive(name,
/// value)` is called for each field of a struct; `alternatives` names those of a variant, `words` those of an
/// enumeration. A Block, a Cell and what is none of these are the archive's own business.
namespace assay::reports::fields {

template <class T>
constexpr std::array<std::string_view, 0> alternatives{};
template <>
inline constexpr std::array<std::string_view, 5> alternatives<Value>{"text", "name", "word", "number",
                                                                     "absent"};
template <>
inline constexpr std::array<std::string_view, 4> alternatives<Picture>{"bars", "lines", "ecdf", "scatter"};
template <>
inline constexpr std::array<std::string_view, 6> alternatives<decltype(Block::form)>{
    "paragraph", "list", "code", "table", "picture", "folded"};

template <class T>
constexpr std::array<std::string_view, 0> words{};
template <>
inline constexpr std::array<std::string_view, 4> words<Tone>{"plain", "good", "bad", "warning"};
template <>
inline constexpr std::array<std::string_view, 2> words<chart::Scale>{"linear", "log"};
template <>
inline constexpr std::array<std::string_view, 6> words<chart::Unit::Kind>{"plain", "si",    "seconds",
                                                                          "bytes", "ratio", "percent"};
template <>
inline constexpr std::array<std::string_view, chart::role_count> words<chart::Role>{
    "foreground", "muted",   "grid",    "background", "band",    "accent",  "good",    "bad",
    "series1",    "series2", "series3", "series4",    "series5", "series6", "series7", "series8"};
template <>
inline constexpr std::array<std::string_view, 8> words<chart::Shape>{
    "circle", "square", "triangle", "diamond", "cross", "plus", "triangle_down", "ring"};

template <class Archive, class T>
void of(Archive& a, T& v) {
  using U = std::remove_const_t<T>;
  if constexpr (std::is_same_v<U, Name> || std::is_same_v<U, Word>) {
    a("text", v.text);
  } else if constexpr (std::is_same_v<U, Number>) {
    a("value", v.value), a("unit", v.unit), a("low", v.low), a("high", v.high);
  } else if constexpr (std::is_same_v<U, Absent>) {
    a("reason", v.reason);
  } else if constexpr (std::is_same_v<U, Paragraph>) {
    a("text", v.text), a("tone", v.tone);
  } else if constexpr (std::is_same_v<U, List>) {
    a("items", v.items);
  } else if constexpr (std::is_same_v<U, Code>) {
    a("lines", v.lines);
  } else if constexpr (std::is_same_v<U, Column>) {
    a("title", v.title), a("number", v.number), a("key", v.key);
  } else if constexpr (std::is_same_v<U, Table>) {
    a("title", v.title), a("columns", v.columns), a("rows", v.rows);
  } else if constexpr (std::is_same_v<U, Folded>) {
    a("summary", v.summary), a("blocks", v.blocks);
  } else if constexpr (std::is_same_v<U, Section>) {
    a("title", v.title), a("blocks", v.blocks);
  } else if constexpr (std::is_same_v<U, Figure>) {
    a("label", v.label), a("cell", v.cell), a("note", v.note);
  } else if constexpr (std::is_same_v<U, Caveat>) {
    a("code", v.code), a("text", v.text), a("remedy", v.remedy);
  } else if constexpr (std::is_same_v<U, Document>) {
    a("kind", v.kind), a("title", v.title), a("about", v.about), a("answer", v.answer), a("tone", v.tone);
    a("sentences", v.sentences), a("figures", v.figures), a("sections", v.sections), a("caveats", v.caveats);
    a("environment", v.environment), a("reproduce", v.reproduce), a("assay_version", v.assay_version);
  } else if constexpr (std::is_same_v<U, chart::Unit>) {
    a("kind", v.kind), a("symbol", v.symbol);
  } else if constexpr (std::is_same_v<U, chart::Domain>) {
    a("low", v.low), a("high", v.high);
  } else if constexpr (std::is_same_v<U, chart::AxisSpec>) {
    a("title", v.title), a("unit", v.unit), a("scale", v.scale), a("domain", v.domain);
  } else if constexpr (std::is_same_v<U, chart::Reference>) {
    a("value", v.value), a("name", v.name), a("vertical", v.vertical), a("role", v.role);
  } else if constexpr (std::is_same_v<U, chart::Band>) {
    a("low", v.low), a("high", v.high), a("name", v.name), a("vertical", v.vertical);
  } else if constexpr (std::is_same_v<U, chart::BarRow>) {
    a("name", v.name), a("value", v.value), a("low", v.low), a("high", v.high), a("role", v.role);
    a("shape", v.shape), a("note", v.note), a("id", v.id);
  } else if constexpr (std::is_same_v<U, chart::BarChart>) {
    a("title", v.title), a("description", v.description), a("axis", v.axis), a("bars", v.bars);
    a("reference", v.reference), a("reference_name", v.reference_name), a("bands", v.bands);
    a("rows", v.rows), a("empty", v.empty);
  } else if constexpr (std::is_same_v<U, chart::LineSeries>) {
    a("name", v.name), a("x", v.x), a("y", v.y), a("low", v.low), a("high", v.high), a("step", v.step);
    a("line", v.line), a("id", v.id);
  } else if constexpr (std::is_same_v<U, chart::LineChart>) {
    a("title", v.title), a("description", v.description), a("x", v.x), a("y", v.y);
    a("from_zero", v.from_zero), a("series", v.series), a("references", v.references), a("bands", v.bands);
    a("empty", v.empty);
  } else if constexpr (std::is_same_v<U, chart::Samples>) {
    a("name", v.name), a("values", v.values);
  } else if constexpr (std::is_same_v<U, chart::ScatterPoint>) {
    a("name", v.name), a("x", v.x), a("y", v.y), a("x_low", v.x_low), a("x_high", v.x_high);
    a("y_low", v.y_low), a("y_high", v.y_high), a("role", v.role), a("shape", v.shape);
    a("note", v.note), a("id", v.id);
  } else if constexpr (std::is_same_v<U, chart::ScatterKind>) {
    a("name", v.name), a("role", v.role), a("shape", v.shape);
  } else if constexpr (std::is_same_v<U, chart::ScatterChart>) {
    a("title", v.title), a("description", v.description), a("x", v.x), a("y", v.y), a("kinds", v.kinds);
    a("points", v.points), a("empty", v.empty);
  } else {
    static_assert(std::is_same_v<U, chart::EcdfChart>);
    a("title", v.title), a("description", v.description), a("x", v.x), a("series", v.series);
    a("references", v.references), a("empty", v.empty);
  }
}

}  // namespace assay::reports::fields
