// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/app.h"

#include <CLI/CLI.hpp>

namespace assay::cli {

const std::vector<CommandSpec>& commands() {
  static const std::vector<CommandSpec> table{
      doctor_command(),  explain_command(),  list_command(),      run_command(),    show_command(),
      compare_command(), roofline_command(), export_command(),    import_command(), db_command(),
      config_command(),  worker_command(),   completion_command()};
  return table;
}

namespace {

void add_global_options(const Arguments& arguments, Application& values) {
  arguments.add("--db", values.db,
                "the database (default: ASSAY_DB, settings, $XDG_DATA_HOME/assay/assay.db)");
  arguments.add("--worker", values.workers, "a worker beside the installed ones: its command line, or a name")
      .one_a_flag();
  arguments.flag("--json", values.json, "the answer as one JSON document");
  arguments.flag("--identify", values.identify, "leave host names in what is written");
  arguments.flag("-q,--quiet", values.quiet, "no progress and no notes");
  arguments.flag("--no-color", values.no_color, "no color (also NO_COLOR)");
}

}  // namespace

Application::Application() : root(std::make_unique<CLI::App>("Assay measures AI compute.", "assay")) {
  root->set_version_flag("--version", std::string("assay ") + version_text);
  root->require_subcommand(0, 1);
  root->footer(
      "Begin with:  assay doctor   then   assay run --suite quick   then   assay show\n"
      "Help on one command:  assay run --help");
  add_global_options(Arguments(*root), *this);
  for (const auto& command : commands()) {
    CLI::App* sub = root->add_subcommand(command.name, command.summary);
    sub->footer("Example:  " + command.example);
    sub->fallthrough();
    run.push_back(command.declare(Arguments(*sub)));
  }
}

Application::~Application() = default;

}  // namespace assay::cli
