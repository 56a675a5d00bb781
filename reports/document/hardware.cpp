// SPDX-License-Identifier: Apache-2.0
#include "reports/document/hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/document/hardware_parts.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

using hardware::Shown;

constexpr std::size_t most_sentences = 6;  // hosts that are told of one by one
constexpr std::size_t most_reasons = 12;

std::string word_of(Fit fit) { return fit == Fit::not_measured ? "not measured" : to_string(fit); }

Tone tone_of(Fit fit) { return fit == Fit::pass ? Tone::good : fit == Fit::fail ? Tone::bad : Tone::warning; }

/// Requests a second are stored as Hz.
std::string unit_of(const std::string& unit) { return unit == "Hz" ? "requests/s" : unit; }

/// The task's answer that made the host's.
const Fitness& deciding(const HostFitness& host) {
  return *std::find_if(host.tasks.begin(), host.tasks.end(),
                       [&](const Fitness& one) { return one.fit == host.fit; });
}

Cell value_cell(const Fitness& one) {
  if (!one.value) return {Absent{one.reason}};
  Number number{*one.value, unit_of(one.unit)};
  if (one.low && one.high && *one.low != *one.high) number.low = one.low, number.high = one.high;
  return {number};
}

std::string value_text(const Fitness& one) {
  const Cell cell = value_cell(one);
  const auto* number = std::get_if<Number>(&cell.value);
  return number == nullptr ? "" : number_text(*number);
}

std::string names_of(const Shown& shown, const std::vector<std::size_t>& machines) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(machines.size(), most); ++i) {
    const bool last = i + 1 == machines.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + shown.name(machines[i]);
  }
  return text + (machines.size() > most ? fmt::format(" and {} more", machines.size() - most) : "");
}

/// "fails 'each frame in time' (41 ms)": what stands between a machine and all requirements.
std::string standing(const Shown& shown, std::size_t machine) {
  std::vector<std::string> failed, open;
  for (const RequirementAnswer& one : shown.answer.requirements) {
    const HostFitness& host = one.hosts[machine];
    if (host.fit == Fit::pass) continue;
    const std::string value = value_text(deciding(host));
    const bool fails = host.fit == Fit::fail;
    (fails ? failed : open)
        .push_back(fmt::format("'{}' ({})", one.requirement.name,
                               fails && !value.empty() ? value : word_of(host.fit)));
  }
  const std::size_t all = shown.answer.requirements.size();
  if (!failed.empty()) return fmt::format("fails {}", fmt::join(failed, ", "));
  if (!open.empty())
    return fmt::format("meets {} of {} requirements; open: {}", all - open.size(), all,
                       fmt::join(open, ", "));
  return all == 1 ? "meets the requirement" : fmt::format("meets all {} requirements", all);
}

std::string price_text(const Price& price) {
  return price.to_buy ? number_text({price.amount, price.currency}) + " to buy"
                      : number_text({price.amount, price.currency}) + " an hour";
}

/// The machine that costs least an hour, of these; none where prices are missing or of several currencies.
std::optional<std::size_t> cheapest(const Shown& shown, const std::vector<std::size_t>& machines) {
  std::optional<std::size_t> found;
  const Price* least = nullptr;
  for (const std::size_t m : machines) {
    const Price* price = price_of(shown.question.prices, shown.answer.machines[m].names);
    if (price == nullptr || (least != nullptr && price->currency != least->currency)) return std::nullopt;
    if (least == nullptr || price->per_hour() < least->per_hour()) least = price, found = m;
  }
  return found;
}

/// Of the draws of launches and weights most have it first; that may be another one than the leader.
std::vector<HostScore>::const_iterator likeliest_first(const Ranking& ranking) {
  return std::max_element(ranking.order.begin(), ranking.order.end(),
                          [](const auto& a, const auto& b) { return a.by_both[0] < b.by_both[0]; });
}

/// Who is first by speed, of all.
std::string first_of_all(const Shown& shown) {
  const Ranking& ranking = *shown.answer.ranking;
  const HostScore& first = ranking.order.front();
  const HostScore& second = ranking.order[1];
  const std::string over = counted(first.ratios.size(), "task");
  if (ranking.pairs[first.host][second.host] == Order::better)
    return fmt::format("By speed {} is first over {}.", shown.ranked(first.host), over);
  return fmt::format("By speed {} and {} cannot be told apart over {}.", shown.ranked(first.host),
                     shown.ranked(second.host), over);
}

/// How the machines that meet everything differ: by speed and by price.
std::string choice_among(const Shown& shown, const std::vector<std::size_t>& passing) {
  std::string text;
  if (passing.size() < 2) return text;
  if (shown.answer.ranking) {
    const Ranking& ranking = *shown.answer.ranking;
    std::vector<std::size_t> hosts;  // of the ranking, the fastest first
    for (const HostScore& one : ranking.order) {
      if (std::find(passing.begin(), passing.end(), shown.answer.ranked[one.host]) != passing.end())
        hosts.push_back(one.host);
    }
    if (hosts.size() > 1) {
      const bool sure = ranking.pairs[hosts[0]][hosts[1]] == Order::better;
      text += sure ? fmt::format(" The fastest of them is {}.", shown.ranked(hosts[0]))
                   : fmt::format(" By speed {} and {} cannot be told apart.", shown.ranked(hosts[0]),
                                 shown.ranked(hosts[1]));
    }
  }
  if (const auto least = cheapest(shown, passing)) {
    const Price* price = price_of(shown.question.prices, shown.answer.machines[*least].names);
    text += fmt::format(" The cheapest of them is {} ({}).", shown.name(*least), price_text(*price));
  }
  return text;
}

/// Who costs less than any that meets everything, and does not meet it.
std::string cheaper_ones(const Shown& shown, const std::vector<std::size_t>& passing) {
  const auto least = cheapest(shown, passing);
  if (!least || !cheapest(shown, shown.order)) return "";
  const auto price = [&](std::size_t m) {
    return price_of(shown.question.prices, shown.answer.machines[m].names)->per_hour();
  };
  std::vector<std::size_t> cheaper;
  for (const std::size_t m : shown.order) {
    if (price(m) < price(*least)) cheaper.push_back(m);
  }
  if (cheaper.empty()) return "";
  if (cheaper.size() == 1)
    return fmt::format(" {} is cheaper, but {}.", shown.name(cheaper[0]), standing(shown, cheaper[0]));
  return fmt::format(" {} are cheaper, and do not.", names_of(shown, cheaper));
}

void tell_answer(Document& document, const Shown& shown) {
  const HardwareAnswer& answer = shown.answer;
  const auto with = [&](Fit fit) {
    std::vector<std::size_t> machines;
    for (const std::size_t m : shown.order) {
      if (answer.fit(m) == fit) machines.push_back(m);
    }
    return machines;
  };
  const std::size_t all = answer.requirements.size();
  if (all > 0) {
    const std::string what = all == 1 ? "the requirement" : fmt::format("all {} requirements", all);
    const auto passing = with(Fit::pass);
    auto open = with(Fit::undecided);
    const auto unmeasured = with(Fit::not_measured);
    open.insert(open.end(), unmeasured.begin(), unmeasured.end());
    if (!passing.empty()) {
      document.answer = fmt::format("{} {} {} with 95 % confidence{}.", names_of(shown, passing),
                                    passing.size() == 1 ? "meets" : "meet", what, all == 1 ? "" : " each") +
                        choice_among(shown, passing) + cheaper_ones(shown, passing);
      document.tone = Tone::good;
    } else {
      document.answer = fmt::format("No host is shown to meet {}.", what);
      if (!open.empty()) document.answer += " Still open: " + names_of(shown, open) + ".";
      document.tone = open.empty() ? Tone::bad : Tone::warning;
    }
    if (shown.order.size() <= most_sentences) {
      for (const std::size_t m : shown.order) {
        const Price* price = price_of(shown.question.prices, answer.machines[m].names);
        document.sentences.push_back(shown.name(m) +
                                     (price == nullptr ? "" : " (" + price_text(*price) + ")") + " " +
                                     standing(shown, m) + ".");
      }
    } else {
      document.sentences.push_back(fmt::format("Of {} hosts {} pass, {} fail, {} are open.",
                                               shown.order.size(), passing.size(), with(Fit::fail).size(),
                                               open.size()));
    }
  }
  if (!answer.ranking) {
    const std::string none = "No ranking: " + answer.no_ranking + ".";
    if (all == 0) document.answer = none, document.tone = Tone::warning;
    if (all > 0) document.sentences.push_back(none);
    return;
  }
  const HostScore& likeliest = *likeliest_first(*answer.ranking);
  const std::string leads =
      fmt::format("{} is first in {} of all draws of launches and weights.", shown.ranked(likeliest.host),
                  number_text({likeliest.by_both[0], "ratio"}));
  if (all == 0) document.answer = first_of_all(shown);
  if (all > 0) document.sentences.push_back(first_of_all(shown));
  document.sentences.push_back(leads);
}

/// Where a host that is not the leader is first in more draws, both are named.
std::string chance_note(const Shown& shown) {
  const Ranking& ranking = *shown.answer.ranking;
  const auto likeliest = likeliest_first(ranking);
  std::string note = "over launches and weights";
  if (likeliest != ranking.order.begin())
    note +=
        fmt::format("; {} is first in {:.0f} %", shown.ranked(likeliest->host), 100 * likeliest->by_both[0]);
  return note;
}

std::vector<Figure> figures_of(const Shown& shown) {
  const HardwareAnswer& answer = shown.answer;
  std::vector<Figure> figures;
  if (!answer.requirements.empty()) {
    const auto passing = std::count_if(shown.order.begin(), shown.order.end(),
                                       [&](std::size_t m) { return answer.fit(m) == Fit::pass; });
    figures.push_back(
        {"hosts that meet everything",
         {fmt::format("{} of {}", passing, shown.order.size()), passing > 0 ? Tone::good : Tone::plain},
         ""});
  } else {
    figures.push_back({"hosts", {Number{static_cast<double>(answer.machines.size()), "count"}}, ""});
  }
  if (answer.ranking) {
    const HostScore& first = answer.ranking->order.front();
    const Cell ratio = hardware::ratio_cell(first.ratio, first.interval);
    const bool sure = answer.ranking->pairs[first.host][answer.ranking->order[1].host] == Order::better;
    figures.push_back({sure ? "fastest" : "fastest, as far as can be told",
                       {shown.ranked(first.host)},
                       cell_text(ratio) + " of " + shown.ranked(answer.ranking->reference)});
    figures.push_back({"chance that it is", {Number{first.by_both[0], "ratio"}}, chance_note(shown)});
    figures.push_back(
        {"tasks compared",
         {fmt::format("{} of {}", first.ratios.size(), first.ratios.size() + answer.left_out.size())},
         "that count and all hosts have"});
  }
  if (const auto least = cheapest(shown, shown.order)) {
    const Price* price = price_of(shown.question.prices, answer.machines[*least].names);
    figures.push_back({"cheapest", {shown.name(*least)}, price_text(*price)});
  }
  return figures;
}

/// Every task of every requirement and host.
Table fitness_table(const Shown& shown) {
  Table table{"Each requirement, host and task",
              {{"requirement", false, true},
               {"host", false, true},
               {"task", false, true},
               {"verdict"},
               {"value", true},
               {"limit", true},
               {"launches", true},
               {"why"}},
              {}};
  for (const RequirementAnswer& one : shown.answer.requirements) {
    const Quantity& limit = one.requirement.limit;
    for (const std::size_t m : shown.order) {
      for (const Fitness& task : one.hosts[m].tasks) {
        table.rows.push_back({{one.requirement.name},
                              {shown.name(m)},
                              {Name{task.task}},
                              {Word{word_of(task.fit)}, tone_of(task.fit)},
                              value_cell(task),
                              {Number{limit.value, unit_of(limit.unit)}},
                              {Number{static_cast<double>(task.launches), "count"}},
                              {task.reason}});
      }
    }
  }
  return table;
}

Section fitness(const Shown& shown) {
  Section section{"Who meets what", {}};
  const HardwareAnswer& answer = shown.answer;
  if (answer.requirements.empty()) return section;
  if (const std::string& text = shown.question.requirements.description; !text.empty())
    section.blocks.push_back({Paragraph{text + "."}});
  std::vector<hardware::WideRow> rows;
  std::vector<std::string> reasons;
  for (const RequirementAnswer& one : answer.requirements) {
    rows.push_back({{{one.requirement.name}, {requirement_text(one.requirement)}}, [&one](std::size_t m) {
                      const Fit fit = one.hosts[m].fit;
                      const std::string value = value_text(deciding(one.hosts[m]));
                      return Cell{Word{word_of(fit) + (value.empty() ? "" : ", " + value)}, tone_of(fit)};
                    }});
    for (const std::size_t m : shown.order) {
      const Fitness& why = deciding(one.hosts[m]);
      if (why.fit != Fit::undecided && why.fit != Fit::not_measured) continue;
      const std::string more =
          why.more_samples ? fmt::format(" (about {} more samples)", *why.more_samples) : "";
      reasons.push_back(fmt::format("{}, '{}'{}: {}{}", shown.name(m), one.requirement.name,
                                    why.task.empty() ? "" : ", " + why.task, why.reason, more));
    }
  }
  hardware::add_wide(section.blocks, shown, "Requirements by host",
                     {{"requirement", false, true}, {"what is asked"}}, rows, false);
  const std::size_t open = reasons.size();
  if (open > most_reasons) {
    reasons.resize(most_reasons);
    reasons.push_back(fmt::format("{} more: see each requirement below", open - most_reasons));
  }
  if (!reasons.empty()) section.blocks.push_back({List{reasons}});
  section.blocks.push_back({Folded{"Each requirement, with values and limits", {{fitness_table(shown)}}}});
  return section;
}

std::string remedy_of(const std::string& caveat) {
  if (caveat == "contended_launches")
    return "measure on a machine that does nothing else: 'assay doctor' says what is noisy";
  if (caveat == "few_launches") return fmt::format("'--launches {}' or more", least_launches_of_a_verdict);
  if (caveat == "governor") return "'assay doctor' says how to hold the clock";
  if (caveat == "no_price") return "name it in the file of --prices";
  return "";
}

}  // namespace

std::string requirement_text(const Requirement& requirement) {
  const auto quantity = [](const Quantity& one) { return number_text({one.value, unit_of(one.unit)}); };
  const std::string limit =
      std::string(requirement.at_most ? "at most " : "at least ") + quantity(requirement.limit);
  if (requirement.metric == "price") return "price " + limit;
  const std::string p = requirement.percentile == 0 ? "" : fmt::format("p{} of ", requirement.percentile);
  const std::string within =
      requirement.within ? fmt::format(" with {}latency at most {}", p, quantity(*requirement.within)) : "";
  return fmt::format("{}{} of {} {}{}", requirement.within ? "" : p, requirement.metric,
                     requirement.task.text, limit, within);
}

Document hardware_document(const HardwareAnswer& answer, const HardwareQuestion& question,
                           const HardwareFacts& facts) {
  Shown shown{answer, question, {}};
  if (answer.ranking) {
    for (const HostScore& one : answer.ranking->order) shown.order.push_back(answer.ranked[one.host]);
  }
  for (std::size_t m = 0; m < answer.machines.size(); ++m) {
    if (std::find(shown.order.begin(), shown.order.end(), m) == shown.order.end()) shown.order.push_back(m);
  }
  Document document;
  document.kind = "hardware";
  document.assay_version = facts.assay_version;
  document.title = answer.machines.size() == 1
                       ? "What " + shown.name(0) + " does"
                       : counted(answer.machines.size(), "host") + ": which one for this work";
  std::int64_t first = 0, last = 0;
  std::size_t runs = 0;
  for (const Machine& machine : answer.machines) {
    for (const HardwareRun& run : machine.runs) {
      if (runs == 0 || run.started_utc_ms < first) first = run.started_utc_ms;
      if (runs == 0 || run.started_utc_ms > last) last = run.started_utc_ms;
      ++runs;
    }
  }
  document.about = counted(runs, "run");
  if (runs > 0) document.about += (first == last ? ", " : ", from ") + utc(first);
  if (first != last) document.about += " to " + utc(last);
  document.about += fmt::format("; stands for a host: {}", to_string(answer.represent));
  tell_answer(document, shown);
  document.figures = figures_of(shown);
  for (Section& section : std::vector<Section>{fitness(shown), hardware::task_speeds(shown),
                                               hardware::summary_speeds(shown), hardware::efficiency(shown),
                                               hardware::fronts(shown), hardware::sensitivity(shown)}) {
    if (!section.blocks.empty()) document.sections.push_back(std::move(section));
  }
  for (const HardwareCaveat& one : answer.caveats)
    document.caveats.push_back({one.code, one.text, remedy_of(one.code)});
  document.environment = hardware::environment(shown);
  document.reproduce = hardware::reproduce(shown, facts.command);
  return document;
}

}  // namespace assay::reports
