// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/report_hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "harness/answers/hardware.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/report_hardware_view.h"
#include "harness/cli/scenarios.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/text.h"
#include "reports/document/hardware.h"
#include "reports/document/private.h"

namespace assay::cli {

namespace {

struct ReportHardwareOptions {
  std::vector<std::string> sources;
  std::string scenario, require, weights, prices, reference;
  std::string represent = "best-verified";
  std::vector<std::string> named;
  std::optional<std::string> answer;  ///< where the answer's JSON goes
};

bool wants_tails(const Requirements& requirements) {
  return std::any_of(requirements.all.begin(), requirements.all.end(), [](const Requirement& one) {
    return one.percentile > 50 || one.metric.ends_with(".p90") || one.metric.ends_with(".p99");
  });
}

HardwareQuestion question_of(const ReportHardwareOptions& options) {
  HardwareQuestion question;
  std::string require = options.require, weights = options.weights;
  if (!options.scenario.empty()) {
    const Scenario scenario = find_scenario(options.scenario);
    if (require.empty()) require = scenario.requirements;
    if (weights.empty()) weights = scenario.weights;
  }
  if (!require.empty()) question.requirements = parse_requirements(read_text(require), require);
  if (!weights.empty()) question.weights = parse_weights(read_text(weights), weights);
  if (!options.prices.empty()) question.prices = parse_prices(read_text(options.prices), options.prices);
  question.represent = parse_represent(options.represent);
  for (const std::string& text : options.named) question.named.push_back(parse_selector(text));
  if ((question.represent == Represent::named) != !question.named.empty())
    throw Error(ErrorCode::usage, "--represent named and --named go together",
                "--represent named --named '*/cuda' --named '*/simd'");
  question.reference = options.reference;
  question.today = day_of(report_time_utc_ms());
  return question;
}

/// A database, "DATABASE.db#RUN", a file of an export, or a run of the database.
void add_source(Hardware& hardware, const std::string& source, const Context& context) {
  const auto hash = source.rfind('#');
  std::error_code ignored;
  if (hash == std::string::npos && std::filesystem::exists(source, ignored)) return hardware.add_file(source);
  const std::string extension = std::filesystem::path(source).extension().string();
  const bool a_file = source.starts_with('/') || source.starts_with("./") || source.starts_with("../") ||
                      extension == ".db" || extension == ".json" || extension == ".jsonl" ||
                      extension == ".toml";
  if (hash == std::string::npos && a_file)
    throw Error(ErrorCode::bad_input, "there is no file '" + printable(source) + "'",
                "name a database, a file of 'assay export --format assay', or a run of the database");
  const Store store =
      Store::open(hash == std::string::npos ? context.settings.database() : source.substr(0, hash),
                  Store::Mode::read_only);
  hardware.add_run(store, store.find_run(hash == std::string::npos ? source : source.substr(hash + 1)));
}

int code_of(const HardwareAnswer& answer) {
  bool failed = false, judged = answer.ranking.has_value() && answer.requirements.empty();
  for (const RequirementAnswer& one : answer.requirements) {
    for (const HostFitness& host : one.hosts) {
      failed = failed || host.fit == Fit::fail;
      judged = judged || host.fit != Fit::not_measured;
    }
  }
  return failed ? exit_regression : judged ? exit_fine : exit_dead_gate;
}

/// Where an answer goes is no source, and no other form.
void check_places(const ReportHardwareOptions& options, const ReportForms& forms, const Context& context) {
  if (options.answer && *options.answer != "-") check_output(*options.answer, context.settings.database());
  for (const auto* place :
       {&forms.html, &forms.markdown, &forms.csv, &forms.json, &forms.pdf, &options.answer}) {
    if (!*place) continue;
    std::error_code ignored;
    for (const std::string& source : options.sources) {
      if (std::filesystem::equivalent(source, **place, ignored))
        throw Error(ErrorCode::usage, "'" + printable(source) + "' is a source, and would be written to",
                    "write the form to another file");
    }
    if (place != &options.answer && options.answer && **place == *options.answer)
      throw Error(ErrorCode::usage, "two forms are to be written to '" + printable(**place) + "'",
                  "give each a place of its own");
  }
}

int report(const ReportHardwareOptions& options, const ReportForms& forms, const Context& context) {
  check_places(options, forms, context);
  const HardwareQuestion question = question_of(options);
  Hardware hardware(wants_tails(question.requirements), context.identify);
  for (const std::string& source : options.sources) add_source(hardware, source, context);
  if (options.sources.empty()) hardware.add(Store::open(context.settings.database(), Store::Mode::read_only));
  const HardwareAnswer answer = hardware.answer(question);
  std::string command = document_command(context);
  if (!context.identify) command = hide_paths(command);
  if (options.answer) {
    const std::string json = hardware_json(answer, question, command);
    if (*options.answer == "-") context.terminal.out(json);
    if (*options.answer != "-") write_file(*options.answer, json, context.settings.database());
  }
  if (forms.any()) {
    reports::Document document = reports::hardware_document(answer, question, {command, version_text});
    if (!context.identify)
      reports::change_texts(document, [](const std::string& text) { return hide_paths(text); });
    write_report(document, forms, "", context);
  } else if (options.answer != "-") {
    context.terminal.out(hardware_text(answer, question, command, context.terminal.width()));
  }
  return code_of(answer);
}

}  // namespace

std::function<int(Context&, const ReportForms&)> declare_report_hardware(const Arguments& report_arguments) {
  auto options = std::make_shared<ReportHardwareOptions>();
  const Arguments arguments = report_arguments.command(
      "hardware", "which machine for this work: requirements, speed, cost, and how far to trust the answer",
      "assay report hardware a.json b.json --scenario edge-camera --prices prices.toml");
  arguments.explain_below(
      "A host is what 'assay run --label host=NAME' calls it, else its name, with its class (CPU, memory). "
      "Of a "
      "case the newest valid result of a host counts.\n"
      "It is a page for the terminal, or --html FILE, --markdown FILE, --csv FILE, --json FILE, --pdf FILE: "
      "see 'assay report --help'.\n"
      "It ends with 1 where a host fails a requirement, and with 5 where nothing could be judged.\n");
  arguments.add("source", options->sources,
                "RUN, DATABASE.db, DATABASE.db#RUN, or a file of 'assay export --format assay' (default: the "
                "database)");
  arguments.add("--scenario", options->scenario,
                "requirements and weights of a kind of buyer: 'assay list scenarios'");
  arguments.add("--require", options->require, "what hardware has to do: a TOML file of [[require]]");
  arguments.add("--weights", options->weights,
                "how much each kind of work counts: a TOML file of [[weight]]");
  arguments.add("--prices", options->prices, "what hosts cost: a TOML file of [[price]]");
  arguments.add("--reference", options->reference, "ratios are against this host (the first)");
  arguments
      .add("--represent", options->represent,
           "what stands for a host in a task: best-verified, same-implementation, named")
      .show_default();
  arguments.add("--answer", options->answer,
                "the answer for programs, as JSON: hosts, requirements, ranking, tasks, ...; '-' is standard "
                "output");
  arguments
      .add("--named", options->named, "with --represent named: implementations in the order of preference")
      .one_a_flag();
  return [options](Context& context, const ReportForms& forms) { return report(*options, forms, context); };
}

}  // namespace assay::cli
