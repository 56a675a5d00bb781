// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <sstream>

#include "harness/cli/app.h"
#include "harness/cli/exit_code.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

int report(const Terminal& terminal, const Error& error) {
  if (error.code == ErrorCode::interrupted) return exit_code(error.code);
  // What is wrong with a command line stands in one line: a line end in it is one that was given.
  std::string text = "assay: ";
  text += error.code == ErrorCode::usage ? printable(error.what(), std::string::npos) : error.what();
  if (!error.remedy.empty()) text += "\n  " + error.remedy;
  terminal.error(with_short_words(text));
  return exit_code(error.code);
}

/// CLI11's own word for what is wrong, with the closest command where it is one that is not known.
int report_usage(const Application& application, const CLI::ParseError& error,
                 const std::vector<std::string>& arguments, const Terminal& terminal) {
  if (error.get_exit_code() == 0) {  // --help, --version
    std::ostringstream text;
    const int code = application.root->exit(error, text, text);
    terminal.out(text.str());
    return code;
  }
  std::string hint = "see 'assay --help'";
  if (application.root->get_subcommands().empty() && arguments.size() > 1 &&
      arguments[1].rfind('-', 0) != 0) {
    std::vector<std::string> names;
    for (const auto& command : commands()) names.push_back(command.name);
    hint = suggest(arguments[1], names);
  } else if (!application.root->get_subcommands().empty()) {
    hint = "see 'assay " + application.root->get_subcommands().front()->get_name() + " --help'";
  }
  return report(terminal, Error(ErrorCode::usage, error.what(), hint));
}

int dispatch(Application& application, Context& context) {
  const auto chosen = application.root->get_subcommands();
  if (chosen.empty()) {
    context.terminal.out(application.root->help());
    return exit_usage;
  }
  for (std::size_t i = 0; i < commands().size(); ++i) {
    if (commands()[i].name == chosen.front()->get_name()) return application.run[i](context);
  }
  throw Error(ErrorCode::internal, "no code for command '" + chosen.front()->get_name() + "'");
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
/// An empty name of a database would be the default one.
void refuse_empty_values(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string& text = arguments[i];
    if (text == "--db" && i + 1 < arguments.size() && arguments[i + 1].empty())
      throw Error(ErrorCode::usage, "--db names no database", "name a file, or leave the option out");
    if (text.starts_with("--") && text.size() > 3 && text.find('=') + 1 == text.size()) {
      throw Error(ErrorCode::usage, "'" + text + "' has no value",
                  "write one behind the '=', or leave the option out");
    }
  }
}

/// A standard stream that was closed would else be the number of the next file that is opened, and what is
/// printed would go into it. Opened the other way round, so that using it fails as it should.
void occupy_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) == 0 || errno != EBADF) continue;
    [[maybe_unused]] const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int run_main(int argc, char** argv) {
  occupy_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), reported like any other
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that would outgrow the limit (ulimit -f)
  Context context;
  context.arguments.assign(argv, argv + argc);
  context.terminal.color = std::getenv("NO_COLOR") == nullptr;
  try {
    Application application;
    try {
      auto words = mark_foreign_words({context.arguments.begin() + (argc > 0), context.arguments.end()},
                                      *application.root);
      refuse_empty_values(words);
      std::reverse(words.begin(), words.end());  // as CLI11 wants them
      application.root->parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return report_usage(application, error, context.arguments, context.terminal);
    }
    context.json = application.json;
    context.identify = application.identify;
    context.worker_commands = application.workers;
    context.terminal.quiet = application.quiet;
    if (application.no_color) context.terminal.color = false;
    context.settings = Settings::load();
    for (const auto& file : context.settings.files()) {
      if (!file.path.empty() && !file.reason.empty())
        context.terminal.note(fmt::format("{} was not read: {}", file.path, file.reason));
    }
    if (application.root->count("--db") > 0) context.settings.set("db", application.db, "--db");
    return dispatch(application, context);
  } catch (const Error& error) {
    return report(context.terminal, error);
  } catch (
      const std::filesystem::filesystem_error& error) {  // a name too long, a folder that is closed to us
    return report(context.terminal, Error(ErrorCode::io, error.what()));
  } catch (const std::bad_alloc&) {
    return report(context.terminal, Error(ErrorCode::internal, "out of memory"));
  } catch (const std::exception& error) {
    return report(context.terminal, Error(ErrorCode::internal, std::string("internal fault: ") + error.what(),
                                          "please report it with the output of 'assay doctor'"));
  }
}

}  // namespace assay::cli

int main(int argc, char** argv) { return assay::cli::run_main(argc, argv); }
