// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/cli/arguments.h"
#include "harness/cli/settings.h"
#include "harness/cli/terminal.h"
#include "harness/core/component.h"

namespace assay {
/// What CMake put into this program: collectors around the launch, and those inside a worker, to try them
/// here.
const ComponentTable& program_components();
}  // namespace assay

namespace assay::cli {

/// What every command is given when it runs.
struct Context {
  Settings settings;
  Terminal terminal;
  bool json = false;                         ///< --json: the document of the design page, on standard output
  bool identify = false;                     ///< --identify: host names leave in exports as they are
  std::vector<std::string> worker_commands;  ///< --worker, as given
  std::vector<std::string> program;          ///< what stands behind `--`, of commands that take one
  std::vector<std::string> arguments;        ///< the whole command line
};

/// One subcommand. The table of these is the one source of help, completion and man page.
struct CommandSpec {
  std::string name;
  std::string summary;
  std::string example;  ///< shown first in --help
  /// Declares what the command takes; what it returns runs it and gives the exit code.
  std::function<std::function<int(Context&)>(Arguments)> declare;
  bool takes_program = false;  ///< what stands behind `--` is somebody else's command line
};

const std::vector<CommandSpec>& commands();

/// What `assay list` lists, for its help and the completion.
const std::vector<std::string>& list_kinds();

CommandSpec ab_command();
CommandSpec baseline_command();
CommandSpec ack_command();
CommandSpec bisect_command();
CommandSpec calibrate_command();
CommandSpec capacity_command();
CommandSpec compare_command();
CommandSpec completion_command();
CommandSpec config_command();
CommandSpec db_command();
CommandSpec doctor_command();
CommandSpec explain_command();
CommandSpec export_command();
CommandSpec gate_command();
CommandSpec gui_command();
CommandSpec history_command();
CommandSpec ignore_command();
CommandSpec import_command();
CommandSpec list_command();
CommandSpec model_command();
CommandSpec profile_command();
CommandSpec regressions_command();
CommandSpec reopen_command();
CommandSpec report_command();
CommandSpec roofline_command();
CommandSpec run_command();
CommandSpec show_command();
CommandSpec worker_command();

extern const char* const version_text;  ///< "0.1.0", from project() in the root CMakeLists.txt

}  // namespace assay::cli
