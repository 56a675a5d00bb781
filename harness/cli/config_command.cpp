// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/table.h"
#include "harness/core/error.h"

namespace assay::cli {

namespace {

/// The file, or why there is none.
std::string database_text(const Settings& settings) {
  try {
    return settings.database();
  } catch (const Error& error) {
    return std::string("none: ") + error.what();
  }
}

}  // namespace

CommandSpec config_command() {
  return {
      "config", "settings and where each comes from", "assay config --show-origin", [](Arguments arguments) {
        auto origin = std::make_shared<bool>(false);
        arguments.flag("--show-origin", *origin, "also flag, variable or file and line that set it");
        return [origin](Context& context) {
          const bool origins = *origin || context.json;
          Table table({{"setting", false, always},
                       {"value", false, always},
                       {"origin", false, 7},
                       {"environment", false, 3},
                       {"meaning", false, 2}});
          for (const auto& spec : setting_specs()) {
            const Setting& setting = context.settings.get(spec.key);
            const std::string value = spec.key == "db" ? database_text(context.settings) : setting.value;
            table.add({spec.key, value, origins ? setting.origin : "", spec.environment, spec.doc});
          }
          for (const auto& file : origins ? context.settings.files() : std::vector<SettingsFile>()) {
            const std::string state = file.read             ? "read"
                                      : file.reason.empty() ? "not there"
                                                            : "not read: " + file.reason;
            table.add({file.path.empty() ? "file of this user" : "file " + file.path, state, "", "",
                       "a settings file"});
          }
          for (const auto& worker : context.settings.workers()) {
            std::string command;
            for (const auto& part : worker.command.argv) command += (command.empty() ? "" : " ") + part;
            table.add(
                {"worker " + worker.name, command, origins ? worker.origin : "", "", "a worker of yours"});
          }
          context.terminal.out(context.json ? table.json("settings") : table.text(context.terminal.width()));
          return int{exit_fine};
        };
      }};
}

}  // namespace assay::cli
