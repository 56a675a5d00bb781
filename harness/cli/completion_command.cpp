// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/cli/answer.h"
#include "harness/cli/app.h"
#include "harness/cli/exit_code.h"
#include "harness/core/error.h"

namespace assay::cli {

namespace {

std::string words(const CLI::App& app) {
  std::string list;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) list += (list.empty() ? "--" : " --") + name;
  }
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    list += " " + sub->get_name();
  return list;
}

std::string bash() {
  Application application;
  std::string cases;
  for (const auto* sub : application.root->get_subcommands([](const CLI::App*) { return true; })) {
    std::string more;
    if (sub->get_name() == "list") more = fmt::format(" {}", fmt::join(list_kinds(), " "));
    cases += fmt::format("    {}) words=\"{}{}\" ;;\n", sub->get_name(), words(*sub), more);
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
                     cases, words(*application.root));
}

std::string roff(std::string text) {
  std::string out;
  for (const char c : text) out += c == '\\' ? "\\\\" : c == '-' ? "\\-" : std::string(1, c);
  return out;
}

std::string shown_name(const CLI::Option& option) {
  return option.get_positional() ? option.get_name(true) : option.get_name(false, true);
}

/// The man page, from the same table as --help.
std::string man() {
  Application application;
  std::string text = fmt::format(
      ".TH ASSAY 1 \"\" \"assay {}\"\n.SH NAME\nassay \\- measures AI compute\n.SH SYNOPSIS\n.B "
      "assay\nCOMMAND [OPTIONS]\n.SH COMMANDS\n",
      version_text);
  for (const auto& command : commands()) {
    const auto* sub = application.root->get_subcommand(command.name);
    text += fmt::format(".SS {}\n{}.\n.PP\nExample: {}\n", roff(command.name), roff(command.summary),
                        roff(command.example));
    for (const auto* option : sub->get_options()) {
      text += fmt::format(".TP\n.B {}\n{}\n", roff(shown_name(*option)), roff(option->get_description()));
    }
  }
  text += ".SH OPTIONS\n";
  for (const auto* option : application.root->get_options()) {
    text += fmt::format(".TP\n.B {}\n{}\n", roff(shown_name(*option)), roff(option->get_description()));
  }
  text += ".SH ENVIRONMENT\n";
  for (const auto& spec : setting_specs())
    text += fmt::format(".TP\n.B {}\n{}\n", roff(spec.environment), roff(spec.doc));
  text +=
      ".SH EXIT STATUS\n0 fine; 1 regression; 2 usage or bad input; 3 not available here; 4 internal fault; "
      "5 dead gate; "
      "6 a result was wrong; 7 a case has no valid result because its worker failed; 129, 130, 143 "
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
