// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/progress.h"

#include <fmt/format.h>

#include "harness/cli/format.h"
#include "harness/core/text.h"

namespace assay::cli {

run::Progress Reporter::callbacks() {
  run::Progress progress;
  progress.note = [this](const std::string& text) { terminal_.note(text); };
  progress.begin = [this](const PlannedCase& planned, int launch, std::size_t done, std::size_t all,
                          double eta_s) {
    tell(fmt::format("[{:>3}/{}] ETA {}  {}  launch {}", done + 1, all, clock_time(eta_s),
                     printable(to_string(planned.value), 120), launch + 1),
         done == 0 ? "" : fmt::format("{} of {} launches done, about {} left", done, all, clock_time(eta_s)));
  };
  progress.end = [this](const PlannedCase& planned, const Launch& launch) {
    if (launch.status == Status::ok) return;
    terminal_.note(fmt::format("{}: launch {} {}: {}", printable(to_string(planned.value), 200),
                               launch.index + 1, to_string(launch.status), printable(launch.reason, 500)));
    if (launch.status == Status::unavailable) return;  // the reason is the worker's, and all that there is
    const std::string log = last_lines(launch.log, "    ");
    if (!log.empty() && log != last_log_)  // the next launch of a bad worker says the same
      terminal_.note("  its log ends:\n" + log.substr(0, log.rfind('\n')));
    last_log_ = log;
  };
  return progress;
}

void Reporter::trial(const trials::AbProgress& at) {
  const std::size_t decided = at.cases - at.measuring;
  const std::string left = at.launches == 0 ? "?" : clock_time(at.longest_s);
  tell(fmt::format("[{}/{} decided] ETA {} at most  {}  {} of pair {}", decided, at.cases, left,
                   printable(to_string(at.planned->value), 120),
                   at.side == trials::Side::base ? "base" : "new", at.pair + 1),
       at.launches == 0 ? ""
                        : fmt::format("{} of {} cases decided after {} launches, at most {} left", decided,
                                      at.cases, at.launches, left));
}

void Reporter::calibration(const trials::CalibrateProgress& at) {
  const std::string left = at.done == 0 ? "?" : clock_time(at.eta_s);
  tell(fmt::format("[session {}/{}, launch {}/{}] ETA {}  {}", at.session + 1, at.sessions, at.done + 1,
                   at.all, left, printable(to_string(at.planned->value), 120)),
       at.done == 0 ? ""
                    : fmt::format("session {} of {}: {} of {} launches done, about {} left", at.session + 1,
                                  at.sessions, at.done, at.all, left));
}

/// `line`: off a terminal, so that a log shows that it lives.
void Reporter::tell(const std::string& status, const std::string& line) {
  terminal_.status(status);
  const auto now = std::chrono::steady_clock::now();
  if (terminal_.error_is_terminal() || now - last_ <= std::chrono::seconds(10)) return;
  if (!line.empty()) terminal_.note(line);
  last_ = now;
}

std::string interrupt_note(const Terminal& terminal) {
  if (terminal.quiet) return "";
  return std::string(terminal.error_is_terminal() ? "\r\033[K" : "") +
         "ending after the request in flight, which is stored; once more ends it now\n";
}

}  // namespace assay::cli
