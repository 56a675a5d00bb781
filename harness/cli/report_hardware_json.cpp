// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/answer.h"
#include "harness/cli/report_hardware_view.h"

namespace assay::cli {

namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json interval_json(const std::optional<stats::Interval>& interval) {
  return interval ? Json::array({interval->low, interval->high}) : Json(nullptr);
}

class Writer {
 public:
  Writer(const HardwareAnswer& answer, const HardwareQuestion& question)
      : answer_(answer), question_(question) {}

  Json fields(const std::string& command) const {
    return {{"question", command},
            {"judge", judge_version},
            {"represent", to_string(answer_.represent)},
            {"hosts", hosts()},
            {"requirements", requirements()},
            {"ranking", ranking()},
            {"tasks", tasks()},
            {"efficiency", efficiency()},
            {"price_front", front(answer_.price_front, answer_.no_price_front)},
            {"energy_front", front(answer_.energy_front, answer_.no_energy_front)},
            {"differences", answer_.differences},
            {"caveats", caveats()}};
  }

 private:
  const std::string& name(std::size_t machine) const { return answer_.machines[machine].name; }
  const std::string& ranked(std::size_t host) const { return name(answer_.ranked[host]); }

  Json hosts() const {
    Json all = Json::array();
    for (std::size_t m = 0; m < answer_.machines.size(); ++m) {
      const Machine& machine = answer_.machines[m];
      Json runs = Json::array();
      for (const HardwareRun& run : machine.runs)
        runs.push_back({{"id", run.id},
                        {"started_utc_ms", run.started_utc_ms},
                        {"assay_version", run.assay_version},
                        {"command", run.command},
                        {"suite", run.suite},
                        {"seed", run.seed}});
      Json price = nullptr;
      if (const Price* known = price_of(question_.prices, machine.names))
        price = {{"amount", known->amount},
                 {"currency", known->currency},
                 {"per", known->to_buy ? "machine" : "hour"},
                 {"lifetime_hours", known->to_buy ? Json(known->lifetime_hours) : Json(nullptr)},
                 {"per_hour", known->per_hour()},
                 {"date", to_string(known->date)},
                 {"source", known->source}};
      all.push_back({{"name", machine.name},
                     {"class", machine.class_id},
                     {"fit", answer_.requirements.empty() ? Json(nullptr) : Json(to_string(answer_.fit(m)))},
                     {"launches", machine.launches},
                     {"contended", machine.contended},
                     {"price", std::move(price)},
                     {"facts", machine.facts},
                     {"runs", std::move(runs)}});
    }
    return all;
  }

  Json fitness(const Fitness& one) const {
    return {{"task", one.task},
            {"case", one.case_key},
            {"fit", to_string(one.fit)},
            {"metric", one.metric},
            {"value", or_null(one.value)},
            {"unit", one.unit},
            {"ci_low", or_null(one.low)},
            {"ci_high", or_null(one.high)},
            {"n", one.launches},
            {"more_launches", or_null(one.more_launches)},
            {"more_samples", or_null(one.more_samples)},
            {"reason", one.reason}};
  }

  Json requirements() const {
    Json all = Json::array();
    for (const RequirementAnswer& one : answer_.requirements) {
      Json hosts = Json::array();
      for (std::size_t m = 0; m < one.hosts.size(); ++m) {
        Json tasks = Json::array();
        for (const Fitness& task : one.hosts[m].tasks) tasks.push_back(fitness(task));
        hosts.push_back(
            {{"host", name(m)}, {"fit", to_string(one.hosts[m].fit)}, {"tasks", std::move(tasks)}});
      }
      const Requirement& asked = one.requirement;
      all.push_back({{"name", asked.name},
                     {"task", asked.task.text},
                     {"metric", asked.metric},
                     {"percentile", asked.percentile == 0 ? Json(nullptr) : Json(asked.percentile)},
                     {asked.at_most ? "at_most" : "at_least", asked.limit.value},
                     {"unit", asked.limit.unit},
                     {"within_ns", asked.within ? Json(asked.within->value) : Json(nullptr)},
                     {"hosts", std::move(hosts)}});
    }
    return all;
  }

  Json ranking() const {
    if (!answer_.ranking) return {{"reason", answer_.no_ranking}, {"order", nullptr}};
    const Ranking& ranking = *answer_.ranking;
    Json order = Json::array(), flips = Json::array(), left_out = Json::array();
    for (const HostScore& one : ranking.order) {
      Json ratios = Json::array();
      for (const TaskRatio& ratio : one.ratios)
        ratios.push_back(
            {{"task", ratio.task}, {"ratio", ratio.ratio}, {"interval", interval_json(ratio.interval)}});
      order.push_back({{"host", ranked(one.host)},
                       {"ratio", one.ratio},
                       {"interval", interval_json(one.interval)},
                       {"least", {{"ratio", one.least}, {"task", one.least_task}}},
                       {"most", {{"ratio", one.most}, {"task", one.most_task}}},
                       {"count", one.ratios.size()},
                       {"total_ns", one.total_ns},
                       {"place_chances",
                        {{"launches", one.by_launches}, {"weights", one.by_weights}, {"both", one.by_both}}},
                       {"ratios", std::move(ratios)}});
    }
    for (const RankFlip& flip : ranking.flips)
      flips.push_back(
          {{"host", ranked(flip.other)}, {"group", flip.group}, {"now", flip.now}, {"then", flip.then}});
    for (const TaskLeftOut& one : answer_.left_out)
      left_out.push_back({{"task", one.task}, {"reason", one.reason}});
    return {{"summary", to_string(ranking.summary)},
            {"reference", ranked(ranking.reference)},
            {"weights_within", question_.weights.within},
            {"order", std::move(order)},
            {"flips", std::move(flips)},
            {"left_out", std::move(left_out)},
            {"other_winner", or_null(ranking.other_winner)}};
  }

  Json tasks() const {
    Json all = Json::array();
    for (const Task& task : answer_.tasks) {
      Json hosts = Json::array();
      for (std::size_t m = 0; m < task.hosts.size(); ++m) {
        const ResultRow* row = task.hosts[m].row;
        const MetricValue* median = row == nullptr ? nullptr : find_metric(*row, "time.wall.p50");
        hosts.push_back({{"host", name(m)},
                         {"case", row == nullptr ? Json(nullptr) : Json(row->case_key)},
                         {"median_ns", median == nullptr ? Json(nullptr) : or_null(median->value)},
                         {"ci_low", median == nullptr ? Json(nullptr) : or_null(median->ci_low)},
                         {"ci_high", median == nullptr ? Json(nullptr) : or_null(median->ci_high)},
                         {"n", row == nullptr ? 0 : row->launches},
                         {"reason", task.hosts[m].reason}});
      }
      all.push_back({{"task", task.name}, {"accuracy", task.accuracy}, {"hosts", std::move(hosts)}});
    }
    return all;
  }

  Json efficiency() const {
    Json all = Json::array();
    for (const Efficiency& one : answer_.efficiency)
      all.push_back({{"host", name(one.host)},
                     {"task", one.task},
                     {"case", one.case_key},
                     {"unit", one.unit},
                     {"rate", or_null(one.rate)},
                     {"cost_of_a_million", or_null(one.cost)},
                     {"cost_low", or_null(one.cost_low)},
                     {"cost_high", or_null(one.cost_high)},
                     {"currency", one.currency},
                     {"joules", or_null(one.joules)},
                     {"joules_low", or_null(one.joules_low)},
                     {"joules_high", or_null(one.joules_high)},
                     {"meter", one.scope},
                     {"note", one.note}});
    return all;
  }

  Json front(const std::vector<ParetoPlace>& places, const std::string& why_none) const {
    if (places.empty()) return {{"reason", why_none}, {"hosts", nullptr}};
    Json hosts = Json::array();
    for (std::size_t h = 0; h < places.size(); ++h) {
      Json by = Json::array();
      for (const std::size_t other : places[h].by) by.push_back(ranked(other));
      hosts.push_back({{"host", ranked(h)}, {"front", to_string(places[h].front)}, {"by", std::move(by)}});
    }
    return {{"reason", ""}, {"hosts", std::move(hosts)}};
  }

  Json caveats() const {
    Json all = Json::array();
    for (const HardwareCaveat& one : answer_.caveats) all.push_back({{"code", one.code}, {"text", one.text}});
    return all;
  }

  const HardwareAnswer& answer_;
  const HardwareQuestion& question_;
};

}  // namespace

std::string hardware_json(const HardwareAnswer& answer, const HardwareQuestion& question,
                          const std::string& command) {
  return json_answer("report hardware", Writer(answer, question).fields(command));
}

}  // namespace assay::cli
