// SPDX-License-Identifier: Apache-2.0
#include "gui/model/hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "gui/model/filter.h"
#include "gui/model/words.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/core/value.h"

namespace assay::gui {

namespace {

const std::string& name_of(const HardwareScores& data, std::size_t place) {
  return data.hosts[data.ranked[place]].name;
}

std::string percent(const std::vector<double>& chances) {
  return chances.empty() ? "-" : fmt::format("{:.0f} %", 100 * chances.front());
}

Tone tone_of(Fit fit) { return fit == Fit::pass ? Tone::good : fit == Fit::fail ? Tone::bad : Tone::muted; }

std::string mark_of(Fit fit) {
  return fit == Fit::pass        ? "▲ pass"
         : fit == Fit::fail      ? "▼ fail"
         : fit == Fit::undecided ? "undecided"
                                 : "not measured";
}

std::string front_text(const HardwareScores& data, const std::optional<ParetoPlace>& place) {
  if (!place) return "";
  std::string text = to_string(place->front);
  for (std::size_t i = 0; i < place->by.size(); ++i)
    text += (i == 0 ? (place->front == Front::dominated ? " by " : " from ") : ", ") +
            name_of(data, place->by[i]);
  return text;
}

std::string ratio_and_interval(double ratio, const std::optional<stats::Interval>& interval) {
  return interval ? fmt::format("{:.3f}x [{:.3f}, {:.3f}]", ratio, interval->low, interval->high)
                  : fmt::format("{:.3f}x", ratio);
}

const HostScore* score_of(const HardwareScores& data, std::size_t host) {
  if (!data.ranking) return nullptr;
  for (const HostScore& score : data.ranking->order) {
    if (data.ranked[score.host] == host) return &score;
  }
  return nullptr;
}

}  // namespace

std::vector<FamilyWeight> read_weights(const std::string& text, std::vector<FamilyWeight> families) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    at = end + 1;
    const auto equals = part.find('=');
    double weight = -1;
    if (equals != std::string::npos) {
      const char* const first = part.data() + equals + 1;
      const char* const last = part.data() + part.size();
      const auto [stop, error] = std::from_chars(first, last, weight);
      if (error != std::errc() || stop != last) weight = -1;
    }
    if (!(weight >= 0 && weight <= 1e6))
      throw Error(ErrorCode::usage, "'" + printable(part, 60) + "' is no weight of a family",
                  "write it as llm=3, from 0 to 1000000");
    const auto known = std::find_if(families.begin(), families.end(), [&](const FamilyWeight& one) {
      return one.family == part.substr(0, equals);
    });
    if (known != families.end()) known->weight = weight;  // of a family that is not here nothing is weighed
  }
  return families;
}

std::string weights_text(const std::vector<FamilyWeight>& families) {
  std::string text;
  bool alike = true;
  for (const FamilyWeight& one : families) {
    alike = alike && one.weight == static_cast<double>(one.tasks);
    text += (text.empty() ? "" : ",") + one.family + "=" + shortest(one.weight);
  }
  return alike ? "" : text;
}

Table ranking_table(const HardwareScores& data) {
  Table table;
  table.columns = {{"place", true},           {"host", false, true}, {"speed [interval]", true},
                   {"first: launches", true}, {"weights", true},     {"both", true}};
  const bool fits = !data.requirements.empty();
  const bool prices = std::any_of(data.hosts.begin(), data.hosts.end(), [](const HardwareHostEntry& host) {
    return host.price_per_hour.has_value();
  });
  if (fits) table.columns.push_back({"requirements"});
  if (prices) {
    table.columns.push_back({"an hour", true});
    table.columns.push_back({"speed and price"});
  }
  for (const char* title : {"launches", "contended", "slowest task", "fastest task"})
    table.columns.push_back({title, true});
  table.empty = "No host has a result: 'assay run --suite buyer --label host=NAME' makes some.";
  std::vector<std::size_t> order;
  if (data.ranking) {
    for (const HostScore& score : data.ranking->order) order.push_back(data.ranked[score.host]);
  }
  for (std::size_t h = 0; h < data.hosts.size(); ++h) {
    if (std::find(order.begin(), order.end(), h) == order.end()) order.push_back(h);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    const HardwareHostEntry& host = data.hosts[order[i]];
    const HostScore* const score = score_of(data, order[i]);
    TableRow row;
    row.id = host.name;
    row.fields["host"] = host.name + " " + host.class_id;
    if (score != nullptr) {
      row.cells = {{std::to_string(i + 1), static_cast<double>(i + 1)},
                   {host.name, {}},
                   {ratio_and_interval(score->ratio, score->interval), score->ratio},
                   {percent(score->by_launches), {}},
                   {percent(score->by_weights), {}},
                   {percent(score->by_both), {}}};
    } else {
      row.cells = {{"-", {}, Tone::muted}, {host.name, {}}, {}, {}, {}, {}};
    }
    if (fits) row.cells.push_back({mark_of(host.fit), {}, tone_of(host.fit)});
    if (prices) {
      row.cells.push_back(
          {host.price_per_hour ? fmt::format("{:.3g} {}", *host.price_per_hour, host.currency) : "-",
           host.price_per_hour});
      row.cells.push_back({front_text(data, host.by_price), {}});
    }
    row.cells.push_back({std::to_string(host.launches), static_cast<double>(host.launches)});
    row.cells.push_back({std::to_string(host.contended), static_cast<double>(host.contended)});
    if (score != nullptr) {
      row.cells.push_back({fmt::format("{:.2f}x {}", score->least, score->least_task), score->least});
      row.cells.push_back({fmt::format("{:.2f}x {}", score->most, score->most_task), score->most});
    } else {
      row.cells.resize(table.columns.size());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table score_table(const HardwareScores& data) {
  Table table;
  table.columns = {{"task", false, true}};
  for (const HardwareHostEntry& host : data.hosts) table.columns.push_back({host.name, true});
  table.empty = "No task was measured";
  for (const HardwareTask& task : data.tasks) {
    TableRow row;
    row.id = task.name;
    row.fields["family"] = task.name.substr(0, task.name.find('.'));
    row.fields["workload"] = task.name.substr(0, task.name.find('?'));
    row.cells.push_back({task.name, {}});
    for (std::size_t h = 0; h < data.hosts.size(); ++h) {
      const HardwareCell& cell = task.hosts[h];
      if (!cell.ns) {
        row.cells.push_back({cell.reason.empty() ? "-" : cell.reason, {}, Tone::muted});
        continue;
      }
      std::string text = value_text("ns", *cell.ns);
      Tone tone = Tone::plain;
      if (const HostScore* const score = score_of(data, h)) {
        const auto ratio = std::find_if(score->ratios.begin(), score->ratios.end(),
                                        [&](const TaskRatio& one) { return one.task == task.name; });
        if (ratio != score->ratios.end()) {
          text += fmt::format("   {:.2f}x", ratio->ratio);
          if (ratio->interval && ratio->interval->low > 1) tone = Tone::good;
          if (ratio->interval && ratio->interval->high < 1) tone = Tone::bad;
          if (tone != Tone::plain) text += tone == Tone::good ? " ▲" : " ▼";
        }
      }
      row.cells.push_back({text, *cell.ns, tone});
    }
    table.rows.push_back(std::move(row));
  }
  std::stable_sort(table.rows.begin(), table.rows.end(),
                   [](const TableRow& a, const TableRow& b) { return NaturalLess()(a.id, b.id); });
  return table;
}

Table requirements_table(const HardwareScores& data) {
  Table table;
  table.columns = {{"requirement"}, {"limit", false, true}};
  for (const HardwareHostEntry& host : data.hosts) table.columns.push_back({host.name});
  table.empty = "No requirements are open. 'Requirements...' opens a TOML file of [[require]].";
  for (const HardwareRequirement& one : data.requirements) {
    TableRow row;
    row.id = one.name;
    row.cells = {{one.name, {}}, {one.limit, {}}};
    for (std::size_t h = 0; h < data.hosts.size(); ++h)
      row.cells.push_back({mark_of(one.fits[h]) + (one.reasons[h].empty() ? "" : ": " + one.reasons[h]),
                           {},
                           tone_of(one.fits[h])});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table caution_table(const HardwareScores& data) {
  Table table;
  table.columns = {{"what"}, {"to know before believing it", false, true}};
  table.empty = "Nothing speaks against it.";
  const auto add = [&](const std::string& what, const std::string& text) {
    table.rows.push_back({what + text, {{what, {}}, {text, {}}}, {}, false});
  };
  if (data.ranking) {
    const std::string leader = name_of(data, data.ranking->order.front().host);
    for (const RankFlip& flip : data.ranking->flips)
      add("order",
          fmt::format("{} comes before {} where {} counts {:.0f} % instead of {:.0f} %",
                      name_of(data, flip.other), leader, flip.group, 100 * flip.then, 100 * flip.now));
    if (data.ranking->other_winner)
      add("order", *data.ranking->other_winner + " leads by total time instead of the geometric mean");
  } else if (!data.no_ranking.empty()) {
    add("no order", data.no_ranking);
  }
  for (const std::string& text : data.caveats) add("caveat", text);
  for (const std::string& text : data.left_out) add("left out", text);
  return table;
}

chart::BarChart ranking_chart(const HardwareScores& data) {
  chart::BarChart picture;
  picture.axis.unit = {chart::Unit::Kind::ratio, ""};
  picture.axis.scale = chart::Scale::log;
  picture.reference = 1;
  picture.empty = data.no_ranking.empty() ? "No ranking" : "No ranking: " + data.no_ranking;
  if (!data.ranking) return picture;
  picture.title = "Speed beside " + name_of(data, data.ranking->reference) + ": " +
                  to_string(data.ranking->summary) + " of tasks, 95 %";
  for (const HostScore& score : data.ranking->order) {
    chart::BarRow row;
    row.name = name_of(data, score.host);
    row.value = score.ratio;
    row.low = score.interval ? score.interval->low : NAN;
    row.high = score.interval ? score.interval->high : NAN;
    const bool slower = score.interval && score.interval->high < 1;
    const bool faster = score.interval && score.interval->low > 1;
    row.role = slower ? chart::Role::bad : faster ? chart::Role::good : chart::Role::muted;
    row.shape = slower ? chart::Shape::triangle_down : faster ? chart::Shape::triangle : chart::Shape::circle;
    row.note = score.by_both.empty() ? "" : "first in " + percent(score.by_both);
    row.id = row.name;
    picture.rows.push_back(std::move(row));
  }
  return picture;
}

chart::LineChart price_chart(const HardwareScores& data) {
  chart::LineChart picture;
  picture.title = "Speed and price";
  picture.x.title = "price of an hour";
  picture.y.title = "speed beside the reference";
  picture.y.unit = {chart::Unit::Kind::ratio, ""};
  picture.empty = "No prices are open: 'Prices...' opens a TOML file of [[price]]";
  if (!data.ranking) return picture;
  for (const HostScore& score : data.ranking->order) {
    const HardwareHostEntry& host = data.hosts[data.ranked[score.host]];
    if (!host.price_per_hour) continue;
    chart::LineSeries point;
    point.name = host.name + (host.by_price ? " (" + to_string(host.by_price->front) + ")" : "");
    point.x = {*host.price_per_hour};
    point.y = {score.ratio};
    point.line = false;
    picture.series.push_back(std::move(point));
  }
  return picture;
}

}  // namespace assay::gui
