// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/command.h"

namespace assay::cli {

/// An option or positional as help, completion and man page show it.
struct OptionText {
  std::string shown;                    ///< "-o,--output", "run"
  std::vector<std::string> long_names;  ///< "output"; none of a positional
  std::string doc;
};

/// The whole command line, built from commands(): used to parse, to complete and to document.
class Application {
 public:
  Application();
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Parses the words behind the program's name. \returns the exit code where the program ends with that:
  /// after --help and --version, which are printed. \throws Error{usage} with the closest command or the help
  /// that tells.
  std::optional<int> parse(std::vector<std::string> words, const Terminal& terminal);

  std::string help() const;
  bool is_given(const std::string& option) const;
  const std::function<int(Context&)>* chosen() const;  ///< what the command runs; null: none was given

  /// Of a command, by name; "": those of the program itself.
  std::vector<OptionText> options(const std::string& command) const;
  std::vector<std::string> command_names(const std::string& command) const;

  // Global options, as parsed.
  std::string db;
  std::vector<std::string> workers;
  bool json = false;
  bool identify = false;
  bool quiet = false;
  bool no_color = false;
  std::vector<std::string> program;  ///< what stands behind `--`, of a command that takes it

 private:
  void take_program(std::vector<std::string>& words);
  const CLI::App& app(const std::string& command) const;

  std::unique_ptr<CLI::App> root_;
  std::vector<std::function<int(Context&)>> run_;  ///< by index of commands()
};

}  // namespace assay::cli
