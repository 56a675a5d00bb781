// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/suggest.h"

namespace assay::cli {

const std::vector<CommandSpec>& commands() {
  static const std::vector<CommandSpec> table{
      doctor_command(),    list_command(),       run_command(),     show_command(),        compare_command(),
      profile_command(),   roofline_command(),   ab_command(),      gate_command(),        baseline_command(),
      calibrate_command(), capacity_command(),   history_command(), regressions_command(), ack_command(),
      ignore_command(),    reopen_command(),     bisect_command(),  explain_command(),     report_command(),
      export_command(),    import_command(),     db_command(),      config_command(),      worker_command(),
      model_command(),     completion_command(), gui_command()};
  return table;
}

namespace {

void add_global_options(const Arguments& arguments, Application& values) {
  arguments.add("--db", values.db,
                "the database (default: ASSAY_DB, settings, $XDG_DATA_HOME/assay/assay.db)");
  arguments
      .add("--worker", values.workers,
           "a worker beside the installed ones: its command line, a name or its .toml file")
      .one_a_flag();
  arguments.flag("--json", values.json, "the answer as one JSON document");
  arguments.flag("--identify", values.identify, "leave host names in what is written");
  arguments.flag("-q,--quiet", values.quiet, "no progress and no notes");
  arguments.flag("--no-color", values.no_color, "no color (also NO_COLOR)");
}

/// What follows the first word of a worker's command line is the worker's own, though it look like an option
/// of ours: `worker check ./my_worker --json` is read as `worker check -- ./my_worker --json`.
std::vector<std::string> mark_foreign_words(std::vector<std::string> words, CLI::App& root) {
  const std::vector<std::string> check{"worker", "check"};
  auto at = std::search(words.begin(), words.end(), check.begin(), check.end());
  if (at == words.end()) return words;
  for (at += 2; at != words.end() && at->rfind('-', 0) == 0 && *at != "--"; ++at) {
    const CLI::Option* option = root.get_option_no_throw(*at);
    if (option != nullptr && option->get_expected_min() > 0 && at + 1 != words.end()) ++at;
  }
  if (at != words.end() && *at != "--") words.insert(at, "--");
  return words;
}

/// "--label=" takes what follows as its value: with an empty shell variable, a selector would become a label.
/// An empty word behind an option would be taken for an option that was not given.
void refuse_empty_values(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string& text = words[i];
    if (text.starts_with("--") && text.find('=') == std::string::npos && i + 1 < words.size() &&
        words[i + 1].empty())
      throw Error(ErrorCode::usage, "'" + text + "' has no value: an empty word stands behind it",
                  "is a variable unset? give a value, or leave the word out");
    if (text.starts_with("--") && text.size() > 3 && text.find('=') + 1 == text.size()) {
      throw Error(ErrorCode::usage, "'" + text + "' has no value",
                  "write one behind the '=', or leave the option out");
    }
  }
}

/// CLI11's own word for what is wrong, with the closest command where it is one that is not known.
Error mistake(const CLI::App& root, const CLI::ParseError& error, const std::vector<std::string>& words) {
  std::string hint = "see 'assay --help'";
  if (root.get_subcommands().empty() && !words.empty() && words[0].rfind('-', 0) != 0) {
    std::vector<std::string> names;
    for (const auto& command : commands()) names.push_back(command.name);
    hint = suggest(words[0], names);
  } else if (!root.get_subcommands().empty()) {
    hint = "see 'assay " + root.get_subcommands().front()->get_name() + " --help'";
  }
  return {ErrorCode::usage, error.what(), hint};
}

}  // namespace

Application::Application() : root_(std::make_unique<CLI::App>("Assay measures AI compute.", "assay")) {
  root_->set_version_flag("--version", std::string("assay ") + version_text);
  root_->require_subcommand(0, 1);
  root_->footer(
      "Begin with:  assay doctor   then   assay run --suite quick   then   assay show\n"
      "Help on one command:  assay run --help");
  add_global_options(Arguments(*root_), *this);
  for (const auto& command : commands()) {
    CLI::App* sub = root_->add_subcommand(command.name, command.summary);
    sub->footer("Example:  " + command.example);
    sub->fallthrough();
    run_.push_back(command.declare(Arguments(*sub)));
  }
}

Application::~Application() = default;

/// `assay run OPTIONS -- COMMAND`: no word of COMMAND is ours.
void Application::take_program(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  const auto named = [&](const CommandSpec& command) {
    return std::find(words.begin(), dashes, command.name) != dashes && command.takes_program;
  };
  if (dashes == words.end() || !std::any_of(commands().begin(), commands().end(), named)) return;
  program.assign(dashes + 1, words.end());
  words.erase(dashes, words.end());
  if (program.empty())
    throw Error(ErrorCode::usage, "nothing stands behind '--'",
                "write the command that is to be measured there");
}

std::optional<int> Application::parse(std::vector<std::string> words, const Terminal& terminal) {
  take_program(words);
  auto marked = mark_foreign_words(words, *root_);
  refuse_empty_values(marked);
  std::reverse(marked.begin(), marked.end());  // as CLI11 wants them
  try {
    root_->parse(std::move(marked));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw mistake(*root_, error, words);
    std::ostringstream text;  // --help, --version
    const int code = root_->exit(error, text, text);
    terminal.out(text.str());
    return code;
  }
  return std::nullopt;
}

std::string Application::help() const { return root_->help(); }

bool Application::is_given(const std::string& option) const { return root_->count(option) > 0; }

const std::function<int(Context&)>* Application::chosen() const {
  const auto chosen = root_->get_subcommands();
  for (std::size_t i = 0; i < run_.size() && !chosen.empty(); ++i) {
    if (commands()[i].name == chosen.front()->get_name()) return &run_[i];
  }
  return nullptr;
}

const CLI::App& Application::app(const std::string& command) const {
  return command.empty() ? *root_ : *root_->get_subcommand(command);
}

std::vector<OptionText> Application::options(const std::string& command) const {
  std::vector<OptionText> texts;
  for (const auto* option : app(command).get_options()) {
    texts.push_back({option->get_positional() ? option->get_name(true) : option->get_name(false, true),
                     option->get_lnames(), option->get_description()});
  }
  return texts;
}

std::vector<std::string> Application::command_names(const std::string& command) const {
  std::vector<std::string> names;
  for (const auto* sub : app(command).get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

}  // namespace assay::cli
