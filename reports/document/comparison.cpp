// SPDX-License-Identifier: Apache-2.0
#include "reports/document/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "reports/document/environment.h"
#include "reports/document/ratios.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

Outcome outcome_of(const Pair& pair) {
  const Verdict* headline = pair.headline();
  return headline == nullptr ? Outcome::undecided : headline->outcome;
}

bool is_change(Outcome outcome) { return outcome == Outcome::slower || outcome == Outcome::faster; }

/// An exact count that is not the same: told beside the pair's own verdict.
bool is_exact_change(const Verdict& verdict) { return verdict.rule == "exact" && is_change(verdict.outcome); }

std::string name_of(const Pair& pair) { return pair.key + (pair.value.empty() ? "" : " " + pair.value); }

Cell side_cell(const std::optional<ResultRow>& row, const std::string& metric) {
  if (!row) return {Absent{"this side does not have the case"}};
  return cell_of(find_metric(*row, metric.empty() ? "time.wall.p50" : metric));
}

void add_row(Table& table, const Pair& pair, const Verdict& verdict, bool axis) {
  std::vector<Cell> row{{Name{pair.key}}};
  if (axis) row.push_back({pair.value});
  row.push_back({verdict.metric});
  row.push_back({Word{to_string(verdict.outcome)}, tone_of(verdict.outcome)});
  row.push_back(ratio_cell(verdict));
  row.push_back(side_cell(pair.base, verdict.metric));
  row.push_back(side_cell(pair.candidate, verdict.metric));
  row.push_back({verdict.reason});
  table.rows.push_back(std::move(row));
}

Table empty_table(const std::string& title, const std::string& axis) {
  Table table{title, {{"case", false, true}}, {}};
  if (axis != "run") table.columns.push_back({axis, false, true});
  table.columns.insert(
      table.columns.end(),
      {{"metric", false, true}, {"verdict"}, {"ratio", true}, {"base", true}, {"new", true}, {"reason"}});
  return table;
}

/// The verdict that stands for the pair, and each exact count that changed.
std::vector<const Verdict*> told_verdicts(const Pair& pair) {
  std::vector<const Verdict*> told;
  const Verdict* headline = pair.headline();
  if (headline != nullptr) told.push_back(headline);
  for (const auto& verdict : pair.verdicts) {
    if (&verdict != headline && is_exact_change(verdict)) told.push_back(&verdict);
  }
  return told;
}

std::size_t count(const Comparison& comparison, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(comparison.pairs.begin(), comparison.pairs.end(),
                    [&](const Pair& pair) { return outcome_of(pair) == outcome; }));
}

void tell_answer(Document& document, const Comparison& comparison) {
  if (comparison.pairs.empty()) {
    document.answer = "There is nothing to compare.";
    document.tone = Tone::warning;
    return;
  }
  const std::size_t slower = count(comparison, Outcome::slower);
  const std::size_t faster = count(comparison, Outcome::faster);
  const std::size_t undecided = count(comparison, Outcome::undecided);
  const auto are = [](std::size_t number) { return number == 1 ? " is " : " are "; };
  std::string text;
  if (slower == 0 && faster == 0) {
    text = fmt::format("No case is shown to be slower or faster, of {}", comparison.pairs.size());
  } else {
    text = counted(slower, "case") + are(slower) + "slower";
    if (faster > 0) text += fmt::format(", {} faster", faster);
    text += fmt::format(", of {}", comparison.pairs.size());
  }
  if (undecided > 0) text += fmt::format("; {}{}undecided", undecided, are(undecided));
  document.answer = text + ".";
  document.tone = slower > 0      ? Tone::bad
                  : undecided > 0 ? Tone::warning
                  : faster > 0    ? Tone::good
                                  : Tone::plain;
  const auto changed = changed_pairs(comparison);
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(changed.size(), most); ++i) {
    const Verdict& verdict = *changed[i]->headline();
    document.sentences.push_back(fmt::format(
        "{} is {}: {}, {} -> {}.", name_of(*changed[i]), to_string(verdict.outcome),
        cell_text(ratio_cell(verdict)), number_or_dash(side_cell(changed[i]->base, verdict.metric)),
        number_or_dash(side_cell(changed[i]->candidate, verdict.metric))));
  }
  document.sentences.emplace_back(
      "A ratio above 1 means that new is better; intervals are at 95 % where there are launches "
      "enough for that, and the table gives each verdict's reason.");
}

std::vector<Figure> figures_of(const Comparison& comparison) {
  std::vector<Figure> figures;
  for (const Outcome outcome : {Outcome::slower, Outcome::faster, Outcome::same, Outcome::undecided,
                                Outcome::incomparable, Outcome::new_, Outcome::missing}) {
    const std::size_t number = count(comparison, outcome);
    const bool always = outcome == Outcome::slower || outcome == Outcome::faster ||
                        outcome == Outcome::same || outcome == Outcome::undecided;
    if (number == 0 && !always) continue;
    figures.push_back(
        {to_string(outcome),
         {Number{static_cast<double>(number), "count"}, number == 0 ? Tone::plain : tone_of(outcome)},
         "of " + counted(comparison.pairs.size(), "case")});
  }
  return figures;
}

/// The pairs of one outcome, folded.
void add_rest(Section& section, const Comparison& comparison, Outcome outcome) {
  Table table = empty_table("Cases with the verdict " + to_string(outcome), comparison.axis);
  RatioChart chart("Ratio of each case that is " + to_string(outcome));
  for (const auto& pair : comparison.pairs) {
    if (outcome_of(pair) != outcome) continue;
    for (const Verdict* verdict : told_verdicts(pair))
      add_row(table, pair, *verdict, comparison.axis != "run");
    if (const Verdict* headline = pair.headline()) chart.add(name_of(pair), *headline);
  }
  if (table.rows.empty()) return;
  Folded folded{counted(count(comparison, outcome), "case") + ": " + to_string(outcome), {}};
  chart.add_to(folded.blocks);
  folded.blocks.push_back({std::move(table)});
  section.blocks.push_back({std::move(folded)});
}

Section changed_section(const Comparison& comparison, const ComparisonFacts& facts) {
  Section section{"What changed", {}};
  Table table = empty_table("Cases that changed", comparison.axis);
  RatioChart chart("Ratio of each case that changed");
  const auto changed = changed_pairs(comparison);
  for (const Pair* pair : changed) {
    chart.add(name_of(*pair), *pair->headline());
    for (const Verdict* verdict : told_verdicts(*pair))
      add_row(table, *pair, *verdict, comparison.axis != "run");
  }
  chart.add_to(section.blocks);
  if (!table.rows.empty()) {
    section.blocks.push_back({std::move(table)});
  } else if (!comparison.pairs.empty()) {
    section.blocks.push_back({Paragraph{"Nothing that these launches show. How far they can tell:"}});
    RatioChart all("Ratio of each case");
    for (const auto& pair : comparison.pairs) {
      if (const Verdict* headline = pair.headline()) all.add(name_of(pair), *headline);
    }
    all.add_to(section.blocks);
  }
  for (const auto& one : facts.times) {
    if (!one.launches.empty()) section.blocks.push_back({Picture{times_chart(one.case_key, one.launches)}});
  }
  return section;
}

std::string about_run(const Run& run) {
  std::string labels;
  for (const auto& [key, value] : run.labels) labels += ", " + key + (value.empty() ? "" : "=" + value);
  return fmt::format("run {}, {}{}{}", short_id(run.id), utc(run.started_utc_ms),
                     run.host.name.empty() ? "" : ", " + run.host.name, labels);
}

std::vector<ResultRow> rows_of(const Comparison& comparison, bool base) {
  std::vector<ResultRow> rows;
  for (const auto& pair : comparison.pairs) {
    const auto& row = base ? pair.base : pair.candidate;
    if (row) rows.push_back(*row);
  }
  return rows;
}

}  // namespace

std::vector<const Pair*> changed_pairs(const Comparison& comparison) {
  std::vector<const Pair*> changed;
  for (const auto& pair : comparison.pairs) {
    if (is_change(outcome_of(pair))) changed.push_back(&pair);
  }
  const auto size = [](const Pair* pair) {
    const auto ratio = pair->headline()->ratio;
    return ratio && *ratio > 0 ? std::fabs(std::log(*ratio)) : 0;
  };
  // The slower ones first: they are what a reader looks for.
  std::stable_sort(changed.begin(), changed.end(), [&](const Pair* a, const Pair* b) {
    const bool slower_a = outcome_of(*a) == Outcome::slower;
    const bool slower_b = outcome_of(*b) == Outcome::slower;
    return slower_a != slower_b ? slower_a : size(a) > size(b);
  });
  return changed;
}

Document comparison_document(const Comparison& comparison, const ComparisonFacts& facts) {
  Document document;
  document.kind = "compare";
  document.assay_version = facts.base.assay_version;
  if (facts.candidate) {
    document.title = fmt::format("{} against {}", short_id(facts.candidate->id), short_id(facts.base.id));
    document.about = "New: " + about_run(*facts.candidate) + ". Base: " + about_run(facts.base);
  } else {
    std::string candidates = fmt::format("{}", fmt::join(comparison.candidates, ", "));
    if (comparison.candidates.size() > 3) candidates = counted(comparison.candidates.size(), "other");
    document.title = candidates.empty()
                         ? fmt::format("Run {} by {}", short_id(facts.base.id), comparison.axis)
                         : fmt::format("{} against {}, by {}", candidates, comparison.base, comparison.axis);
    document.about = "Within " + about_run(facts.base);
  }
  tell_answer(document, comparison);
  if (!comparison.pairs.empty()) document.figures = figures_of(comparison);

  document.sections.push_back(changed_section(comparison, facts));
  Section rest{"What did not, or cannot be told", {}};
  for (const Outcome outcome :
       {Outcome::undecided, Outcome::same, Outcome::incomparable, Outcome::new_, Outcome::missing})
    add_rest(rest, comparison, outcome);
  Table exact = empty_table("Every verdict", comparison.axis);
  for (const auto& pair : comparison.pairs) {
    for (const auto& verdict : pair.verdicts) add_row(exact, pair, verdict, comparison.axis != "run");
  }
  if (!exact.rows.empty())
    rest.blocks.push_back({Folded{"Every verdict on every metric (" + std::to_string(exact.rows.size()) + ")",
                                  {{std::move(exact)}}}});
  if (!rest.blocks.empty()) document.sections.push_back(std::move(rest));

  document.caveats = facts.caveats;
  const auto base_rows = rows_of(comparison, true);
  const auto new_rows = rows_of(comparison, false);
  const auto add = [&](const std::string& side, const std::vector<ResultRow>& rows) {
    for (auto& caveat : caveats_of(rows)) {
      caveat.text = side + ": " + caveat.text;
      document.caveats.push_back(std::move(caveat));
    }
  };
  add("Base", base_rows);
  add("New", new_rows);
  if (facts.candidate) {
    document.environment =
        environment_difference(facts_of(facts.base, base_rows), facts_of(*facts.candidate, new_rows));
    std::vector<std::string> lines;
    for (const Run* run : {&facts.base, &*facts.candidate}) {
      if (const std::string checkout = checkout_of(*run); !checkout.empty()) lines.push_back(checkout);
      if (!run->command.empty()) lines.push_back(run->command);
    }
    lines.push_back(facts.command);
    document.reproduce.push_back({Code{std::move(lines)}});
  } else {
    auto rows = base_rows;
    rows.insert(rows.end(), new_rows.begin(), new_rows.end());
    document.environment = environment_of(facts.base, rows);
    document.reproduce = reproduce_run(facts.base, facts.command);
  }
  return document;
}

}  // namespace assay::reports
