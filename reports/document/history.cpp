// SPDX-License-Identifier: Apache-2.0
#include "reports/document/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "reports/document/words.h"

namespace assay::reports {

namespace {

bool is_open(const ChangeFacts& change) { return change.state == "open"; }

Cell number(double value, const std::string& unit) {
  return std::isfinite(value) ? Cell{Number{value, unit}} : Cell{Absent{"no number"}};
}

Cell point_cell(const HistoryPoint& point, const std::string& unit) {
  Cell cell = number(point.value, unit);
  if (auto* value = std::get_if<Number>(&cell.value); value != nullptr && point.ci_low && point.ci_high) {
    value->low = point.ci_low;
    value->high = point.ci_high;
  }
  return cell;
}

std::string title_of(const SeriesKey& key) { return key.case_key + " " + key.metric; }

/// A level's direction, from its ratio: above 1 is better.
Cell ratio_of(const Change& change) {
  return change.ratio && std::isfinite(*change.ratio) ? Cell{Number{*change.ratio, "x"}}
                                                      : Cell{Absent{"from nothing"}};
}

std::vector<Cell> change_cells(const SeriesFacts& facts, std::size_t i) {
  const Change& change = facts.series.changes[i];
  const ChangeFacts& words = facts.changes[i];
  const Tone tone = is_open(words) ? Tone::bad : change.regression ? Tone::warning : Tone::good;
  std::string why = words.cause.empty() ? "" : "not put on the code: " + words.cause;
  if (!words.event.empty()) why += (why.empty() ? "" : "; ") + words.state + words.event;
  return {{Word{words.word + (words.state.empty() ? "" : ", " + words.state)}, tone},
          ratio_of(change),
          number(change.before, facts.series.unit),
          number(change.after, facts.series.unit),
          {words.where},
          {why},
          {Name{change.id}}};
}

const std::vector<Column> change_columns{{"change"}, {"ratio", true}, {"before", true},   {"after", true},
                                         {"where"},  {"why"},         {"id", false, true}};

/// What lies open in all series, the largest first.
Section open_section(const HistoryFacts& facts) {
  struct Open {
    double ratio;
    const SeriesFacts* series;
    std::size_t change;
  };
  std::vector<Open> open;
  for (const auto& one : facts.series) {
    for (std::size_t i = 0; i < one.changes.size(); ++i) {
      if (is_open(one.changes[i])) open.push_back({one.series.changes[i].ratio.value_or(0), &one, i});
    }
  }
  std::stable_sort(open.begin(), open.end(), [](const Open& a, const Open& b) { return a.ratio < b.ratio; });
  Table table{"Regressions that nobody has settled", {{"case", false, true}, {"metric", false, true}}, {}};
  table.columns.insert(table.columns.end(), change_columns.begin(), change_columns.end());
  for (const Open& one : open) {
    std::vector<Cell> row{{Name{one.series->series.key.case_key}}, {one.series->series.key.metric}};
    for (auto& cell : change_cells(*one.series, one.change)) row.push_back(std::move(cell));
    table.rows.push_back(std::move(row));
  }
  Section section{"What got worse", {}};
  if (table.rows.empty()) return section;
  const auto* first = std::get_if<Name>(&table.rows.front().back().value);
  section.blocks.push_back({std::move(table)});
  section.blocks.push_back({Paragraph{"A ratio below 1 is worse. To settle one, or to find its commit:"}});
  const std::string id =
      first == nullptr ? "ID" : open.front().series->series.changes[open.front().change].id;
  section.blocks.push_back({Code{{"assay ack " + id + " --reason 'why it may stay'",
                                  "assay bisect " + id + " --build 'make' -- ./program"}}});
  return section;
}

Table points_table(const SeriesFacts& facts) {
  const Series& series = facts.series;
  Table points{"Points: " + title_of(series.key),
               {{"commit", false, true},
                {"time"},
                {"author"},
                {"subject"},
                {"value", true},
                {"launches", true},
                {"what"}},
               {}};
  for (std::size_t i = series.points.size(); i-- > 0;) {
    const HistoryPoint& point = series.points[i];
    points.rows.push_back({{Name{facts.places[i]}},
                           {facts.times[i]},
                           {facts.authors[i]},
                           {point.commit ? point.commit->subject : ""},
                           point_cell(point, series.unit),
                           {Number{static_cast<double>(point.n), "count"}},
                           {facts.notes[i]}});
  }
  return points;
}

Section series_section(const SeriesFacts& facts) {
  const Series& series = facts.series;
  Section section{title_of(series.key), {}};
  section.blocks.push_back({Picture{facts.picture}});
  section.blocks.push_back(
      {Paragraph{"Of " + series.key.subject + " on host class " + series.key.host_class_id + ", " +
                 series.key.device + "; " + counted(series.points.size(), "point") +
                 ". A level of three points or more has a band: three times their typical "
                 "distance from it."}});
  if (!series.changes.empty()) {
    Table table{"Where the level changed: " + title_of(series.key), change_columns, {}};
    for (std::size_t i = 0; i < series.changes.size(); ++i) table.rows.push_back(change_cells(facts, i));
    section.blocks.push_back({std::move(table)});
  }
  section.blocks.push_back(
      {Folded{counted(series.points.size(), "point") + ", the newest first", {{points_table(facts)}}}});
  return section;
}

/// Those that have nothing to show, where there are many: a line each, points folded.
Section calm_section(const std::vector<const SeriesFacts*>& calm) {
  Table table{"Series whose level did not change",
              {{"case", false, true},
               {"metric", false, true},
               {"of"},
               {"host class", false, true},
               {"device"},
               {"points", true},
               {"newest", true}},
              {}};
  std::vector<Block> points;
  for (const SeriesFacts* one : calm) {
    const Series& series = one->series;
    if (series.points.empty()) continue;
    table.rows.push_back({{Name{series.key.case_key}},
                          {series.key.metric},
                          {series.key.subject},
                          {series.key.host_class_id},
                          {series.key.device},
                          {Number{static_cast<double>(series.points.size()), "count"}},
                          point_cell(series.points.back(), series.unit)});
    points.push_back({points_table(*one)});
  }
  return {"What did not change", {{std::move(table)}, {Folded{"All their points", std::move(points)}}}};
}

void tell_answer(Document& document, const HistoryFacts& facts) {
  std::size_t open = 0;
  std::size_t changes = 0;
  const SeriesFacts* worst = nullptr;
  std::size_t at = 0;
  for (const auto& one : facts.series) {
    changes += one.changes.size();
    for (std::size_t i = 0; i < one.changes.size(); ++i) {
      if (!is_open(one.changes[i])) continue;
      ++open;
      const auto ratio = [](const SeriesFacts& series, std::size_t k) {
        return series.series.changes[k].ratio.value_or(0);
      };
      if (worst == nullptr || ratio(one, i) < ratio(*worst, at)) {
        worst = &one;
        at = i;
      }
    }
  }
  if (facts.series.empty()) {
    document.answer = "There is nothing to show: no stored result matches.";
    document.tone = Tone::warning;
    return;
  }
  document.answer = open == 0
                        ? fmt::format("Nothing that is open got worse, in {} series.", facts.series.size())
                        : fmt::format("{} {} open, in {} series.", counted(open, "regression"),
                                      open == 1 ? "is" : "are", facts.series.size());
  document.tone = open == 0 ? Tone::good : Tone::bad;
  if (worst != nullptr) {
    const Change& change = worst->series.changes[at];
    document.sentences.push_back(
        fmt::format("The largest: {}, {}: {} -> {} {}.", title_of(worst->series.key),
                    cell_text(ratio_of(change)), cell_text(number(change.before, worst->series.unit)),
                    cell_text(number(change.after, worst->series.unit)), worst->changes[at].where));
  }
  std::size_t points = 0;
  for (const auto& one : facts.series) points += one.series.points.size();
  document.figures = {{"open regressions",
                       {Number{static_cast<double>(open), "count"}, open == 0 ? Tone::good : Tone::bad},
                       ""},
                      {"changes of level",
                       {Number{static_cast<double>(changes), "count"}},
                       "better ones and settled ones too"},
                      {"series", {Number{static_cast<double>(facts.series.size()), "count"}}, ""},
                      {"points", {Number{static_cast<double>(points), "count"}}, ""}};
}

}  // namespace

Document history_document(const HistoryFacts& facts) {
  Document document;
  document.kind = "history";
  document.assay_version = facts.assay_version;
  document.title = facts.series.size() == 1 ? title_of(facts.series.front().series.key)
                                            : fmt::format("History of {} series", facts.series.size());
  tell_answer(document, facts);
  if (Section section = open_section(facts); !section.blocks.empty())
    document.sections.push_back(std::move(section));
  constexpr std::size_t few = 12;  // are all drawn
  std::vector<const SeriesFacts*> calm;
  for (const auto& one : facts.series) {
    if (facts.series.size() > few && one.series.changes.empty()) {
      calm.push_back(&one);
    } else {
      document.sections.push_back(series_section(one));
    }
  }
  if (!calm.empty()) document.sections.push_back(calm_section(calm));
  document.caveats = facts.caveats;
  document.reproduce.push_back({Code{{facts.command}}});
  return document;
}

}  // namespace assay::reports
