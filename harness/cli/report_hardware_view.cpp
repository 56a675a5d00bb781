// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/report_hardware_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/text.h"
#include "reports/document/hardware.h"

namespace assay::cli {

namespace {

constexpr std::size_t most_tasks = 20;  // of a table; the other forms have all

std::string upper(Fit fit) {
  switch (fit) {
    case Fit::pass:
      return "PASS";
    case Fit::fail:
      return "FAIL";
    case Fit::undecided:
      return "undecided";
    case Fit::not_measured:
      return "not measured";
  }
  return "";
}

std::string interval_text(const std::optional<stats::Interval>& interval) {
  return interval ? fmt::format(" [{:.3g}, {:.3g}]", interval->low, interval->high) : "";
}

std::string speed_text(double ratio, const std::optional<stats::Interval>& interval) {
  return fmt::format("{:.3g}x{}", ratio, interval_text(interval));
}

/// The task's answer that made the host's.
const Fitness& deciding(const HostFitness& host) {
  return *std::find_if(host.tasks.begin(), host.tasks.end(),
                       [&](const Fitness& one) { return one.fit == host.fit; });
}

std::string value_text(const Fitness& one) {
  if (!one.value) return "";
  if (one.metric == "capacity")
    return one.high ? fmt::format("{:.4g} to {:.4g}/s", *one.low, *one.high)
                    : fmt::format("{:.4g}/s or more", *one.low);
  std::string text = quantity_text(*one.value, one.unit);
  if (one.low && one.high && *one.low != *one.high)
    text += fmt::format(" [{}, {}]", quantity_text(*one.low, one.unit), quantity_text(*one.high, one.unit));
  return text;
}

class Page {
 public:
  Page(const HardwareAnswer& answer, const HardwareQuestion& question, std::size_t width)
      : answer_(answer), question_(question), width_(width) {}

  std::string text(const std::string& command) {
    sentences();
    requirements();
    speeds();
    sensitivity();
    efficiency();
    fronts();
    caveats();
    environment();
    reproduce(command);
    return std::move(text_);
  }

 private:
  /// They stand in columns' titles, which a table takes as they are.
  std::string name(std::size_t machine) const { return printable(answer_.machines[machine].name, 60); }
  std::string ranked(std::size_t host) const { return name(answer_.ranked[host]); }
  void say(const std::string& line) { text_ += printable(line) + "\n"; }
  void head(const std::string& title) { text_ += "\n" + title + "\n"; }

  /// Who meets what, and who is faster by how much.
  void sentences() {
    if (!answer_.requirements.empty()) {
      for (std::size_t m = 0; m < answer_.machines.size(); ++m) {
        std::vector<std::string> failed, open;
        for (const RequirementAnswer& one : answer_.requirements) {
          const HostFitness& host = one.hosts[m];
          if (host.fit == Fit::pass) continue;
          const Fitness& why = deciding(host);
          const std::string value = value_text(why);
          auto& list = host.fit == Fit::fail ? failed : open;
          list.push_back(fmt::format("'{}' ({})", one.requirement.name,
                                     host.fit == Fit::fail && !value.empty() ? value : upper(host.fit)));
        }
        const std::size_t all = answer_.requirements.size();
        if (!failed.empty()) {
          say(fmt::format("{} fails {}.", name(m), fmt::join(failed, ", ")));
        } else if (!open.empty()) {
          say(fmt::format("{} meets {} of {} requirements; open: {}.", name(m), all - open.size(), all,
                          fmt::join(open, ", ")));
        } else {
          say(fmt::format("{} meets {} with 95 % confidence each.", name(m),
                          all == 1 ? "the requirement" : fmt::format("all {} requirements", all)));
        }
      }
    }
    if (!answer_.ranking) return say("No ranking: " + answer_.no_ranking + ".");
    const Ranking& ranking = *answer_.ranking;
    const HostScore& first = ranking.order.front();
    const HostScore& second = ranking.order[1];
    const Order sure = ranking.pairs[first.host][second.host];
    const HostScore& likeliest =
        *std::max_element(ranking.order.begin(), ranking.order.end(),
                          [](const auto& a, const auto& b) { return a.by_both.front() < b.by_both.front(); });
    say(fmt::format(
        "By speed {} {} over {} task{}; {} is first in {} of all draws of launches and weights.",
        ranked(first.host),
        sure == Order::better ? "is first" : "and " + ranked(second.host) + " cannot be told apart",
        first.ratios.size(), first.ratios.size() == 1 ? "" : "s", ranked(likeliest.host),
        percent(likeliest.by_both.front())));
  }

  void requirements() {
    if (answer_.requirements.empty()) return;
    head("REQUIREMENTS");
    std::vector<Column> columns{{"requirement", false, always}, {"", false, 5}};
    for (std::size_t m = 0; m < answer_.machines.size(); ++m) columns.push_back({name(m), false, 6});
    Table table(columns);
    std::vector<std::string> reasons;
    for (const RequirementAnswer& one : answer_.requirements) {
      std::vector<std::string> cells{one.requirement.name, reports::requirement_text(one.requirement)};
      for (std::size_t m = 0; m < answer_.machines.size(); ++m) {
        const Fitness& why = deciding(one.hosts[m]);
        const std::string value = value_text(why);
        cells.push_back(upper(one.hosts[m].fit) + (value.empty() ? "" : " " + value));
        if (why.fit == Fit::undecided || why.fit == Fit::not_measured) {
          std::string more;
          if (why.more_samples) more = fmt::format(" (about {} more samples)", *why.more_samples);
          reasons.push_back(fmt::format("{}, '{}'{}: {}{}", name(m), one.requirement.name,
                                        why.task.empty() ? "" : ", " + why.task, why.reason, more));
        }
      }
      table.add(std::move(cells));
    }
    text_ += table.text(width_);
    for (const std::string& reason : reasons) say("- " + reason);
  }

  void speeds() {
    if (!answer_.ranking) return;
    const Ranking& ranking = *answer_.ranking;
    head(fmt::format(
        "SPEED, against {}; above 1 is faster; 95 % intervals over launches; stands for a host: {}",
        ranked(ranking.reference), to_string(answer_.represent)));
    Table scores({{"", true, 3},
                  {"host", false, always},
                  {to_string(ranking.summary), false, always},
                  {"tasks", true, 5},
                  {"least", false, 4},
                  {"most", false, 4},
                  {"total", true, ranking.summary == Summary::total_time ? 6 : 2}});
    for (std::size_t place = 0; place < ranking.order.size(); ++place) {
      const HostScore& one = ranking.order[place];
      scores.add({std::to_string(place + 1), ranked(one.host), speed_text(one.ratio, one.interval),
                  std::to_string(one.ratios.size()), fmt::format("{:.3g}x {}", one.least, one.least_task),
                  fmt::format("{:.3g}x {}", one.most, one.most_task), duration(one.total_ns)});
    }
    text_ += scores.text(width_) + "\n";
    tasks();
  }

  /// The tasks in which hosts differ most come first.
  void tasks() {
    const Ranking& ranking = *answer_.ranking;
    const auto& some = ranking.order.front().ratios;
    std::vector<std::pair<double, std::size_t>> spread;
    for (std::size_t t = 0; t < some.size(); ++t) {
      double least = some[t].ratio, most = least;
      for (const HostScore& one : ranking.order) {
        least = std::min(least, one.ratios[t].ratio);
        most = std::max(most, one.ratios[t].ratio);
      }
      spread.emplace_back(least / most, t);
    }
    std::stable_sort(spread.begin(), spread.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Column> columns{{"task", false, always}, {ranked(ranking.reference), true, 5}};
    for (const HostScore& one : ranking.order) {
      if (one.host != ranking.reference) columns.push_back({ranked(one.host), false, 6});
    }
    Table table(columns);
    for (std::size_t i = 0; i < std::min(spread.size(), most_tasks); ++i) {
      const std::string& task_called = some[spread[i].second].task;
      const auto task = std::find_if(answer_.tasks.begin(), answer_.tasks.end(),
                                     [&](const Task& one) { return one.name == task_called; });
      const auto cell_name = [&](std::size_t host) {
        const Case& value = task->hosts[answer_.ranked[host]].row->value;
        return value.implementation + (value.device == "cpu" ? "" : "@" + value.device);
      };
      const MetricValue* median =
          find_metric(*task->hosts[answer_.ranked[ranking.reference]].row, "time.wall.p50");
      std::vector<std::string> cells{
          task_called,
          fmt::format("{} {}", median != nullptr && median->value ? duration(*median->value) : "",
                      cell_name(ranking.reference))};
      for (const HostScore& one : ranking.order) {
        if (one.host == ranking.reference) continue;
        const TaskRatio& ratio = one.ratios[spread[i].second];
        cells.push_back(speed_text(ratio.ratio, ratio.interval) + " " + cell_name(one.host));
      }
      table.add(std::move(cells));
    }
    text_ += table.text(width_);
    if (spread.size() > most_tasks)
      say(fmt::format("{} more tasks: --html FILE has all", spread.size() - most_tasks));
  }

  void sensitivity() {
    if (!answer_.ranking) return;
    const Ranking& ranking = *answer_.ranking;
    head(
        fmt::format("HOW SURE: the chance of being first, over launches, over weights known within {:.3g}x, "
                    "and over both",
                    question_.weights.within));
    Table table({{"host", false, always},
                 {"launches", true, 5},
                 {"weights", true, 5},
                 {"both", true, 6},
                 {"second (both)", true, 3}});
    for (const HostScore& one : ranking.order)
      table.add({ranked(one.host), percent(one.by_launches[0]), percent(one.by_weights[0]),
                 percent(one.by_both[0]), percent(one.by_both[1])});
    text_ += table.text(width_);
    const std::string leader = ranked(ranking.order.front().host);
    if (ranking.flips.empty())
      say("No other weight of one group alone puts another host before " + leader + ".");
    for (std::size_t i = 0; i < std::min<std::size_t>(ranking.flips.size(), 5); ++i) {
      const RankFlip& flip = ranking.flips[i];
      const bool share = ranking.summary == Summary::geometric_mean;
      const auto part = [&](double value) {
        return share ? percent(value) : fmt::format("{:.4g} call{}", value, value == 1 ? "" : "s");
      };
      say(fmt::format("- {} comes before {} where '{}' counts for {} than {} (now {}).", ranked(flip.other),
                      leader, flip.group, flip.then > flip.now ? "more" : "less", part(flip.then),
                      part(flip.now)));
    }
  }

  void efficiency() {
    if (answer_.efficiency.empty()) return;
    head("EFFICIENCY, of a million units of work in full use; energy is measured or absent");
    Table table({{"task", false, always},
                 {"host", false, always},
                 {"rate", true, 4},
                 {"cost", true, 6},
                 {"energy of a unit", true, 5},
                 {"meter", false, 1},
                 {"", false, 2}});
    for (std::size_t i = 0; i < std::min(answer_.efficiency.size(), most_tasks * answer_.machines.size());
         ++i) {
      const Efficiency& one = answer_.efficiency[i];
      std::string cost;
      if (one.cost) cost = fmt::format("{:.3g} {}", *one.cost, one.currency);
      if (one.cost && one.cost_low && one.cost_high && *one.cost_low != *one.cost_high)
        cost += fmt::format(" [{:.3g}, {:.3g}]", *one.cost_low, *one.cost_high);
      table.add({one.task, name(one.host), one.rate ? rate(*one.rate, one.unit) : "", cost,
                 one.joules ? quantity_text(*one.joules, "J") : "", one.scope, one.note});
    }
    text_ += table.text(width_);
    for (const Machine& machine : answer_.machines) {
      const Price* price = price_of(question_.prices, machine.names);
      if (price == nullptr) continue;
      say(fmt::format(
          "- {}: {:.4g} {} {}, {}, {}", machine.name, price->amount, price->currency,
          price->to_buy ? fmt::format("to buy, over {:.0f} hours", price->lifetime_hours) : "an hour",
          to_string(price->date), price->source));
    }
  }

  void front(const char* what, const std::vector<ParetoPlace>& places, const std::string& why_none) {
    if (places.empty()) return say(fmt::format("- speed and {}: not worked out: {}", what, why_none));
    for (std::size_t h = 0; h < places.size(); ++h) {
      std::vector<std::string> by;
      for (const std::size_t other : places[h].by) by.push_back(ranked(other));
      const std::string others = fmt::format("{}", fmt::join(by, ", "));
      std::string words = "is on the front: no other is as good in both";
      if (places[h].front == Front::dominated) words = "is dominated by " + others;
      if (places[h].front == Front::cannot_tell) words = "cannot be told apart from " + others;
      if (places[h].front == Front::unknown) words = "is left out: its cost is not known";
      say(fmt::format("- speed and {}: {} {}", what, ranked(h), words));
    }
  }
  void fronts() {
    if (!answer_.ranking || (question_.prices.all.empty() && answer_.energy_front.empty())) return;
    head("SPEED AGAINST COST");
    if (!question_.prices.all.empty()) front("price", answer_.price_front, answer_.no_price_front);
    if (!answer_.energy_front.empty()) front("energy", answer_.energy_front, answer_.no_energy_front);
  }

  void caveats() {
    if (answer_.caveats.empty()) return;
    head("WHAT SPEAKS AGAINST THESE FIGURES");
    for (const HardwareCaveat& one : answer_.caveats) say("- " + one.text);
  }

  void environment() {
    head("HOSTS, and in what they differ");
    std::vector<Column> columns{{"", false, always}};
    for (const Machine& machine : answer_.machines)
      columns.push_back({printable(machine.name, 60), false, 6});
    Table table(columns);
    std::vector<std::string> classes{"class"};
    for (const Machine& machine : answer_.machines) classes.push_back(machine.class_id);
    table.add(std::move(classes));
    for (const auto& [key, values] : answer_.differences) {
      std::vector<std::string> cells{key};
      for (const std::string& value : values) cells.push_back(value.empty() ? "not known" : value);
      table.add(std::move(cells));
    }
    text_ += table.text(width_);
  }

  void reproduce(const std::string& command) {
    head("TO DO IT AGAIN");
    for (const Machine& machine : answer_.machines) {
      for (const HardwareRun& run : machine.runs)
        say(fmt::format("- {}: {}  (run {}, {} UTC, seed {}, assay {})", machine.name, run.command,
                        run.id.substr(0, 8), utc(run.started_utc_ms), run.seed, run.assay_version));
    }
    say("- this page: " + command);
  }

  const HardwareAnswer& answer_;
  const HardwareQuestion& question_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string quantity_text(double value, const std::string& unit) {
  if (unit == "ns") return duration(value);
  if (unit == "byte") return bytes(value);
  if (unit == "ratio") return percent(value);
  if (unit == "J") {
    if (std::abs(value) < 1e-3) return fmt::format("{:.3g} uJ", value * 1e6);
    return std::abs(value) < 1 ? fmt::format("{:.3g} mJ", value * 1e3) : fmt::format("{:.3g} J", value);
  }
  if (unit.ends_with("/s")) return rate(value, unit.substr(0, unit.size() - 2));
  if (unit == "Hz") return fmt::format("{:.4g}/s", value);
  return grouped(value) + (unit.empty() || unit == "count" ? "" : " " + unit);
}

std::string hardware_text(const HardwareAnswer& answer, const HardwareQuestion& question,
                          const std::string& command, std::size_t width) {
  return Page(answer, question, width).text(command);
}

}  // namespace assay::cli
