// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/report_documents.h"
#include "harness/cli/report_forms.h"
#include "harness/cli/report_hardware.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "reports/render/json.h"

namespace assay::cli {

namespace {

struct ReportOptions {
  ReportForms forms;
  std::string from;
  std::string run = "latest";
  std::string selector;
  ComparisonOptions comparison;
  HistoryOptions history;
  std::string gate;
  std::function<int(Context&, const ReportForms&)> hardware;
};

reports::Document document_of(const Arguments& arguments, const ReportOptions& options,
                              const Context& context) {
  if (arguments.is_chosen("run")) return run_report(options.run, options.selector, context);
  if (arguments.is_chosen("compare")) return comparison_report(options.comparison, context);
  if (arguments.is_chosen("history")) return history_report(options.history, context);
  if (arguments.is_chosen("gate")) return gate_report(options.gate, context);
  if (options.from.empty())
    throw Error(
        ErrorCode::usage, "nothing is named that the report is to be about",
        "write run, compare, history, gate or hardware behind it, or --from FILE; see 'assay report --help'");
  return reports::from_json(read_file(options.from), options.from);
}

/// "assay-run-0123abcd.html": what a file's name may hold of what it is about.
std::string usual_name(const reports::Document& document) {
  const std::string about = document.kind == "run"       ? document.about.substr(0, 12)  // "Run 0123abcd"
                            : document.kind == "compare" ? document.title.substr(0, 60)
                                                         : document.kind.substr(0, 20);
  std::string name = document.kind == "compare" ? "compare-" : "";
  for (const char c : about) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!plain && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return "assay-" + (name.empty() ? "report" : name) + ".html";
}

int report(const Arguments& arguments, ReportOptions& options, Context& context) {
  if (context.json && !options.forms.json) options.forms.json = "-";  // assay --json report ...
  const bool hardware = arguments.is_chosen("hardware");
  const bool chosen = arguments.is_chosen("run") || arguments.is_chosen("compare") ||
                      arguments.is_chosen("history") || arguments.is_chosen("gate") || hardware;
  if (chosen && !options.from.empty())
    throw Error(ErrorCode::usage,
                "--from FILE renders a report that is stored, and another one is asked for, too",
                "write one of the two");
  check_forms(options.forms, context);
  if (hardware) return options.hardware(context, options.forms);
  const reports::Document document = document_of(arguments, options, context);
  write_report(document, options.forms, usual_name(document), context);
  return exit_fine;
}

}  // namespace

CommandSpec report_command() {
  return {
      "report", "a run, a comparison, a history, a gate or a choice of hardware as a page that can be sent",
      "assay report run latest --html report.html", [](Arguments arguments) {
        auto options = std::make_shared<ReportOptions>();
        options->hardware = declare_report_hardware(arguments);
        add_report_forms(arguments, options->forms);
        arguments.add("--from", options->from, "a report's JSON, to be written in other forms");
        const Arguments run =
            arguments.command("run", "one run: its results, how sure they are, what they were measured on",
                              "assay report run latest --html report.html");
        run.add("run", options->run, "id, unique prefix, label, latest, latest~1").show_default();
        run.add("selector", options->selector, "only these cases: 'llm.*'");
        const Arguments compare = arguments.command(
            "compare", "two runs, or one across an axis: what changed, and what differs around it",
            "assay report compare latest~1 latest --markdown changes.md");
        add_comparison_options(compare, options->comparison);
        const Arguments history =
            arguments.command("history", "metrics over commits, and where their level changed",
                              "assay report history 'llm.*' --html history.html");
        history.add("series", options->history.selector, "only these cases: 'llm.*'");
        add_history_options(history, options->history, true);
        history
            .add("--last", options->history.last,
                 "only the newest N points; changes are found in all of them")
            .between(1, 1'000'000);
        const Arguments gate =
            arguments.command("gate", "the answer of a gate, from the file that 'gate --out' wrote",
                              "assay report gate gate.json --html gate.html");
        gate.add("file", options->gate, "the file").required();
        for (const Arguments& one : {run, compare, history, gate}) {
          one.explain_below(
              "Forms: --html FILE, --markdown FILE, --csv FILE, --json FILE, --pdf FILE, several at once, "
              "'-' "
              "is standard output; see 'assay report --help'.\n");
        }
        arguments.command_is_optional();
        return [options, arguments](Context& context) { return report(arguments, *options, context); };
      }};
}

}  // namespace assay::cli
