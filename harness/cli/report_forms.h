// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/cli/command.h"
#include "reports/document/document.h"

namespace assay::cli {

/// Where a report goes, form by form: a file, or "-" for standard output.
struct ReportForms {
  std::optional<std::string> html, markdown, csv, json, pdf;
  bool any() const { return html || markdown || csv || json || pdf; }
};

void add_report_forms(const Arguments& arguments, ReportForms& forms);

/// Refuses what cannot be written, before anything is loaded. \throws Error{usage}; Error{unavailable}: PDF
void check_forms(const ReportForms& forms, const Context& context);

/// Writes the document in every form that is asked for; without any as HTML to `usual_name`. Every form is
/// made of what the JSON says, so that `--from` gives the same bytes. Then tells the answer and the files: on
/// standard output, or as a note where a form went there.
void write_report(const reports::Document& document, const ReportForms& forms, const std::string& usual_name,
                  const Context& context);

/// The command line that makes the document again: this one, without where its forms went.
std::string document_command(const Context& context);

/// What a report takes for now: SOURCE_DATE_EPOCH (seconds), where it is set, else the clock. \throws
/// Error{usage} where it is no such number.
std::int64_t report_time_utc_ms();

}  // namespace assay::cli
