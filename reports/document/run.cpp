// SPDX-License-Identifier: Apache-2.0
#include "reports/document/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "harness/stats/effect.h"
#include "harness/stats/quantile.h"
#include "reports/document/environment.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

std::string family_of(const ResultRow& row) {
  return row.value.workload.substr(0, row.value.workload.find('.'));
}

Cell verification(const ResultRow& row) {
  if (row.status != Status::ok) return {Word{to_string(row.status)}, Tone::bad};
  if (!row.verified) return {Word{"not verified"}, Tone::warning};
  return *row.verified ? Cell{Word{"ok"}, Tone::good} : Cell{Word{"wrong"}, Tone::bad};
}

/// Of an emulated board: exact counts, and no time.
bool is_counted_alone(const ResultRow& row) {
  const MetricValue* time = find_metric(row, "time.wall.p50");
  const MetricValue* counted = exact_instructions(row);
  return (time == nullptr || !time->value) && counted != nullptr && counted->value;
}

Cell metric_cell(const ResultRow& row, const std::string& id) { return cell_of(find_metric(row, id)); }

Cell without_interval(Cell cell) {
  if (auto* number = std::get_if<Number>(&cell.value)) number->low = number->high = std::nullopt;
  return cell;
}

/// A column of the table of results, and what stands in it.
struct ResultColumn {
  Column column;
  std::function<Cell(const ResultRow&)> cell;
};

std::vector<ResultColumn> result_columns(const RunFacts& facts) {
  const auto of = [](std::string id, bool interval = false) {
    return [id = std::move(id), interval](const ResultRow& row) {
      const Cell cell = metric_cell(row, id);
      return interval ? cell : without_interval(cell);
    };
  };
  const auto size = [](std::string what) {
    return [what = std::move(what)](const ResultRow& row) {
      return without_interval(cell_of(board_size(row, what)));
    };
  };
  return {
      {{"case", false, true}, [](const ResultRow& row) { return Cell{Name{row.case_key}}; }},
      {{"side", false, true},
       [](const ResultRow& row) { return row.side.empty() ? Cell{Absent{}} : Cell{row.side}; }},
      {{"median", true}, of("time.wall.p50", true)},
      {{"on device", true}, of("time.device.p50")},
      {{"p99", true}, of("time.wall.p99")},
      {{"throughput", true},
       [](const ResultRow& row) {
         return without_interval(metric_cell(row, "throughput." + row.unit_of_work));
       }},
      {{"memory", true},
       [](const ResultRow& row) {
         return row.unit_of_work == "bytes" ? Cell{Absent{}}
                                            : without_interval(metric_cell(row, "throughput.bytes"));
       }},
      {{"of limit", true}, of("roof.fraction")},
      {{"energy", true}, of("meter.energy")},
      {{"cycles", true}, of("board.cycles")},
      {{"instructions", true},
       [](const ResultRow& row) { return without_interval(cell_of(exact_instructions(row))); }},
      {{"per MAC", true}, of("qemu.instructions_per_mac")},
      {{"flash", true}, size("flash")},
      {{"RAM", true}, size("ram")},
      {{"stack", true}, size("stack")},
      {{"fits in (flash/RAM)", true},
       [](const ResultRow& row) {
         const std::string chip = fits_in(row);
         return chip.empty() ? Cell{Absent{}} : Cell{chip};
       }},
      {{"launches", true},
       [](const ResultRow& row) {
         return Cell{Number{static_cast<double>(launches_of_figures(row)), "count"}};
       }},
      {{"lost", true},
       [](const ResultRow& row) {
         return row.lost_launches == 0
                    ? Cell{Absent{}}
                    : Cell{Number{static_cast<double>(row.lost_launches), "count"}, Tone::warning};
       }},
      {{"contended", true},
       [&facts](const ResultRow& row) {
         const auto found = facts.contended.find({row.case_key, row.side});
         return found == facts.contended.end()
                    ? Cell{Absent{}}
                    : Cell{Number{static_cast<double>(found->second), "count"}, Tone::warning};
       }},
      {{"verified"}, verification},
  };
}

/// Columns in which something stands.
Table results_table(const std::string& title, const std::vector<const ResultRow*>& rows,
                    const RunFacts& facts) {
  Table table;
  table.title = title;
  table.rows.resize(rows.size());
  for (const auto& [column, cell] : result_columns(facts)) {
    std::vector<Cell> cells;
    cells.reserve(rows.size());
    for (const ResultRow* row : rows) cells.push_back(cell(*row));
    const bool nothing = std::all_of(cells.begin(), cells.end(), [](const Cell& one) {
      return std::holds_alternative<Absent>(one.value);
    });
    if (nothing &&
        (column.title != "median" ||
         std::all_of(rows.begin(), rows.end(), [](const ResultRow* row) { return is_counted_alone(*row); })))
      continue;
    table.columns.push_back(column);
    for (std::size_t i = 0; i < rows.size(); ++i) table.rows[i].push_back(std::move(cells[i]));
  }
  return table;
}

/// Cases with times, or (`counted`) those that have counts alone.
chart::BarChart family_chart(const std::string& family, const std::vector<const ResultRow*>& all,
                             bool counted) {
  constexpr std::size_t most = 40;
  std::vector<const ResultRow*> rows;
  std::copy_if(all.begin(), all.end(), std::back_inserter(rows),
               [&](const ResultRow* row) { return is_counted_alone(*row) == counted; });
  chart::BarChart chart;
  chart.title = (counted ? "Instructions of a call, " : "Median time of a call, ") + family;
  chart.axis.scale = chart::Scale::log;
  if (counted) {
    chart.axis.unit = {chart::Unit::Kind::si, ""};
    chart.axis.title = "instructions of a call, exactly counted; less is better";
  } else {
    chart.axis.unit = {chart::Unit::Kind::seconds, ""};
    chart.axis.title =
        "time of a call, with its interval over launches (95 %; the range of fewer than 6); less is better";
  }
  if (rows.size() > most) chart.axis.title += fmt::format("; the first {} of {} cases", most, rows.size());
  for (const ResultRow* row : rows) {
    if (chart.rows.size() == most) break;
    chart::BarRow bar;
    bar.name = row->case_key + (row->side.empty() ? "" : " " + row->side);
    const Cell cell = counted ? cell_of(exact_instructions(*row)) : metric_cell(*row, "time.wall.p50");
    if (row->status != Status::ok) {
      bar.note = to_string(row->status);
    } else if (const auto* number = std::get_if<Number>(&cell.value)) {
      bar.value = counted ? number->value : number->value * 1e-9;
      if (!counted) {  // an exact count has no interval
        bar.low = number->low.value_or(std::nan("")) * 1e-9;
        bar.high = number->high.value_or(std::nan("")) * 1e-9;
      }
      if (!row->verified) bar.shape = chart::Shape::ring, bar.note = "(not verified)";
    }
    chart.rows.push_back(std::move(bar));
  }
  return chart;
}

/// The median over cases of what `of` says about one.
template <class Of>
std::optional<double> typical(const std::vector<ResultRow>& rows, const Of& of) {
  std::vector<double> values;
  for (const auto& row : rows) {
    if (const std::optional<double> value = of(row); value && std::isfinite(*value)) values.push_back(*value);
  }
  return values.empty() ? std::nullopt : std::optional(stats::median(values));
}

std::vector<Figure> figures_of(const RunFacts& facts, const std::vector<ResultRow>& rows) {
  std::size_t good = 0;
  std::size_t launches = 0;
  std::size_t contended = 0;
  for (const auto& row : rows) {
    good += row.status == Status::ok ? 1 : 0;
    launches += static_cast<std::size_t>(std::max<std::int64_t>(launches_of_figures(row), 0));
  }
  for (const auto& entry : facts.contended) contended += entry.second;
  const auto ratio = [](const std::optional<double>& value, const std::string& why) {
    return value ? Cell{Number{*value, "ratio"}} : Cell{Absent{why}};
  };
  const auto noise = typical(rows, [](const ResultRow& row) -> std::optional<double> {
    if (row.launch_medians_ns.size() < 3) return std::nullopt;
    const auto [low, high] = std::minmax_element(row.launch_medians_ns.begin(), row.launch_medians_ns.end());
    return *low > 0 ? std::optional(*high / *low - 1) : std::nullopt;
  });
  const auto smallest = typical(
      rows, [](const ResultRow& row) { return stats::smallest_detectable_change(row.launch_medians_ns); });
  std::vector<Figure> figures{
      {"cases with a valid result",
       {fmt::format("{} of {}", good, rows.size()), good == rows.size() ? Tone::plain : Tone::bad},
       ""},
      {"launches",
       {Number{static_cast<double>(launches), "count"}},
       contended == 0 ? "none contended" : fmt::format("{} contended", contended)}};
  if (!std::all_of(rows.begin(), rows.end(), is_counted_alone)) {
    figures.push_back(
        {"noise", ratio(noise, "needs 3 launches a case"), "between launches of the median case"});
    figures.push_back({"smallest visible change", ratio(smallest, "needs more launches a case"),
                       "estimated, at the median case"});
  }
  if (facts.run.ended_utc_ms && *facts.run.ended_utc_ms > facts.run.started_utc_ms) {
    const auto ms = *facts.run.ended_utc_ms - facts.run.started_utc_ms, seconds = ms / 1000;
    figures.push_back({"measured in",
                       {seconds < 10   ? fmt::format("{:.1f} s", static_cast<double>(ms) / 1000)
                        : seconds < 60 ? fmt::format("{} s", seconds)
                                       : fmt::format("{} min {:02} s", seconds / 60, seconds % 60)},
                       ""});
  }
  return figures;
}

Table all_metrics(const std::vector<ResultRow>& rows) {
  Table table{"Every metric of every case",
              {{"case", false, true},
               {"side", false, true},
               {"metric", false, true},
               {"value", true},
               {"launches", true},
               {"samples", true},
               {"state"},
               {"reason"}},
              {}};
  for (const auto& row : rows) {
    for (const auto& metric : row.metrics) {
      table.rows.push_back({{Name{row.case_key}},
                            {row.side},
                            {metric.id},
                            cell_of(&metric),
                            {Number{static_cast<double>(metric.n), "count"}},
                            {Number{static_cast<double>(metric.samples), "count"}},
                            {to_string(metric.state)},
                            {metric.reason}});
    }
  }
  return table;
}

Section failures(const std::vector<ResultRow>& rows) {
  Table table{"Cases without a valid result", {{"case", false, true}, {"status"}, {"why"}}, {}};
  for (const auto& row : rows) {
    if (row.status != Status::ok)
      table.rows.push_back({{Name{row.case_key}}, {Word{to_string(row.status)}, Tone::bad}, {row.reason}});
  }
  Section section{"Without a valid result", {}};
  if (!table.rows.empty()) section.blocks.push_back({std::move(table)});
  return section;
}

void tell_answer(Document& document, const std::vector<ResultRow>& rows, const RunFacts& facts) {
  const Run& run = facts.run;
  std::size_t launches = 0;
  std::size_t contended = 0;
  for (const auto& row : rows) launches += static_cast<std::size_t>(std::max<std::int64_t>(row.launches, 0));
  for (const auto& entry : facts.contended) contended += entry.second;
  const auto bad = static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const ResultRow& row) { return row.status != Status::ok; }));
  const bool unverified =
      std::any_of(rows.begin(), rows.end(), [](const ResultRow& row) { return !row.verified.has_value(); });
  if (rows.empty()) {
    document.answer = "Nothing was measured.";
    document.tone = Tone::warning;
  } else if (bad > 0) {
    document.answer = fmt::format("{} of {} {} no valid result.", bad, counted(rows.size(), "case"),
                                  bad == 1 ? "has" : "have");
    document.tone = Tone::bad;
  } else {
    document.answer = rows.size() == 1 ? "The one case was measured"
                                       : fmt::format("All {} cases were measured", rows.size());
    document.answer +=
        unverified ? "; not every result could be verified." : ", and every result was verified.";
    document.tone = unverified ? Tone::warning : Tone::good;
  }
  if (contended > 0 && 2 * contended >= launches) {
    document.answer += fmt::format(" Others disturbed {} of its {} launches.", contended, launches);
    if (document.tone == Tone::good) document.tone = Tone::warning;
  }
  if (run.state != "complete") {
    document.answer += fmt::format(" The run is not complete ({}).", run.state);
    document.tone = document.tone == Tone::bad ? Tone::bad : Tone::warning;
  }
}

}  // namespace

std::vector<Caveat> caveats_of(const std::vector<ResultRow>& rows) {
  std::vector<Caveat> caveats;
  std::vector<std::pair<Caveat, std::vector<std::string>>> told;  // with the cases that it is true of
  const auto add = [&](const std::string& code, const std::string& text, const std::string& remedy,
                       const std::string& key) {
    for (auto& [caveat, keys] : told) {
      if (caveat.code != code || caveat.text != text) continue;
      keys.push_back(key);
      return;
    }
    told.push_back({{code, text, remedy}, {key}});
  };
  for (const auto& row : rows) {
    if (row.status != Status::ok) {
      add(to_string(row.status),
          row.reason.empty() ? to_string(row.status) : to_string(row.status) + ": " + row.reason, "",
          row.case_key);
    } else if (!row.verified) {
      add("not_verified", "the result was not compared with a reference", "", row.case_key);
    }
    for (const auto& note : row.notes) add(note.code, note.text, "", row.case_key);
  }
  for (auto& [caveat, keys] : told) {
    caveat.text =
        (keys.size() == 1 ? keys.front() : counted(keys.size(), "case") + ", first " + keys.front()) + ": " +
        caveat.text;
    caveats.push_back(std::move(caveat));
  }
  return caveats;
}

Document run_document(const RunFacts& facts, const std::vector<ResultRow>& rows) {
  const Run& run = facts.run;
  Document document;
  document.kind = "run";
  document.assay_version = run.assay_version;
  const auto model = run.host.host_class.find("cpu.model");
  document.title =
      counted(rows.size(), "case") + (model == run.host.host_class.end() ? "" : " on " + model->second);
  std::string labels;
  for (const auto& [key, value] : run.labels) labels += ", " + key + (value.empty() ? "" : "=" + value);
  document.about = fmt::format("Run {}, {}{}{}", short_id(run.id), utc(run.started_utc_ms),
                               run.host.name.empty() ? "" : ", " + run.host.name, labels);
  tell_answer(document, rows, facts);
  document.sentences = facts.sentences;
  document.figures = figures_of(facts, rows);

  if (Section section = failures(rows); !section.blocks.empty())
    document.sections.push_back(std::move(section));
  std::vector<std::string> families;
  for (const auto& row : rows) {
    if (std::find(families.begin(), families.end(), family_of(row)) == families.end())
      families.push_back(family_of(row));
  }
  for (const auto& family : families) {
    std::vector<const ResultRow*> members;
    for (const auto& row : rows) {
      if (family_of(row) == family) members.push_back(&row);
    }
    Section section{family, {}};
    for (const bool counted : {false, true}) {
      if (chart::BarChart chart = family_chart(family, members, counted); !chart.rows.empty())
        section.blocks.push_back({Picture{std::move(chart)}});
    }
    section.blocks.push_back({results_table("Results, " + family, members, facts)});
    document.sections.push_back(std::move(section));
  }
  Section worst{"Where launches differ most", {}};
  for (const auto& one : facts.times) {
    if (!one.launches.empty())
      worst.blocks.push_back({Picture{times_chart(one.case_key, telling_launches(one.launches))}});
  }
  if (!worst.blocks.empty()) document.sections.push_back(std::move(worst));
  if (!rows.empty())
    document.sections.push_back(
        {"Everything that was measured",
         {{Folded{"Every metric of " + counted(rows.size(), "case"), {{all_metrics(rows)}}}}}});

  document.caveats = facts.caveats;
  for (auto& caveat : caveats_of(rows)) document.caveats.push_back(std::move(caveat));
  document.environment = environment_of(run, rows);
  document.reproduce = reproduce_run(run, "assay report run " + short_id(run.id));
  return document;
}

}  // namespace assay::reports
