// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "reports/document/hardware_parts.h"
#include "reports/document/words.h"

namespace assay::reports::hardware {

namespace {

Cell known(const std::optional<double>& value, const std::string& unit, const std::optional<double>& low,
           const std::optional<double>& high, const std::string& note) {
  if (!value) return {Absent{note}};
  Number number{*value, unit};
  if (low && high && *low != *high) number.low = low, number.high = high;
  return {number};
}

Table price_table(const Shown& shown) {
  Table table{
      "Prices", {{"host", false, true}, {"price", true}, {"for"}, {"an hour", true}, {"of"}, {"source"}}, {}};
  for (const std::size_t m : shown.order) {
    const Price* price = price_of(shown.question.prices, shown.answer.machines[m].names);
    if (price == nullptr) {
      const Cell none{Absent{"no price is known"}};
      table.rows.push_back({{shown.name(m)}, none, none, none, none, none});
      continue;
    }
    table.rows.push_back(
        {{shown.name(m)},
         {Number{price->amount, price->currency}},
         {price->to_buy ? fmt::format("the machine, over {:.0f} hours", price->lifetime_hours) : "an hour"},
         {Number{price->per_hour(), price->currency}},
         {to_string(price->date)},
         {price->source}});
  }
  return table;
}

/// What a meter counts, with the hosts that have one.
List meters(const Shown& shown) {
  std::map<std::string, std::vector<std::string>> hosts;
  for (const Efficiency& one : shown.answer.efficiency) {
    if (one.scope.empty()) continue;
    auto& names = hosts[one.scope];
    const std::string& name = shown.name(one.host);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  List list;
  for (const auto& [scope, names] : hosts)
    list.items.push_back(fmt::format("Energy of {}: {}", fmt::join(names, ", "), scope));
  return list;
}

std::string standing_of(const Shown& shown, const ParetoPlace& place) {
  std::vector<std::string> by;
  for (const std::size_t other : place.by) by.push_back(shown.ranked(other));
  const std::string others = fmt::format("{}", fmt::join(by, ", "));
  switch (place.front) {
    case Front::front:
      return "no other is as good in both";
    case Front::dominated:
      return "as good or better in both: " + others;
    case Front::cannot_tell:
      return "cannot be told apart from " + others;
    case Front::unknown:
      break;
  }
  return "its cost is not known";
}

struct Look {
  Front front;
  chart::ScatterKind kind;
};
const std::vector<Look>& looks() {
  static const std::vector<Look> all{
      {Front::front, {"on the front", chart::Role::good, chart::Shape::circle}},
      {Front::cannot_tell, {"cannot tell apart", chart::Role::series7, chart::Shape::diamond}},
      {Front::dominated, {"dominated", chart::Role::muted, chart::Shape::cross}}};
  return all;
}

struct FrontWords {
  std::string title;
  std::string axis;
  std::string unit;
  std::string cost;  ///< a column's title
};

void add_front(std::vector<Block>& blocks, const Shown& shown, const std::vector<ParetoPlace>& places,
               const std::vector<std::optional<Cost>>& costs, const FrontWords& words) {
  const Ranking& ranking = *shown.answer.ranking;
  const std::string reference = shown.ranked(ranking.reference);
  const ChartUnit unit = chart_unit(words.unit);
  chart::ScatterChart chart;
  chart.title = words.title;
  chart.x = {"speed against " + reference + "; further right is faster",
             {chart::Unit::Kind::ratio, ""},
             chart::Scale::log,
             {}};
  chart.y = {words.axis, unit.unit, chart::Scale::log, {}};
  for (const Look& look : looks()) chart.kinds.push_back(look.kind);
  Table table{
      words.title, {{"host", false, true}, {"speed", true}, {words.cost, true}, {"place"}, {"why"}}, {}};
  for (const HostScore& one : ranking.order) {
    const ParetoPlace& place = places[one.host];
    const std::optional<Cost>& cost = costs[one.host];
    Cell cost_cell{Absent{"not known"}};
    if (cost) {
      Number number{(cost->low + cost->high) / 2, words.unit};
      if (cost->low != cost->high) number.low = cost->low, number.high = cost->high;
      cost_cell = {number};
    }
    const Tone tone = place.front == Front::front         ? Tone::good
                      : place.front == Front::cannot_tell ? Tone::warning
                                                          : Tone::plain;
    table.rows.push_back({{shown.ranked(one.host)},
                          {ratio_cell(one.ratio, one.interval).value},
                          std::move(cost_cell),
                          {Word{to_string(place.front)}, tone},
                          {standing_of(shown, place)}});
    if (!cost) continue;
    chart::ScatterPoint point;
    point.name = shown.ranked(one.host);
    point.x = one.ratio;
    if (one.interval) point.x_low = one.interval->low, point.x_high = one.interval->high;
    point.y = (cost->low + cost->high) / 2 * unit.factor;
    point.y_low = cost->low * unit.factor;
    point.y_high = cost->high * unit.factor;
    for (const Look& look : looks()) {
      if (look.front == place.front) point.role = look.kind.role, point.shape = look.kind.shape;
    }
    point.note = to_string(place.front);
    chart.points.push_back(std::move(point));
  }
  blocks.push_back({Picture{std::move(chart)}});
  blocks.push_back({std::move(table)});
}

}  // namespace

Section efficiency(const Shown& shown) {
  Section section{"Efficiency and price", {}};
  const HardwareAnswer& answer = shown.answer;
  const bool priced = !shown.question.prices.all.empty();
  if (priced) section.blocks.push_back({price_table(shown)});
  std::map<std::string, std::map<std::size_t, const Efficiency*>> tasks;
  bool cost = false, joules = false;
  const bool interval = has_room(shown);
  for (const Efficiency& one : answer.efficiency) {
    tasks[one.task][one.host] = &one;
    cost = cost || one.cost;
    joules = joules || one.joules;
  }
  const auto rows = [&](const auto& cell) {
    std::vector<WideRow> all;
    for (const Task& task : answer.tasks) {  // in their order
      const auto found = tasks.find(task.name);
      if (found == tasks.end()) continue;
      const auto& hosts = found->second;
      all.push_back(
          {{{Name{task.name}}, {hosts.begin()->second->unit}}, [&hosts, &task, cell](std::size_t m) {
             const auto one = hosts.find(m);
             return one == hosts.end() ? Cell{Absent{task.hosts[m].reason}} : cell(*one->second);
           }});
    }
    return all;
  };
  const std::vector<Column> keys{{"task", false, true}, {"unit of work"}};
  if (cost) {
    section.blocks.push_back(
        {Paragraph{"What a million units of work cost on a machine in full use: calls back to back at the "
                   "median, or at the limit of a requirement. What fails its requirement costs nothing that "
                   "anybody wants."}});
    add_wide(section.blocks, shown, "Cost of a million units of work", keys,
             rows([interval](const Efficiency& one) {
               return known(one.cost, one.currency, interval ? one.cost_low : std::nullopt,
                            interval ? one.cost_high : std::nullopt, one.note);
             }));
  }
  if (joules) {
    section.blocks.push_back({meters(shown)});
    add_wide(section.blocks, shown, "Energy of a unit of work, measured", keys,
             rows([](const Efficiency& one) {
               return known(one.joules, "J", one.joules_low, one.joules_high, "no energy was measured of it");
             }));
  }
  std::string absent;
  if (!priced) absent = "No price is known (--prices FILE).";
  if (!joules)
    absent += std::string(absent.empty() ? "" : " ") +
              "No energy was measured ('assay run --collect powercap', of a GPU '--collect nvml'); data "
              "sheets are no measure of it.";
  if (!absent.empty()) section.blocks.push_back({Paragraph{absent}});
  return section;
}

Section fronts(const Shown& shown) {
  Section section{"Speed against cost", {}};
  const HardwareAnswer& answer = shown.answer;
  if (!answer.ranking) return section;
  if (!answer.price_front.empty()) {
    add_front(
        section.blocks, shown, answer.price_front, answer.price_costs,
        {"Speed against price", "price of an hour; further down is cheaper", answer.currency, "an hour"});
  } else if (!shown.question.prices.all.empty()) {
    section.blocks.push_back(
        {Paragraph{"Speed against price: not worked out: " + answer.no_price_front + "."}});
  }
  if (!answer.energy_front.empty())
    add_front(
        section.blocks, shown, answer.energy_front, answer.energy_costs,
        {"Speed against energy", "energy of the tasks, geometric mean; further down is less", "J", "energy"});
  return section;
}

Section sensitivity(const Shown& shown) {
  Section section{"How sure the order is", {}};
  if (!shown.answer.ranking) return section;
  const Ranking& ranking = *shown.answer.ranking;
  section.blocks.push_back({Paragraph{fmt::format(
      "The chance of each place when launches are drawn anew, when weights vary (two of three true weights "
      "lie within {:.3g}x of those given), and both.",
      shown.question.weights.within)}});
  constexpr std::size_t most_places = 3;
  static constexpr const char* ordinals[most_places] = {"first", "second", "third"};
  Table table{"Chance of each place", {{"host", false, true}}, {}};
  for (const char* by : {"first, by launches", "first, by weights"}) table.columns.push_back({by, true});
  const std::size_t places = std::min(most_places, ranking.order.size());
  for (std::size_t i = 0; i < places; ++i)
    table.columns.push_back({std::string(ordinals[i]) + ", by both", true});
  for (const HostScore& one : ranking.order) {
    std::vector<Cell> cells{{shown.ranked(one.host)},
                            {Number{one.by_launches[0], "ratio"}},
                            {Number{one.by_weights[0], "ratio"}}};
    for (std::size_t i = 0; i < places; ++i) cells.push_back({Number{one.by_both[i], "ratio"}});
    table.rows.push_back(std::move(cells));
  }
  section.blocks.push_back({std::move(table)});
  const std::string leader = shown.ranked(ranking.order.front().host);
  if (ranking.flips.empty()) {
    section.blocks.push_back(
        {Paragraph{"No other weight of one group alone puts another host before " + leader + "."}});
    return section;
  }
  const std::string unit = ranking.summary == Summary::geometric_mean ? "ratio" : "calls";
  Table flips{
      "The weight of one group at which another host comes before " + leader,
      {{"host", false, true}, {"group", false, true}, {"counts now", true}, {"comes first from", true}},
      {}};
  for (const RankFlip& flip : ranking.flips)
    flips.rows.push_back({{shown.ranked(flip.other)},
                          {Name{flip.group}},
                          {Number{flip.now, unit}},
                          {Number{flip.then, unit}}});
  section.blocks.push_back({std::move(flips)});
  return section;
}

std::vector<Block> environment(const Shown& shown) {
  const HardwareAnswer& answer = shown.answer;
  std::vector<Block> blocks;
  Table hosts{"Hosts",
              {{"host", false, true}, {"class"}, {"runs", true}, {"launches", true}, {"contended", true}},
              {}};
  for (const std::size_t m : shown.order) {
    const Machine& machine = answer.machines[m];
    const auto count = [](auto number) { return Number{static_cast<double>(number), "count"}; };
    hosts.rows.push_back({{machine.name},
                          {machine.class_id},
                          {count(machine.runs.size())},
                          {count(machine.launches)},
                          {count(machine.contended), machine.contended > 0 ? Tone::warning : Tone::plain}});
  }
  blocks.push_back({std::move(hosts)});
  std::vector<WideRow> rows;
  for (const auto& difference : answer.differences) {
    const std::vector<std::string>& values = difference.second;
    rows.push_back({{{difference.first}}, [&values](std::size_t m) {
                      return values[m].empty() ? Cell{Absent{"not known"}} : Cell{values[m]};
                    }});
  }
  add_wide(blocks, shown, "In what the hosts differ", {{"fact", false, true}}, rows, false);
  Table same{"The same on all hosts", {{"fact", false, true}, {"value"}}, {}};
  for (const auto& [key, value] : answer.machines.front().facts) {
    if (!answer.differences.contains(key)) same.rows.push_back({{key}, {value}});
  }
  if (same.rows.empty()) return blocks;
  const std::string summary = answer.machines.size() == 1
                                  ? "What it is"
                                  : counted(same.rows.size(), "fact") + " that all hosts share";
  blocks.push_back({Folded{summary, {{std::move(same)}}}});
  return blocks;
}

std::vector<Block> reproduce(const Shown& shown, const std::string& command) {
  Table runs{
      "Runs that the figures come from",
      {{"host", false, true}, {"run", false, true}, {"command"}, {"started"}, {"seed", true}, {"assay"}},
      {}};
  for (const std::size_t m : shown.order) {
    for (const HardwareRun& run : shown.answer.machines[m].runs)
      runs.rows.push_back({{shown.name(m)},
                           {short_id(run.id)},
                           {run.command},
                           {utc(run.started_utc_ms)},
                           {std::to_string(run.seed)},
                           {run.assay_version}});
  }
  std::vector<Block> blocks{{Code{{command}}}};
  if (!runs.rows.empty()) blocks.push_back({std::move(runs)});
  return blocks;
}

}  // namespace assay::reports::hardware
