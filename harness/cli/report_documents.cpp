// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/report_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "harness/answers/results.h"
#include "harness/cli/history_view.h"
#include "harness/cli/report_forms.h"
#include "harness/cli/run_sentences.h"
#include "harness/cli/run_state.h"
#include "harness/cli/show_view.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/text.h"
#include "harness/exchange/gate_document.h"
#include "harness/store/store.h"
#include "reports/document/comparison.h"
#include "reports/document/gate.h"
#include "reports/document/history.h"
#include "reports/document/history_words.h"
#include "reports/document/private.h"
#include "reports/document/run.h"
#include "reports/document/words.h"

namespace assay::cli {

using reports::cause_text;
using reports::change_word;
using reports::event_text;
using reports::place_text;
using reports::range_text;
using reports::time_text;

namespace {

constexpr std::size_t most_pictures = 4;  // of distributions

/// Names that stay here, as everything that leaves has them: see harness/store/transfer.cpp.
class Privacy {
 public:
  explicit Privacy(bool identify) : identify_(identify) {}

  std::string host(const std::string& name) {
    if (!name.empty() && std::find(hosts_.begin(), hosts_.end(), name) == hosts_.end())
      hosts_.push_back(name);
    return identify_ ? name : pseudonym(name);
  }
  std::string person(const std::string& name) const { return identify_ ? name : pseudonym(name, "person"); }

  Run hidden(Run run) {
    run.host.name = host(run.host.name);
    if (identify_) return run;
    for (auto* facts : {&run.host.host_class, &run.host.environment, &run.environment_after}) {
      for (auto& [key, value] : *facts) {
        for (const char* serial : {"serial", "uuid", "user"}) {
          if (key.find(serial) != std::string::npos && !value.empty()) value = "hidden";
        }
      }
    }
    return run;
  }

  /// What is left in sentences.
  reports::Document hidden(reports::Document document) const {
    if (identify_) return document;
    reports::change_texts(document, [&](const std::string& text) {
      std::string result = hide_paths(text);
      for (const auto& name : hosts_) result = hide_paths(result, name);
      return result;
    });
    return document;
  }

 private:
  bool identify_;
  std::vector<std::string> hosts_;
};

/// The steady times of a row's valid launches.
std::vector<reports::LaunchTimes> times_of(const Store& store, const Run& run, const ResultRow& row) {
  std::vector<reports::LaunchTimes> times;
  const auto planned = std::find_if(run.plan.begin(), run.plan.end(),
                                    [&](const auto& one) { return to_string(one.value) == row.case_key; });
  if (planned == run.plan.end()) return times;
  for (const auto& launch : store.load_case(run.id, planned->ordinal)) {
    if (launch.status != Status::ok || launch.lane != "timing" || launch.subject != row.subject) continue;
    auto call_ns = call_times_ns(launch.samples, launch.samples.warmup);
    if (!call_ns.empty()) times.push_back({fmt::format("launch {}", launch.index + 1), std::move(call_ns)});
  }
  return times;
}

std::vector<double> all_times(const Side& side, const ResultRow& row) {
  std::vector<double> all;
  for (auto& launch : times_of(side.store, side.run, row))
    all.insert(all.end(), launch.call_ns.begin(), launch.call_ns.end());
  return all;
}

void add_caveat(std::vector<reports::Caveat>& caveats, const std::string& code, const std::string& text,
                const std::string& remedy = "") {
  if (!text.empty()) caveats.push_back({code, text, remedy});
}

/// What was seen of a whole run that makes its figures doubtful.
std::vector<reports::Caveat> run_caveats(const Run& run, const RunSentences& said) {
  std::vector<reports::Caveat> caveats;
  add_caveat(caveats, "contended", said.contended,
             said.contended.empty()
                 ? ""
                 : "measure on a machine that does nothing else: 'assay doctor' says what is noisy");
  add_caveat(caveats, "unoptimised", said.unoptimised);
  add_caveat(caveats, "hidden", said.hidden);
  add_caveat(caveats, "worker_exit", said.exits);
  for (const auto& probe : run.probes) {
    if (probe.kind == "check" && !probe.probe.available)
      add_caveat(caveats, "check", probe.name + ": " + probe.probe.reason, probe.probe.remedy);
  }
  if (said.refused != "Nothing was refused.") add_caveat(caveats, "refused", said.refused);
  return caveats;
}

std::vector<reports::Caveat> caveats_of(const std::vector<Warning>& warnings) {
  std::vector<reports::Caveat> caveats;
  for (const auto& warning : warnings) caveats.push_back({warning.code, warning.message, warning.remedy});
  return caveats;
}

/// Whole as a word of a command line for sh.
std::string quoted(const std::string& word) { return join_command({word}); }

}  // namespace

reports::Document run_report(const std::string& name, const std::string& selector, const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  Run run = store.load_run(store.find_run(name));
  run.state = run_state(run.state, run.host.name, store.path());
  const auto launches = store.load_summaries(run.id);
  const auto all = results(store, run, launches);
  auto rows = all;
  if (!selector.empty()) {
    const Selector chosen = parse_selector(selector);
    select(rows, chosen);
    if (rows.empty()) throw nothing_matches(run, chosen);
  }
  Privacy privacy(context.identify);
  reports::RunFacts facts;
  const RunSentences said = sentences_of(run, launches, all);
  for (const auto* text : {&said.imported, &said.limits, &said.noise, &said.smallest_change})
    if (!text->empty()) facts.sentences.push_back(*text);
  facts.sentences.insert(facts.sentences.end(), said.inputs.begin(), said.inputs.end());
  facts.caveats = run_caveats(run, said);
  auto counted = launches;  // those that the results stand on
  std::erase_if(counted, [](const LaunchSummary& one) {
    return one.launch.lane != "timing" || one.launch.status != Status::ok;
  });
  for (const auto& [of, count] : contended_launches(run, counted))
    facts.contended[{std::get<0>(of), std::get<1>(of)}] += static_cast<std::size_t>(count);
  if (!selector.empty()) {
    std::erase_if(facts.contended, [&](const auto& one) {
      return std::none_of(rows.begin(), rows.end(),
                          [&](const auto& row) { return row.case_key == one.first.first; });
    });
  }
  for (const ResultRow* row : reports::worst_cases(rows, most_pictures))
    facts.times.push_back(
        {row->case_key + (row->side.empty() ? "" : " " + row->side), times_of(store, run, *row)});
  facts.run = privacy.hidden(std::move(run));
  return privacy.hidden(reports::run_document(facts, rows));
}

reports::Document comparison_report(const ComparisonOptions& options, const Context& context) {
  LoadedComparison loaded = load_comparison(options, context);
  if (loaded.comparison.pairs.empty() && loaded.selector)
    throw nothing_matches(loaded.newer().run, *loaded.selector);
  Privacy privacy(context.identify);
  reports::ComparisonFacts facts;
  facts.command = "assay report compare " + reports::short_id(loaded.base.run.id);
  if (loaded.candidate) facts.command += " " + reports::short_id(loaded.candidate->run.id);
  if (options.across) facts.command += " --across " + quoted(*options.across);
  if (options.base_value) facts.command += " --base-value " + quoted(*options.base_value);
  if (!options.selector.empty()) facts.command += " --select " + quoted(options.selector);
  facts.caveats = caveats_of(loaded.warnings);
  const auto add_side = [&](const std::string& name, const Side& side) {
    const auto launches = side.store.load_summaries(side.run.id);
    add_caveat(facts.caveats, "contended",
               contended_sentence(launches).empty() ? "" : name + ": " + contended_sentence(launches));
    for (const auto& probe : side.run.probes) {
      if (probe.kind == "check" && !probe.probe.available)
        add_caveat(facts.caveats, "check", name + ": " + probe.name + ": " + probe.probe.reason,
                   probe.probe.remedy);
    }
  };
  add_side(loaded.candidate ? "Base" : "The run", loaded.base);
  if (loaded.candidate) add_side("New", *loaded.candidate);
  for (const Pair* pair : reports::changed_pairs(loaded.comparison)) {
    if (facts.times.size() == most_pictures) break;
    if (!pair->base || !pair->candidate) continue;
    reports::CaseTimes times{pair->key + (pair->value.empty() ? "" : " " + pair->value), {}};
    const auto add = [&](const char* label, const Side& side, const ResultRow& row) {
      if (auto call_ns = all_times(side, row); !call_ns.empty())
        times.launches.push_back({label, std::move(call_ns)});
    };
    add("base", loaded.base, *pair->base);
    add("new", loaded.newer(), *pair->candidate);
    if (times.launches.size() == 2) facts.times.push_back(std::move(times));
  }
  if (loaded.comparison.axis == "host") {  // its values are names of hosts
    loaded.comparison.base = privacy.host(loaded.comparison.base);
    for (auto& name : loaded.comparison.candidates) name = privacy.host(name);
    for (auto& pair : loaded.comparison.pairs) pair.value = privacy.host(pair.value);
  }
  facts.base = privacy.hidden(std::move(loaded.base.run));
  if (loaded.candidate) facts.candidate = privacy.hidden(std::move(loaded.candidate->run));
  return privacy.hidden(reports::comparison_document(loaded.comparison, facts));
}

reports::Document history_report(const HistoryOptions& options, const Context& context) {
  const History history = gather(options, context);
  std::vector<Series> series = history.series(history_rules(options));
  const auto warnings = history_warnings(history, series);
  std::erase_if(series, [&](const Series& one) {
    return one.points.empty() || (!options.line.empty() && !one.line.starts_with(options.line));
  });
  if (series.empty())
    throw Error(ErrorCode::unavailable, "no stored result matches", "'assay history' shows what there is");
  Privacy privacy(context.identify);
  const std::int64_t now = report_time_utc_ms();
  std::vector<TriageEvent> events = history.events();
  for (auto& event : events) event.person = privacy.person(event.person);
  reports::HistoryFacts facts;
  facts.assay_version = version_text;
  facts.command = document_command(context);
  facts.caveats = caveats_of(warnings);
  for (Series& one : series) {
    for (auto& point : one.points) {
      point.host = privacy.host(point.host);
      if (!point.commit) continue;
      auto commit = std::make_shared<Commit>(*point.commit);
      commit->author = privacy.person(commit->author);
      point.commit = commit;
    }
    const auto hide = [&](Mark& mark) {
      if (mark.key == "host") mark.before = privacy.host(mark.before), mark.after = privacy.host(mark.after);
    };
    for (auto& mark : one.marks) hide(mark);
    for (auto& change : one.changes) {
      for (auto& mark : change.marks) hide(mark);
    }
    reports::SeriesFacts words{{}, reports::history_chart(one), {}, {}, {}, {}, {}};
    words.picture.title = one.key.metric;  // the case stands above it
    for (const Change& change : one.changes) {
      const TriageState state = triage(one, change, events, now);
      words.changes.push_back({change_word(change), range_text(one, change), cause_text(change),
                               change.regression ? state.state : "",
                               change.regression ? event_text(state) : ""});
    }
    for (std::size_t i = 0; i < one.points.size(); ++i) {
      words.places.push_back(place_text(one.points[i]));
      words.times.push_back(time_text(one.points[i]));
      words.authors.push_back(one.points[i].commit ? one.points[i].commit->author : "");
      words.notes.push_back(point_notes(one, i, events, now));
    }
    words.series = std::move(one);
    facts.series.push_back(std::move(words));
  }
  return privacy.hidden(reports::history_document(facts));
}

reports::Document gate_report(const std::string& path, const Context& context) {
  const GateDocument gate = read_gate_json(read_file(path), printable(path));
  const GateReport report = decide(gate.evidence, gate.policy);
  const reports::GateFacts facts{gate.evidence.against, gate.evidence.run, gate.assay_version,
                                 gate.policy.origin, quoted(path)};
  return Privacy(context.identify).hidden(reports::gate_document(report, facts));
}

}  // namespace assay::cli
