// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "reports/document/hardware_parts.h"
#include "reports/document/words.h"

namespace assay::reports::hardware {

namespace {

constexpr std::size_t machines_of_a_table = 7;
constexpr std::size_t most_pictures = 3;  // of hosts, task by task
constexpr std::size_t most_bars = 40;

/// A name as a column's title.
std::string short_name(const std::string& name) {
  constexpr double letters = 28;
  return chart::elided(name, letters * chart::cell_width, chart::text_size, {true});
}

chart::BarRow bar_of(const std::string& name, double ratio, const std::optional<stats::Interval>& interval) {
  chart::BarRow row;
  row.name = name;
  row.value = ratio;
  row.role = chart::Role::muted;
  if (!interval) return row;
  row.low = interval->low;
  row.high = interval->high;
  if (interval->low > 1) row.role = chart::Role::good, row.shape = chart::Shape::triangle;
  if (interval->high < 1) row.role = chart::Role::bad, row.shape = chart::Shape::triangle_down;
  return row;
}

chart::BarChart ratio_chart(const std::string& title, const std::string& reference) {
  chart::BarChart chart;
  chart.title = title;
  chart.axis = {"ratio, with its 95 % interval over launches; above 1 is faster",
                {chart::Unit::Kind::ratio, ""},
                chart::Scale::log,
                {}};
  chart.reference = 1;
  chart.reference_name = reference;
  return chart;
}

std::string implementation_of(const ResultRow& row) {
  return row.value.implementation + (row.value.device == "cpu" ? "" : "@" + row.value.device);
}

Cell time_cell(const Representative& standing, bool interval) {
  if (standing.row == nullptr) return {Absent{standing.reason}};
  Cell cell = cell_of(find_metric(*standing.row, "time.wall.p50"));
  if (auto* number = std::get_if<Number>(&cell.value); number != nullptr && !interval)
    number->low = number->high = std::nullopt;
  return cell;
}

/// Median times of all tasks, absolute.
void add_times(std::vector<Block>& blocks, const Shown& shown) {
  std::vector<WideRow> times, stands;
  const bool interval = has_room(shown);
  bool several = false;
  std::string only;
  for (const Task& task : shown.answer.tasks) {
    times.push_back({{{Name{task.name}}},
                     [&task, interval](std::size_t m) { return time_cell(task.hosts[m], interval); }});
    stands.push_back({{{Name{task.name}}}, [&task](std::size_t m) {
                        const ResultRow* row = task.hosts[m].row;
                        return row == nullptr ? Cell{Absent{task.hosts[m].reason}}
                                              : Cell{implementation_of(*row)};
                      }});
    for (const Representative& standing : task.hosts) {
      if (standing.row == nullptr) continue;
      const std::string name = implementation_of(*standing.row);
      several = several || (!only.empty() && name != only);
      only = name;
    }
  }
  Folded folded{"Median times of all tasks", {}};
  add_wide(folded.blocks, shown, "Median time of a call", {{"task", false, true}}, times);
  if (several) {
    add_wide(folded.blocks, shown, "What stands for a host", {{"task", false, true}}, stands, false);
  } else if (!only.empty()) {
    folded.blocks.push_back({Paragraph{"In every task " + only + " stands for every host."}});
  }
  if (!shown.answer.tasks.empty()) blocks.push_back({std::move(folded)});
}

void add_left_out(std::vector<Block>& blocks, const Shown& shown) {
  const auto& left_out = shown.answer.left_out;
  if (left_out.empty()) return;
  Table table{"Tasks that do not count", {{"task", false, true}, {"why"}}, {}};
  for (const TaskLeftOut& one : left_out) table.rows.push_back({{Name{one.task}}, {one.reason}});
  blocks.push_back({Folded{counted(left_out.size(), "task") + " left out, as not all hosts have them",
                           {{std::move(table)}}}});
}

}  // namespace

bool has_room(const Shown& shown) {
  constexpr std::size_t most_cells = 1000;
  return shown.order.size() * shown.answer.tasks.size() <= most_cells;
}

Cell ratio_cell(double ratio, const std::optional<stats::Interval>& interval) {
  Number number{ratio, "x"};
  if (!interval) return {number};
  if (interval->low != interval->high) number.low = interval->low, number.high = interval->high;
  return {number, interval->low > 1 ? Tone::good : interval->high < 1 ? Tone::bad : Tone::plain};
}

void add_wide(std::vector<Block>& blocks, const Shown& shown, const std::string& title,
              const std::vector<Column>& keys, const std::vector<WideRow>& rows, bool numbers) {
  if (rows.empty()) return;
  const std::size_t all = shown.order.size();
  const std::size_t pieces = (all + machines_of_a_table - 1) / machines_of_a_table;
  const std::size_t machines = (all + pieces - 1) / pieces;
  for (std::size_t from = 0; from < all; from += machines) {
    const std::size_t to = std::min(all, from + machines);
    Table table{title, keys, {}};
    if (all > machines_of_a_table) table.title += fmt::format(", hosts {} to {} of {}", from + 1, to, all);
    for (std::size_t i = from; i < to; ++i)
      table.columns.push_back({short_name(shown.name(shown.order[i])), numbers});
    for (const WideRow& row : rows) {
      std::vector<Cell> cells = row.keys;
      for (std::size_t i = from; i < to; ++i) cells.push_back(row.cell(shown.order[i]));
      table.rows.push_back(std::move(cells));
    }
    blocks.push_back({std::move(table)});
  }
}

Section task_speeds(const Shown& shown) {
  Section section{"Speed, task by task", {}};
  const HardwareAnswer& answer = shown.answer;
  if (!answer.ranking) {
    section.blocks.push_back({Paragraph{"There are no ratios: " + answer.no_ranking + ".", Tone::warning}});
    add_times(section.blocks, shown);
    add_left_out(section.blocks, shown);
    return section;
  }
  const Ranking& ranking = *answer.ranking;
  const std::string reference = shown.ranked(ranking.reference);
  std::size_t drawn = 0;
  for (const HostScore& one : ranking.order) {
    if (one.host == ranking.reference || drawn == most_pictures) continue;
    ++drawn;
    std::vector<const TaskRatio*> sorted;
    for (const TaskRatio& ratio : one.ratios) sorted.push_back(&ratio);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const TaskRatio* a, const TaskRatio* b) { return a->ratio > b->ratio; });
    chart::BarChart chart = ratio_chart(shown.ranked(one.host) + " against " + reference, reference);
    // Of many the ends, where hosts differ, and not the middle.
    const std::size_t half = most_bars / 2;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sorted.size() > most_bars && i >= half && i < sorted.size() - half) continue;
      chart.rows.push_back(bar_of(sorted[i]->task, sorted[i]->ratio, sorted[i]->interval));
    }
    if (sorted.size() > most_bars)
      chart.axis.title +=
          fmt::format("; the {} fastest and the {} slowest of {} tasks", half, half, sorted.size());
    section.blocks.push_back({Picture{std::move(chart)}});
  }
  if (ranking.order.size() > drawn + 1)
    section.blocks.push_back(
        {Paragraph{fmt::format("Drawn are the {} fastest hosts; the table has all.", drawn)}});

  std::map<std::size_t, const HostScore*> scores;  // by machine
  for (const HostScore& one : ranking.order) scores[answer.ranked[one.host]] = &one;
  std::vector<std::pair<double, std::size_t>> spread;  // the tasks in which hosts differ most come first
  const auto& some = ranking.order.front().ratios;
  for (std::size_t t = 0; t < some.size(); ++t) {
    double low = INFINITY, high = 0;
    for (const HostScore& one : ranking.order) {
      low = std::min(low, one.ratios[t].ratio);
      high = std::max(high, one.ratios[t].ratio);
    }
    spread.emplace_back(high / low, t);
  }
  std::stable_sort(spread.begin(), spread.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<WideRow> rows;
  for (const auto& place : spread) {
    const std::size_t t = place.second;
    rows.push_back({{{Name{some[t].task}}}, [&scores, t](std::size_t m) {
                      const auto found = scores.find(m);
                      if (found == scores.end()) return Cell{Absent{"it is not ranked"}};
                      const TaskRatio& one = found->second->ratios[t];
                      return ratio_cell(one.ratio, one.interval);
                    }});
  }
  add_wide(section.blocks, shown, "Speed against " + reference + ", above 1 is faster",
           {{"task", false, true}}, rows);
  add_times(section.blocks, shown);
  add_left_out(section.blocks, shown);
  return section;
}

Section summary_speeds(const Shown& shown) {
  Section section{"Speed, all tasks together", {}};
  if (!shown.answer.ranking) return section;
  const Ranking& ranking = *shown.answer.ranking;
  const std::string reference = shown.ranked(ranking.reference);
  const bool total = ranking.summary == Summary::total_time;
  const bool weighted = !shown.question.weights.groups.empty();
  section.blocks.push_back(
      {Paragraph{total ? "The total time of the pipeline's calls, as a ratio against " + reference +
                             ": it counts how often each task is called."
                       : std::string(weighted ? "The weighted" : "The") +
                             " geometric mean of the tasks' ratios against " + reference +
                             ": an order that does not depend on which host is the reference."}});
  chart::BarChart chart = ratio_chart("All tasks together, against " + reference, reference);
  Table table{"Speed of all tasks together",
              {{"place", true},
               {"host", false, true},
               {to_string(ranking.summary), true},
               {"least", true},
               {"in"},
               {"most", true},
               {"in"}},
              {}};
  if (total) table.columns.push_back({"total time", true});
  for (std::size_t place = 0; place < ranking.order.size(); ++place) {
    const HostScore& one = ranking.order[place];
    chart.rows.push_back(bar_of(shown.ranked(one.host), one.ratio, one.interval));
    table.rows.push_back({{Number{static_cast<double>(place + 1), "count"}},
                          {shown.ranked(one.host)},
                          ratio_cell(one.ratio, one.interval),
                          {Number{one.least, "x"}},
                          {Name{one.least_task}},
                          {Number{one.most, "x"}},
                          {Name{one.most_task}}});
    if (total) table.rows.back().push_back({Number{one.total_ns, "ns"}});
  }
  section.blocks.push_back({Picture{std::move(chart)}});
  section.blocks.push_back({std::move(table)});
  if (ranking.other_winner)
    section.blocks.push_back({Paragraph{
        fmt::format("By {} the first is {}.",
                    to_string(total ? Summary::geometric_mean : Summary::total_time), *ranking.other_winner),
        Tone::warning}});
  return section;
}

}  // namespace assay::reports::hardware
