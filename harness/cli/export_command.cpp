// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <stdlib.h>  // mkstemp
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/show_view.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/store/store.h"
#include "harness/store/transfer.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
  std::string run = "latest";
  std::string format = "json";
  std::string output;
  std::string selector;
};

std::string exported(const Options& options, const Context& context) {
  const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
  const std::string id = store.find_run(options.run);
  if (options.format == "assay") {
    if (!options.selector.empty()) {
      throw Error(ErrorCode::usage, "--select cannot be used with format assay, which is a whole run",
                  "leave it out, or choose another format");
    }
    std::ostringstream text;
    export_run(store, id, text, {.identify = context.identify});
    return text.str();
  }
  const Run run = store.load_run(id);
  Document document = make_document("export", context, {run});
  std::optional<Selector> selector;
  if (!options.selector.empty()) selector = parse_selector(options.selector);
  document.results = results(store, id, selector);
  if (document.results.empty() && selector) throw nothing_matches(run, *selector);
  std::vector<std::string> known{"assay"};
  for (const auto& format : formats()) {
    if (format.name == options.format) return format.write(document);
    known.push_back(format.name);
  }
  throw Error(ErrorCode::usage, fmt::format("there is no format '{}'", options.format),
              suggest(options.format, known));
}

[[noreturn]] void cannot_write(const std::string& path, int reason) {
  throw Error(ErrorCode::io, path + ": " + std::strerror(reason),
              "name a file in a folder that is there and can be written");
}

/// Writes and closes. 0, or errno.
int write_and_close(std::FILE* file, const std::string& text) {
  int reason = file == nullptr ? errno : 0;
  if (file != nullptr && std::fwrite(text.data(), 1, text.size(), file) != text.size()) reason = errno;
  if (file != nullptr && std::fclose(file) != 0 && reason == 0) reason = errno;
  return reason;
}

/// The mode that a new file gets here, or that of the one that is replaced.
mode_t mode_for(const fs::path& target) {
  struct stat facts {};
  if (::stat(target.c_str(), &facts) == 0) return facts.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// All or nothing: written beside its place and then renamed, so that what stood there is whole until the new
/// one is. Pipes and devices (/dev/stdout) take it as it comes; a link stays one, and its file is replaced.
void write_file(const std::string& path, const std::string& text) {
  std::error_code ignored;
  fs::path target = path;
  if (fs::exists(target, ignored)) {
    if (!fs::is_regular_file(target, ignored)) {
      if (const int reason = write_and_close(std::fopen(path.c_str(), "wb"), text))
        cannot_write(path, reason);
      return;
    }
    target = fs::canonical(target, ignored);
  }
  std::string fresh = (fs::absolute(target, ignored).parent_path() / ".assay-XXXXXX").string();
  const int descriptor = ::mkstemp(fresh.data());
  if (descriptor < 0) cannot_write(path, errno);
  (void)::fchmod(descriptor, mode_for(target));  // refused on some file systems, and no reason to fail
  int reason = write_and_close(::fdopen(descriptor, "wb"), text);
  if (reason == 0 && ::rename(fresh.c_str(), target.c_str()) != 0) reason = errno;
  if (reason == 0) return;
  ::unlink(fresh.c_str());
  cannot_write(path, reason);
}

}  // namespace

CommandSpec export_command() {
  return {"export", "a stored run for other tools, or for another database",
          "assay export latest --format csv -o results.csv", [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            app.add_option("run", options->run, "id, unique prefix, label, latest, latest~1")
                ->capture_default_str();
            app.add_option("--format", options->format,
                           "one of 'assay list formats'; assay is a whole run with raw samples")
                ->capture_default_str();
            app.add_option("-o,--output", options->output, "a file; default: standard output");
            app.add_option("--select", options->selector,
                           "only these cases: 'llm.*' (not for --format assay)");
            return [options](Context& context) {
              const std::string text = exported(*options, context);
              if (options->output.empty()) {
                context.terminal.out(text);
              } else {
                write_file(options->output, text);
              }
              return int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
