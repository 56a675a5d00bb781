// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace assay::cli {

/// One option or positional of a command, to say more about it.
class Argument {
 public:
  explicit Argument(CLI::Option* option) : option_(option) {}

  const Argument& required() const;
  const Argument& show_default() const;                         ///< --help shows the value it has now,
  const Argument& show_default(const std::string& text) const;  ///< or this
  /// A flag takes one value, and may be repeated: the word behind it is something else.
  const Argument& one_a_flag() const;
  /// A flag may stand without a value, which is `text` then.
  const Argument& value_or(const std::string& text) const;
  const Argument& between(std::int64_t lowest, std::int64_t highest) const;

 private:
  CLI::Option* option_;
};

/// What a command takes, declared on it: a small face of CLI11, whose one header costs 7 s for every file
/// that includes it. Values must outlive the parsing.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(&app) {}

  /// A positional ("run"), or an option ("-o,--output").
  Argument add(const std::string& name, std::string& value, const std::string& doc) const;
  Argument add(const std::string& name, std::optional<std::string>& value, const std::string& doc) const;
  Argument add(const std::string& name, std::vector<std::string>& values, const std::string& doc) const;
  Argument add(const std::string& name, std::int64_t& value, const std::string& doc) const;
  Argument add(const std::string& name, std::optional<std::int64_t>& value, const std::string& doc) const;
  void flag(const std::string& name, bool& value, const std::string& doc) const;

  /// A command of this command, which then must be given one; it knows the options above it too. `example`
  /// stands below its --help.
  Arguments command(const std::string& name, const std::string& summary,
                    const std::string& example = "") const;
  void command_is_optional() const;                  ///< after the last of them: none need be given
  bool is_chosen(const std::string& command) const;  ///< once it is parsed

  void explain_below(const std::string& text) const;  ///< stands in --help before the example

 private:
  CLI::App* app_;
};

}  // namespace assay::cli
