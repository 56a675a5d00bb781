// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "harness/store/maintenance.h"

/// Whole runs as Assay's own JSON, for other machines and for keeping: JSON lines, the first of a run
/// {"assay_export": 1, "launches": N, "run": {...}} with settings, labels, probes and plan, then N {"launch":
/// {...}} with raw samples, tracks, readings and spans. Several runs may follow each other in one file.
/// Beside "run" stand the triage events about its cases, {"triage": [...]}, which may also stand alone, and
/// what it found out as a calibration, {"calibrations": [...]}.
namespace assay {

struct ExportOptions {
  bool identify = false;  ///< false: host names, users and home folders are replaced, also within texts
  bool with_samples =
      true;  ///< false: without raw samples and tracks; such a launch has no times when imported
};

/// \throws Error{bad_input} when the run is not there, Error{io} when `out` fails.
void export_run(const Store& store, const std::string& run_id, std::ostream& out,
                const ExportOptions& options = {});

/// A decision alone, as a file beside exports of runs.
void export_triage(TriageEvent event, std::ostream& out, const ExportOptions& options = {});

/// Adds what is not there yet, by UUID, as merge() does, all or nothing. `name` is the source's, for
/// messages. \throws Error{bad_input} naming the line (and of what is no JSON the byte), also of a launch
/// that breaks LaunchRules, and where launches are missing at the end.
MergeReport import_runs(Store& store, std::istream& in, const std::string& name);

/// A run with its launches, made from what another tool wrote.
struct WholeRun {
  Run run;
  std::vector<Launch> launches;
};

/// The same of runs that stand in no export: all of them or nothing. \throws Error{bad_input} of a launch
/// that breaks LaunchRules.
MergeReport add_runs(Store& store, const std::vector<WholeRun>& runs);

}  // namespace assay
