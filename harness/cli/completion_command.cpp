// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "harness/cli/answer.h"
#include "harness/cli/app.h"
#include "harness/cli/exit_code.h"
#include "harness/core/error.h"

namespace assay::cli {

namespace {

std::string words(const Application& application, const std::string& command) {
  std::string list;
  for (const auto& option : application.options(command)) {
    for (const auto& name : option.long_names) list += (list.empty() ? "--" : " --") + name;
  }
  for (const auto& name : application.command_names(command)) list += " " + name;
  return list;
}

std::string bash() {
  const Application application;
  std::string cases;
  for (const auto& name : application.command_names("")) {
    std::string more;
    if (name == "list") more = fmt::format(" {}", fmt::join(list_kinds(), " "));
    cases += fmt::format("    {}) words=\"{}{}\" ;;\n", name, words(application, name), more);
  }
  return fmt::format(R"(# bash completion for assay; load it with: source <(assay completion bash)
_assay() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" command="" word words
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command" in
{}    *) words="{}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}}
complete -o filenames -F _assay assay
)",
                     cases, words(application, ""));
}

std::string roff(std::string text) {
  std::string out;
  for (const char c : text) out += c == '\\' ? "\\\\" : c == '-' ? "\\-" : std::string(1, c);
  return out;
}

std::string options(const Application& application, const std::string& command) {
  std::string text;
  for (const auto& option : application.options(command))
    text += fmt::format(".TP\n.B {}\n{}\n", roff(option.shown), roff(option.doc));
  return text;
}

/// The man page, from the same table as --help.
std::string man() {
  const Application application;
  std::string text = fmt::format(
      ".TH ASSAY 1 \"\" \"assay {}\"\n.SH NAME\nassay \\- measures AI compute\n.SH SYNOPSIS\n.B "
      "assay\nCOMMAND [OPTIONS]\n.SH COMMANDS\n",
      version_text);
  for (const auto& command : commands()) {
    text += fmt::format(".SS {}\n{}.\n.PP\nExample: {}\n", roff(command.name), roff(command.summary),
                        roff(command.example));
    text += options(application, command.name);
  }
  text += ".SH OPTIONS\n" + options(application, "");
  text += ".SH ENVIRONMENT\n";
  for (const auto& spec : setting_specs())
    text += fmt::format(".TP\n.B {}\n{}\n", roff(spec.environment), roff(spec.doc));
  text +=
      ".SH EXIT STATUS\n0 fine; 1 regression; 2 usage or bad input; 3 not available here; 4 internal fault; "
      "5 dead gate; "
      "6 a result was wrong; 7 a case has no valid result because its worker failed or told false times; "
      "129, 130, 143 "
      "interrupted.\n";
  return text;
}

}  // namespace

CommandSpec completion_command() {
  return {"completion", "shell completion, or the man page, from the table behind --help",
          "source <(assay completion bash)", [](Arguments arguments) {
            auto shell = std::make_shared<std::string>("bash");
            arguments.add("shell", *shell, "bash, or man for the man page").show_default();
            return [shell](Context& context) {
              if (*shell != "bash" && *shell != "man") {
                throw Error(ErrorCode::usage, "no completion for '" + *shell + "'", "known: bash, man");
              }
              const std::string text = *shell == "bash" ? bash() : man();
              context.terminal.out(
                  context.json ? json_answer("completion", {{"shell", *shell}, {"text", text}}) : text);
              return int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
