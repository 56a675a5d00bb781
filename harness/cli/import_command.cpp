// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/git.h"
#include "harness/cli/import_runs.h"
#include "harness/cli/merge_text.h"
#include "harness/cli/plan_run.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/store.h"
#include "harness/store/transfer.h"

namespace assay::cli {

namespace {

struct ImportOptions {
  std::vector<std::string> files;
  std::string format;
  std::string commit;
  std::vector<std::string> labels;
};

MergeReport import_own(Store& store, const ImportSource& source) {
  if (source.source->text.empty()) {
    std::ifstream file(source.path, std::ios::binary);
    return import_runs(store, file, source.path);
  }
  std::istringstream text(source.source->text);
  return import_runs(store, text, source.path);
}

std::string names(const std::vector<WholeRun>& runs) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(runs.size(), most); ++i)
    text += (i > 0 ? ", " : "") + runs[i].run.id.substr(0, 8);
  return runs.size() > most ? text + ", ..." : text;
}

int import_all(const ImportOptions& options, Context& context) {
  std::optional<Commit> commit;
  if (!options.commit.empty()) {
    commit = commit_named(".", options.commit);
    if (!commit)
      throw Error(ErrorCode::unavailable,
                  "git knows no commit '" + printable(options.commit, 100) + "' in this folder",
                  "start in the repository whose code was measured: git rev-parse COMMIT");
  }
  const auto labels = parse_labels(options.labels);
  std::vector<std::string> left_out;
  struct Read {
    ImportSource source;
    std::vector<WholeRun> runs;
  };
  std::vector<Read> all;  // everything is read before anything is stored
  for (const auto& path : options.files) {
    for (ImportSource& source : open_import(path, options.format, left_out)) {
      Read read{std::move(source), {}};
      if (!read.source.own) {
        read.runs = whole_runs(read.source, labels, commit);
        read.source.source.reset();
      }
      all.push_back(std::move(read));
    }
  }
  Store store = Store::open(context.settings.database(), Store::Mode::create);
  auto sources = nlohmann::ordered_json::array();
  for (const Read& read : all) {
    const bool own = read.source.own;
    const MergeReport report = own ? import_own(store, read.source) : add_runs(store, read.runs);
    auto json = merge_json(read.source.path, report);
    json["format"] = own ? "assay" : read.source.format->name;
    json["runs"] = nlohmann::ordered_json::array();
    for (const auto& whole : read.runs) json["runs"].push_back(whole.run.id);
    sources.push_back(std::move(json));
    if (context.json) continue;
    context.terminal.out(printable(read.source.path) + ": " +
                         (own ? ""
                              : fmt::format("{}, run{} {}: ", read.source.format->name,
                                            read.runs.size() == 1 ? "" : "s", names(read.runs))) +
                         merge_text(report));
  }
  if (!left_out.empty())
    context.terminal.note(fmt::format("{} file{} of no format that is read here left out, first {}",
                                      left_out.size(), left_out.size() == 1 ? " is" : "s are",
                                      printable(left_out.front())));
  if (context.json) context.terminal.out(json_answer("import", {{"sources", sources}}));
  return exit_fine;
}

std::string format_names() {
  std::string text = "assay";
  for (const ImportFormat& format : import_formats()) text += ", " + format.name;
  return text;
}

}  // namespace

CommandSpec import_command() {
  return {
      "import",
      "results of other tools, and runs that 'export --format assay' wrote; known ones stay as they are",
      "assay import results.json other-machine.jsonl", [](Arguments arguments) {
        auto options = std::make_shared<ImportOptions>();
        arguments.add("file", options->files, "files or folders to read; '-': standard input").required();
        arguments.add("--format", options->format, "one of " + format_names()).show_default("by the content");
        arguments.add("--commit", options->commit,
                      "the revision that was measured, of results that do not say it");
        arguments.add("--label", options->labels, "KEY=VALUE or NAME, of other tools' runs").one_a_flag();
        return [options](Context& context) { return import_all(*options, context); };
      }};
}

}  // namespace assay::cli
