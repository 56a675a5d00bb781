// SPDX-License-Identifier: Apache-2.0
#include "gui/model/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gui/model/words.h"
#include "reports/document/history_words.h"

namespace assay::gui {

namespace {

Cell text_cell(std::string text, Tone tone = Tone::plain) { return {std::move(text), std::nullopt, tone}; }
Cell number_cell(std::string text, std::optional<double> number, Tone tone = Tone::plain) {
  return {std::move(text), number, tone};
}

std::optional<double> place_of(const HistoryPoint& point) {
  if (!point.commit || !point.commit->place) return std::nullopt;
  return static_cast<double>(*point.commit->place);
}

}  // namespace

const RegressionEntry* find_regression(const Overview& data, const std::string& row_id) {
  for (const RegressionEntry& entry : data.regressions) {
    if (entry.row_id == row_id) return &entry;
  }
  return nullptr;
}

Table regressions_table(const Overview& data, std::int64_t now_utc_ms) {
  Table table;
  table.columns = {{"state"},       {"ratio", true}, {"case", false, true}, {"metric"}, {"before", true},
                   {"after", true}, {"commit"},      {"age", true},         {"author"}, {"subject"},
                   {"why"}};
  table.empty =
      data.runs.empty()
          ? "No runs here yet. 'assay run --suite quick' makes some, with the commit of the folder "
            "that it is started in."
          : "No level got worse: there is nothing to triage. A level takes three runs on each side.";
  for (const RegressionEntry& entry : data.regressions) {
    const SeriesEntry& series = data.series[entry.series];
    const Change& change = entry.change;
    const HistoryPoint& at = entry.at;
    const std::int64_t since = at.commit ? at.commit->committed_utc_ms : at.started_utc_ms;
    const bool open = entry.state == "open";
    const std::string why = entry.event ? entry.event->reason : reports::cause_text(change);
    TableRow row;
    row.id = entry.row_id;
    row.minor = !open;
    row.cells = {text_cell((open ? "▼ " : "") + entry.state, open ? Tone::bad : Tone::muted),
                 number_cell(reports::change_size(change), change.ratio.value_or(0)),
                 text_cell(series.key.case_key),
                 text_cell(series.key.metric),
                 number_cell(value_text(series.unit, change.before), change.before),
                 number_cell(value_text(series.unit, change.after), change.after),
                 text_cell(reports::place_text(at)),
                 number_cell(age_text(now_utc_ms - since), static_cast<double>(now_utc_ms - since)),
                 text_cell(at.commit ? at.commit->author : ""),
                 text_cell(at.commit ? at.commit->subject : ""),
                 text_cell(why)};
    row.fields = case_fields(series.key.case_key);
    row.fields["metric"] = series.key.metric;
    row.fields["subject"] = series.key.subject;
    row.fields["host"] = series.key.host_class_id;
    row.fields["state"] = entry.state;
    row.fields["commit"] = change.commit;
    if (at.commit) row.fields["author"] = at.commit->author;
    const auto moment = static_cast<double>(at.started_utc_ms);
    row.ranges["time"] = {moment, moment};
    if (const auto place = place_of(at)) row.ranges["commits"] = {*place, *place};
    table.rows.push_back(std::move(row));
  }
  return table;
}

bool Brushed::holds(std::int64_t started_utc_ms, const std::optional<std::int64_t>& place) const {
  if (time && !time->holds(static_cast<double>(started_utc_ms))) return false;
  return !commits || (place && commits->holds(static_cast<double>(*place)));
}

Brushed brushed_by(const Filter& filter) { return {filter.range("time"), filter.range("commits")}; }

std::string brushed_text(const std::string& filter, const std::vector<HistoryPoint>& points, double low,
                         double high) {
  std::optional<Range> times, places;
  bool all_have_places = true;
  const auto widen = [](std::optional<Range>& range, double value) {
    range = range ? Range{std::min(range->low, value), std::max(range->high, value)} : Range{value, value};
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto at = static_cast<double>(i);
    if (at < low || at > high) continue;
    widen(times, static_cast<double>(points[i].started_utc_ms));
    const auto place = place_of(points[i]);
    if (place) widen(places, *place);
    all_have_places = all_have_places && place;
  }
  if (!times) return filter;
  const std::string without = with_range(with_range(filter, "time", std::nullopt), "commits", std::nullopt);
  return all_have_places ? with_range(without, "commits", places) : with_range(without, "time", times);
}

Table points_table(const Series& series) {
  Table table;
  table.columns = {{"commit"},      {"time (UTC)"}, {"value", true},          {"launches", true},
                   {"level", true}, {"author"},     {"subject", false, true}, {"what"},
                   {"run"}};
  for (std::size_t k = series.points.size(); k-- > 0;) {
    const HistoryPoint& point = series.points[k];
    std::string what = point.spike ? "stands off alone" : "";
    const auto add = [&](const std::string& text) { what += (what.empty() ? "" : "; ") + text; };
    bool worse = false;
    for (const Change& change : series.changes) {
      if (change.index != k) continue;
      add(reports::change_word(change) + " " + reports::change_size(change));
      worse = worse || change.regression;
    }
    for (const Mark& mark : series.marks) {
      if (mark.index == k) add(reports::mark_text(mark));
    }
    TableRow row;
    row.id = point.run;
    row.cells = {text_cell(reports::place_text(point)),
                 text_cell(utc_text(point.commit ? point.commit->committed_utc_ms : point.started_utc_ms)),
                 number_cell(value_text(series.unit, point.value), point.value),
                 number_cell(std::to_string(point.n), static_cast<double>(point.n)),
                 number_cell(point.level ? value_text(series.unit, *point.level) : "", point.level),
                 text_cell(point.commit ? point.commit->author : ""),
                 text_cell(point.commit ? point.commit->subject : ""),
                 text_cell(what, worse ? Tone::bad : Tone::plain),
                 text_cell(point.run.substr(0, 8))};
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string row_id(const Pair& pair) { return pair.key + (pair.value.empty() ? "" : " " + pair.value); }

Table comparison_table(const Comparison& comparison) {
  Table table;
  const bool across = std::any_of(comparison.pairs.begin(), comparison.pairs.end(),
                                  [](const Pair& pair) { return !pair.value.empty(); });
  table.columns = {{"verdict"}, {"ratio [interval]", true}, {"case"}, {"base", true}, {"new", true},
                   {"metric"},  {"reason", false, true}};
  if (across) table.columns.insert(table.columns.begin() + 3, {comparison.axis});
  table.empty = across || comparison.axis != "run"
                    ? "No two results differ in their " + comparison.axis + " alone."
                    : "The two runs have no case in common.";
  for (std::size_t i = 0; i < comparison.pairs.size(); ++i) {
    const Pair& pair = comparison.pairs[i];
    const Verdict* headline = pair.headline();
    for (const Verdict& verdict : pair.verdicts) {
      const bool exact = verdict.rule == "exact" && verdict.outcome != Outcome::same;
      if (&verdict != headline && !exact) continue;
      const auto side = [&](const std::optional<ResultRow>& row) {
        const MetricValue* metric =
            row ? find_metric(*row, verdict.metric.empty() ? "time.wall.p50" : verdict.metric) : nullptr;
        if (metric == nullptr) return text_cell("-", Tone::muted);
        return number_cell(metric_text(*metric), metric->value);
      };
      const bool slower = verdict.outcome == Outcome::slower;
      const bool faster = verdict.outcome == Outcome::faster;
      TableRow row;
      row.id = row_id(pair) + (&verdict == headline ? "" : " " + verdict.metric);
      row.minor = verdict.outcome == Outcome::same;
      const std::string word = (slower ? "▼ " : faster ? "▲ " : "") + to_string(verdict.outcome);
      row.cells = {text_cell(word, slower   ? Tone::bad
                                   : faster ? Tone::good
                                            : Tone::muted),
                   number_cell(ratio_text(verdict), verdict.ratio),
                   text_cell(pair.key),
                   side(pair.base),
                   side(pair.candidate),
                   text_cell(verdict.metric),
                   text_cell(verdict.reason)};
      if (across) row.cells.insert(row.cells.begin() + 3, text_cell(pair.value));
      row.fields = case_fields(pair.candidate ? pair.candidate->case_key : pair.key);
      row.fields["verdict"] = to_string(verdict.outcome);
      row.fields["metric"] = verdict.metric;
      if (pair.candidate) row.fields["subject"] = pair.candidate->subject.name;
      table.rows.push_back(std::move(row));
    }
  }
  const std::size_t at = 2;  // the case
  std::stable_sort(table.rows.begin(), table.rows.end(), [&](const TableRow& a, const TableRow& b) {
    return NaturalLess()(a.cells[at].text, b.cells[at].text);
  });
  return table;
}

Table environment_table(const Run& base, const Run& candidate) {
  using Facts = std::map<std::string, std::string>;
  Table table;
  table.columns = {{"what"}, {"base", false, true}, {"new", false, true}};
  table.empty = "No facts of their hosts are stored.";
  const auto compare = [&](const std::string& group, const Facts& a, const Facts& b) {
    std::set<std::string> keys;
    for (const auto& [key, value] : a) keys.insert(key);
    for (const auto& [key, value] : b) keys.insert(key);
    for (const std::string& key : keys) {
      const auto of = [&](const Facts& facts) {
        const auto found = facts.find(key);
        return found == facts.end() ? std::string("not known") : found->second;
      };
      const std::string was = of(a);
      const std::string is = of(b);
      TableRow row;
      row.id = group + key;
      row.minor = was == is;
      const Tone tone = was == is ? Tone::muted : Tone::plain;
      row.cells = {text_cell(group + key, tone), text_cell(was, tone), text_cell(is, tone)};
      table.rows.push_back(std::move(row));
    }
  };
  const auto facts_of = [](const Run& run) {
    return Facts{{"assay", run.assay_version},
                 {"command", run.command},
                 {"host class", run.host.class_id()},
                 {"launches", std::to_string(run.settings.launches)},
                 {"suite", run.settings.suite}};
  };
  compare("", facts_of(base), facts_of(candidate));
  compare("host: ", base.host.host_class, candidate.host.host_class);
  compare("environment: ", base.host.environment, candidate.host.environment);
  compare("label: ", base.labels, candidate.labels);
  return table;
}

Table commits_table(const Run& base, const Run& candidate) {
  Table table;
  table.columns = {{"commit"}, {"what"}, {"author"}, {"time (UTC)"}, {"subject", false, true}};
  table.empty = "Neither run knows its commit: start runs in the folder of a git repository.";
  const auto add = [&](const Commit& commit, const std::string& what) {
    table.rows.push_back(
        {what + commit.id,
         {text_cell(commit.id.substr(0, 10) + (commit.changed ? "+changes" : "")), text_cell(what),
          text_cell(commit.author), text_cell(utc_text(commit.committed_utc_ms)), text_cell(commit.subject)},
         {},
         false});
  };
  if (candidate.commit) add(*candidate.commit, "new");
  if (base.commit && candidate.commit) {
    const auto& line = candidate.commit->line;
    const auto end = std::find(line.begin(), line.end(), base.commit->id);
    if (end != line.end()) {
      for (auto at = line.begin(); at != end; ++at)
        table.rows.push_back(
            {*at, {text_cell(at->substr(0, 10)), text_cell("between", Tone::muted), {}, {}, {}}, {}, false});
    } else if (base.commit->place && candidate.commit->place && base.commit->id != candidate.commit->id) {
      const auto count = *candidate.commit->place - *base.commit->place;
      table.rows.push_back(
          {"places",
           {text_cell("..."), text_cell(fmt::format("{} places apart", count), Tone::muted), {}, {}, {}},
           {},
           false});
    }
  }
  if (base.commit) add(*base.commit, "base");
  return table;
}

Sides sides_of(const Place& place, const Overview& data) {
  Sides sides;
  const RegressionEntry* entry = find_regression(data, place.regression + " " + place.series);
  if (entry != nullptr) {
    sides = {entry->run_before, entry->at.run};
  } else if (!place.case_key.empty()) {
    const auto series = std::find_if(data.series.begin(), data.series.end(), [&](const SeriesEntry& one) {
      return one.key.case_key == place.case_key;
    });
    if (series != data.series.end()) sides = {series->previous_run, series->newest_run};
  }
  // What was brushed: the newest two runs of it, unless those of the selection lie in it.
  if (const Brushed brushed = brushed_by(Filter(place.filter)); brushed.any()) {
    std::vector<std::string> within;
    bool selection = false;
    for (const RunEntry& run : data.runs) {
      if (!brushed.holds(run.started_utc_ms, run.commit_place)) continue;
      if (within.size() < 2) within.push_back(run.id);
      selection = selection || run.id == sides.candidate;
    }
    if (!selection && !within.empty()) sides = {within.size() > 1 ? within[1] : "", within[0]};
  }
  if (sides.candidate.empty() && !data.runs.empty())
    sides = {data.runs.size() > 1 ? data.runs[1].id : "", data.runs[0].id};
  if (!place.base.empty()) sides.base = place.base;
  if (!place.candidate.empty()) sides.candidate = place.candidate;
  return sides;
}

Table cases_table(const Overview& data) {
  Table table;
  table.columns = {{"case", false, true}, {"newest", true}, {"runs", true}};
  table.empty = "No case has a result yet: 'assay run --suite quick' makes some.";
  std::map<std::string, const SeriesEntry*, NaturalLess> cases;
  std::map<std::string, std::map<std::string, Range>>
      ranges;  // of all series of a case: any host's, any metric's
  for (const SeriesEntry& series : data.series) {
    const auto widen = [&](const char* name, const Range& own) {
      const auto [known, fresh] = ranges[series.key.case_key].try_emplace(name, own);
      if (!fresh)
        known->second = {std::min(known->second.low, own.low), std::max(known->second.high, own.high)};
    };
    widen("time", series.time);
    if (series.commits) widen("commits", *series.commits);
    const SeriesEntry*& known = cases[series.key.case_key];
    const bool better = known == nullptr ||
                        (series.key.metric == "time.wall.p50" && known->key.metric != series.key.metric) ||
                        (series.key.metric == known->key.metric && series.points > known->points);
    if (better) known = &series;
  }
  for (const auto& [key, series] : cases) {
    TableRow row;
    row.id = key;
    row.fields = case_fields(key);
    row.fields["subject"] = series->key.subject;
    row.ranges = ranges[key];
    row.cells = {text_cell(key), number_cell(value_text(series->unit, series->newest), series->newest),
                 number_cell(std::to_string(series->points), static_cast<double>(series->points))};
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table metrics_table(const CaseProfile& profile) {
  Table table;
  table.columns = {
      {"metric"}, {"value", true}, {"interval", true}, {"launches", true}, {"reason", false, true}};
  table.empty = "Nothing is known of this case in this run.";
  const auto add = [&](const MetricValue& metric) {
    TableRow row;
    row.id = metric.id;
    const Tone tone = metric.value ? Tone::plain : Tone::muted;
    row.cells = {text_cell(metric.id), number_cell(metric_text_by_interval(metric), metric.value, tone),
                 text_cell(interval_text(metric)),
                 // (Derived values are of no launch of their own.)
                 metric.n == 0 && metric.value
                     ? text_cell("")
                     : number_cell(std::to_string(metric.n), static_cast<double>(metric.n)),
                 text_cell(metric.reason, tone)};
    row.fields["metric"] = metric.id;
    table.rows.push_back(std::move(row));
  };
  for (const MetricValue& metric : profile.derived) add(metric);
  for (const MetricValue& metric : profile.row.metrics) add(metric);
  // What was measured first: a long list of what was not hides it.
  std::stable_partition(table.rows.begin(), table.rows.end(),
                        [](const TableRow& row) { return row.cells[1].number.has_value(); });
  return table;
}

}  // namespace assay::gui
