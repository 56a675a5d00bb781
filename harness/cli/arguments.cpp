// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/arguments.h"

#include <CLI/CLI.hpp>

namespace assay::cli {

const Argument& Argument::required() const {
  option_->required();
  return *this;
}

const Argument& Argument::show_default() const {
  option_->capture_default_str();
  return *this;
}

const Argument& Argument::show_default(const std::string& text) const {
  option_->default_str(text);
  return *this;
}

const Argument& Argument::one_a_flag() const {
  option_->allow_extra_args(false);
  return *this;
}

const Argument& Argument::value_or(const std::string& text) const {
  option_->expected(0, 1)->default_str(text);
  return *this;
}

const Argument& Argument::between(std::int64_t lowest, std::int64_t highest) const {
  option_->check(CLI::Range(lowest, highest));
  return *this;
}

Argument Arguments::add(const std::string& name, std::string& value, const std::string& doc) const {
  return Argument(app_->add_option(name, value, doc));
}

Argument Arguments::add(const std::string& name, std::optional<std::string>& value,
                        const std::string& doc) const {
  return Argument(app_->add_option(name, value, doc));
}

Argument Arguments::add(const std::string& name, std::vector<std::string>& values,
                        const std::string& doc) const {
  return Argument(app_->add_option(name, values, doc));
}

Argument Arguments::add(const std::string& name, std::int64_t& value, const std::string& doc) const {
  return Argument(app_->add_option(name, value, doc));
}

Argument Arguments::add(const std::string& name, std::optional<std::int64_t>& value,
                        const std::string& doc) const {
  return Argument(app_->add_option(name, value, doc));
}

void Arguments::flag(const std::string& name, bool& value, const std::string& doc) const {
  app_->add_flag(name, value, doc);
}

Arguments Arguments::command(const std::string& name, const std::string& summary,
                             const std::string& example) const {
  CLI::App* command = app_->add_subcommand(name, summary);
  app_->require_subcommand(1);
  command->fallthrough();
  if (!example.empty()) command->footer("Example:  " + example);
  return Arguments(*command);
}

void Arguments::command_is_optional() const { app_->require_subcommand(0, 1); }

bool Arguments::is_chosen(const std::string& command) const { return app_->got_subcommand(command); }

void Arguments::explain_below(const std::string& text) const { app_->footer(text + app_->get_footer()); }

}  // namespace assay::cli
