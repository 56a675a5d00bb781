// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <utility>

#include "reports/document/document.h"

namespace assay::reports {

/// A document with one of everything, every text of which is `text`.
inline Document one_of_everything(const std::string& text) {
  Document document;
  document.kind = text;
  document.title = text;
  document.about = text;
  document.answer = text;
  document.tone = Tone::warning;
  document.sentences = {text, ""};
  document.figures = {{text, {Number{0.317, "ratio"}, Tone::good}, text}, {text, {Absent{text}}, text}};
  Table table{text, {{text, false, true}, {text, true}, {text}, {text}, {text}}, {}};
  table.rows.push_back({{Name{text}},
                        {Number{5180.25, "ns", 5000.0, 5400.5}},
                        {Word{text}, Tone::bad},
                        {text, Tone::warning},
                        {Absent{text}}});
  table.rows.push_back({{Name{text}}, {Absent{}}, {Word{text}, Tone::good}, {""}, {Number{-0.0, text}}});
  chart::BarChart bars;
  bars.title = text;
  bars.axis = {text, {chart::Unit::Kind::ratio, text}, chart::Scale::log, chart::Domain{0.1, 10}};
  bars.reference = 1;
  bars.reference_name = text;
  bars.bands = {{0.9, 1.1, text, true}};
  bars.rows = {
      {text, 1.25, 1.125, 1.5, chart::Role::good, chart::Shape::triangle, text, text},
      {text, std::nan(""), std::nan(""), std::nan(""), chart::Role::bad, chart::Shape::ring, text, ""}};
  chart::LineChart lines;
  lines.title = text;
  lines.y.unit = {chart::Unit::Kind::seconds, ""};
  lines.from_zero = true;
  lines.series = {{text,
                   {0, 1, 2},
                   {1e-3, std::nan(""), 3e-3},
                   {5e-4, 1e-3, 2e-3},
                   {2e-3, 2e-3, 4e-3},
                   true,
                   false,
                   text}};
  lines.references = {{1.5, text, true, chart::Role::bad}};
  lines.bands = {{1e-3, 2e-3, text, false}};
  chart::EcdfChart ecdf;
  ecdf.title = text;
  ecdf.x.title = text;
  ecdf.series = {{text, {1, 2, 2, 3}}};
  chart::ScatterChart scatter;
  scatter.title = text;
  scatter.x = {text, {chart::Unit::Kind::ratio, ""}, chart::Scale::log, {}};
  scatter.y = {text, {chart::Unit::Kind::plain, text}, chart::Scale::linear, {}};
  scatter.kinds = {{text, chart::Role::good, chart::Shape::circle},
                   {text, chart::Role::bad, chart::Shape::cross}};
  scatter.points = {{text, 1.5, 2, 1.25, 1.75, 2, 2, chart::Role::good, chart::Shape::circle, text, text},
                    {text, 2, std::nan(""), std::nan(""), std::nan(""), 1, 3, chart::Role::bad,
                     chart::Shape::cross, "", ""}};
  document.sections = {
      {text,
       {{Paragraph{text, Tone::good}},
        {List{{text, text}}},
        {Code{{text, text}}},
        {table},
        {Picture{bars}},
        {Picture{scatter}}}},
      {text, {{Folded{text, {{Picture{lines}}, {Folded{text, {{Picture{ecdf}}, {table}}}}}}}}}};
  document.caveats = {{text, text, text}, {text, text, ""}};
  document.environment = {{table}};
  document.reproduce = {{Code{{text}}}};
  document.assay_version = text;
  return document;
}

/// Results of `runs` runs of `cases` cases each, as one table with what a row of results has.
inline Document many_results(int runs, int cases) {
  Document document;
  document.kind = "compare";
  document.title = "Many results";
  document.answer = "All cases were measured.";
  Table table{"Results",
              {{"case", false, true},
               {"host", false, true},
               {"median", true},
               {"throughput", true},
               {"of limit", true},
               {"launches", true},
               {"verified"}},
              {}};
  for (int run = 0; run < runs; ++run) {
    chart::BarChart bars;
    bars.title = "Host " + std::to_string(run);
    bars.axis.scale = chart::Scale::log;
    bars.axis.unit = {chart::Unit::Kind::seconds, ""};
    for (int i = 0; i < cases; ++i) {
      const double ns = 1000.0 * (1 + i) * (1 + 0.01 * run) + 0.125 * i;
      const std::string name =
          "vision.letterbox_f32/simd?height=" + std::to_string(64 + i) + "&threads=1@cpu";
      table.rows.push_back({{Name{name}},
                            {"host-" + std::to_string(10'000'000 + run)},
                            {Number{ns, "ns", ns * 0.97, ns * 1.04}},
                            {Number{1e9 / ns, "tokens/s"}},
                            {Number{1.0 / (2 + i % 7), "ratio"}},
                            {Number{6, "count"}},
                            {Word{"ok"}, Tone::good}});
      chart::BarRow bar;
      bar.name = name;
      bar.value = ns * 1e-9;
      bar.low = ns * 0.97e-9;
      bar.high = ns * 1.04e-9;
      if (i < 40) bars.rows.push_back(std::move(bar));
    }
    if (run < 4) document.sections.push_back({"Host " + std::to_string(run), {{Picture{bars}}}});
  }
  document.sections.push_back({"Everything", {{std::move(table)}}});
  return document;
}

}  // namespace assay::reports
