// SPDX-License-Identifier: Apache-2.0
#include "reports/document/ratios.h"

#include <cmath>
#include <utility>

#include "reports/document/words.h"

namespace assay::reports {

Tone tone_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::faster:
      return Tone::good;
    case Outcome::slower:
      return Tone::bad;
    case Outcome::undecided:
    case Outcome::missing:
      return Tone::warning;
    case Outcome::same:
    case Outcome::new_:
    case Outcome::incomparable:
      break;
  }
  return Tone::plain;
}

Cell ratio_cell(const Verdict& verdict, const std::string& unit) {
  if (!verdict.ratio || !std::isfinite(*verdict.ratio)) return {Absent{verdict.reason}};
  Number number{*verdict.ratio, unit};
  const bool interval =
      verdict.ci_low && verdict.ci_high && std::isfinite(*verdict.ci_low) && std::isfinite(*verdict.ci_high);
  if (interval) {
    number.low = verdict.ci_low;
    number.high = verdict.ci_high;
  }
  return {number};
}

RatioChart::RatioChart(std::string title, std::size_t most) : most_(most) {
  chart_.title = std::move(title);
  chart_.axis.title = "ratio: above 1 the new side is better";
  chart_.axis.unit = {chart::Unit::Kind::ratio, ""};
  chart_.axis.scale = chart::Scale::log;
  chart_.reference = 1;
  chart_.reference_name = "as before";
}

void RatioChart::add(const std::string& name, const Verdict& verdict) {
  const Cell cell = ratio_cell(verdict);
  const auto* number = std::get_if<Number>(&cell.value);
  if (number == nullptr) return;
  if (chart_.rows.size() == most_) {
    ++left_out_;
    return;
  }
  chart::BarRow row;
  row.name = name;
  row.value = number->value;
  row.low = number->low.value_or(std::nan(""));
  row.high = number->high.value_or(std::nan(""));
  const Tone tone = tone_of(verdict.outcome);
  row.role = tone == Tone::good  ? chart::Role::good
             : tone == Tone::bad ? chart::Role::bad
                                 : chart::Role::muted;
  row.shape = tone == Tone::good  ? chart::Shape::triangle
              : tone == Tone::bad ? chart::Shape::triangle_down
                                  : chart::Shape::circle;
  chart_.rows.push_back(std::move(row));
}

void RatioChart::add_to(std::vector<Block>& blocks) const {
  if (chart_.rows.empty()) return;
  blocks.push_back({Picture{chart_}});
  if (left_out_ > 0)
    blocks.push_back({Paragraph{"Not drawn: " + std::to_string(left_out_) + " more, see the table."}});
}

}  // namespace assay::reports
