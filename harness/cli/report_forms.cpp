// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/report_forms.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/cli/gui_program.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/core/text.h"
#include "reports/render/csv.h"
#include "reports/render/html.h"
#include "reports/render/json.h"
#include "reports/render/markdown.h"

namespace assay::cli {

namespace {

using Form = std::pair<const std::optional<std::string>*, std::string (*)(const reports::Document&)>;

std::vector<Form> forms_of(const ReportForms& forms) {
  return {{&forms.html, &reports::to_html},
          {&forms.markdown, &reports::to_markdown},
          {&forms.csv, &reports::to_csv},
          {&forms.json, &reports::to_json},
          {&forms.pdf, &to_pdf}};
}

}  // namespace

void add_report_forms(const Arguments& arguments, ReportForms& forms) {
  const std::string place = "; '-' is standard output";
  arguments.add("--html", forms.html,
                "one file that needs nothing else" + place + " (default: a file named by the answer)");
  arguments.add("--markdown", forms.markdown, "for a comment or a wiki" + place);
  arguments.add("--csv", forms.csv, "every table, tidy: a line a value" + place);
  arguments.add("--json", forms.json,
                "all of it; the other forms are made of it, also later, with --from" + place);
  arguments.add("--pdf", forms.pdf, "for paper; needs the dashboard's program" + place);
}

void check_forms(const ReportForms& forms, const Context& context) {
  if (forms.pdf) (void)gui_program("what makes PDF");
  std::vector<std::string> seen;
  for (const auto& [path, render] : forms_of(forms)) {
    if (!*path) continue;
    if (**path != "-") check_output(**path, context.settings.database());
    for (const auto& other : seen) {
      if (other == **path)
        throw Error(ErrorCode::usage, fmt::format("two forms are to be written to '{}'", printable(**path)),
                    "give each a place of its own");
    }
    seen.push_back(**path);
  }
}

void write_report(const reports::Document& document, const ReportForms& forms, const std::string& usual_name,
                  const Context& context) {
  const reports::Document read = reports::from_json(reports::to_json(document), "the report");
  ReportForms wanted = forms;
  if (!forms.any()) {
    wanted.html = usual_name;
    check_forms(wanted, context);
  }
  std::vector<std::string> files;
  bool data_are_out = false;
  for (const auto& [path, render] : forms_of(wanted)) {
    if (!*path) continue;
    const std::string text = render(read);
    if (**path == "-") {
      context.terminal.out(text);
      data_are_out = true;
    } else {
      write_file(**path, text, context.settings.database());
      files.push_back(printable(**path));
    }
  }
  std::string told = printable(read.answer) + "\n";
  if (!read.caveats.empty())
    told += fmt::format("{} to know before believing it.\n",
                        read.caveats.size() == 1 ? "1 thing" : fmt::format("{} things", read.caveats.size()));
  if (!files.empty()) told += fmt::format("The report is {}\n", fmt::join(files, ", "));
  if (data_are_out) {
    context.terminal.note(told.substr(0, told.size() - 1));
  } else {
    context.terminal.out(told);
  }
}

std::string document_command(const Context& context) {
  std::vector<std::string> words{"assay"};
  for (std::size_t i = 1; i < context.arguments.size(); ++i) {
    const std::string& word = context.arguments[i];
    bool form = false;
    for (const char* name : {"--html", "--markdown", "--csv", "--json", "--pdf", "--answer"}) {
      if (word == name) ++i, form = true;
      if (word.starts_with(std::string(name) + "=")) form = true;
    }
    if (!form && word != "-q" && word != "--quiet") words.push_back(word);
  }
  return join_command(words);
}

std::int64_t report_time_utc_ms() {
  const char* given = std::getenv("SOURCE_DATE_EPOCH");
  if (given == nullptr || *given == '\0') return now_utc_ms();
  const std::string_view text(given);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t year_10000 = 253'402'300'800;
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds >= year_10000)
    throw Error(ErrorCode::usage, fmt::format("SOURCE_DATE_EPOCH is '{}'", printable(text, 100)),
                "it is to be a number of seconds since 1970, or not set");
  return seconds * 1000;
}

}  // namespace assay::cli
