// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "harness/cli/app.h"
#include "harness/cli/exit_code.h"
#include "harness/core/error.h"
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
    const std::vector<std::string> words(context.arguments.begin() + (argc > 0), context.arguments.end());
    if (const auto ended = application.parse(words, context.terminal)) return *ended;
    context.json = application.json;
    context.identify = application.identify;
    context.worker_commands = application.workers;
    context.program = application.program;
    context.terminal.quiet = application.quiet;
    if (application.no_color) context.terminal.color = false;
    context.settings = Settings::load();
    for (const auto& file : context.settings.files()) {
      if (!file.path.empty() && !file.reason.empty())
        context.terminal.note(fmt::format("{} was not read: {}", file.path, file.reason));
    }
    if (application.is_given("--db")) context.settings.set("db", application.db, "--db");
    if (const auto* command = application.chosen()) return (*command)(context);
    context.terminal.out(application.help());
    return exit_usage;
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
