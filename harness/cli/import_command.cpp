// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/merge_text.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/store.h"
#include "harness/store/transfer.h"

namespace assay::cli {

CommandSpec import_command() {
  return {"import", "runs that 'export --format assay' wrote; known ones are left as they are",
          "assay import other-machine.jsonl", [](Arguments arguments) {
            auto files = std::make_shared<std::vector<std::string>>();
            arguments.add("file", *files, "files to read").required();
            return [files](Context& context) {
              Store store = Store::open(context.settings.database(), Store::Mode::create);
              auto all = nlohmann::ordered_json::array();
              for (const auto& path : *files) {
                std::error_code ignored;
                if (std::filesystem::is_character_file(path, ignored)) {  // /dev/zero is one endless line
                  throw Error(ErrorCode::bad_input, path + " is neither a file nor a pipe",
                              "give a file that 'assay export --format assay' wrote");
                }
                std::ifstream file(path, std::ios::binary);
                if (!file) throw Error(ErrorCode::bad_input, path + ": " + std::strerror(errno));
                const MergeReport report = import_runs(store, file, path);
                all.push_back(merge_json(path, report));
                if (!context.json) context.terminal.out(printable(path) + ": " + merge_text(report));
              }
              if (context.json) context.terminal.out(json_answer("import", {{"sources", all}}));
              return int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
