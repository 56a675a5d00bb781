// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/gui_program.h"
#include "harness/core/error.h"

namespace assay::cli {

namespace {

struct GuiOptions {
  std::vector<std::string> databases;
  std::optional<std::string> link;
  std::optional<std::string> screenshot;
  std::optional<std::string> size;
  std::optional<std::string> theme;
};

/// The dashboard is a program of its own, so that no other command waits for Qt: this process becomes it.
int start(const GuiOptions& options, const Context& context) {
  const std::string program = gui_program("the dashboard");
  std::vector<std::string> words{program};
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) words.insert(words.end(), {name, *value});
  };
  add("--link", options.link);
  add("--screenshot", options.screenshot);
  add("--size", options.size);
  add("--theme", options.theme);
  words.emplace_back("--");
  words.insert(words.end(), options.databases.begin(), options.databases.end());
  const std::string usual =
      options.databases.empty() && !options.link ? context.settings.existing_database() : "";
  if (!usual.empty()) words.push_back(usual);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  throw Error(ErrorCode::io, program + " cannot be started: " + std::strerror(errno),
              "build or install Assay again");
}

}  // namespace

CommandSpec gui_command() {
  return {
      "gui", "the dashboard: what got slower and why, in a window", "assay gui results.db",
      [](Arguments arguments) {
        auto options = std::make_shared<GuiOptions>();
        arguments.add("databases", options->databases, "databases to open together (default: the database)");
        arguments.add("--link", options->link,
                      "show what this link, copied in the window, showed: assay:...");
        arguments.add("--screenshot", options->screenshot,
                      "write a picture of the window as PNG, without a display");
        arguments.add("--size", options->size, "of that picture").show_default("1280x800");
        arguments.add("--theme", options->theme, "light or dark (default: the last one, else the desktop's)");
        return [options](Context& context) { return start(*options, context); };
      }};
}

}  // namespace assay::cli
