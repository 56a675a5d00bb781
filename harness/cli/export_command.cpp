// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <sstream>

#include "harness/answers/results.h"
#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/show_view.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/suggest.h"
#include "harness/exchange/launches.h"
#include "harness/store/store.h"
#include "harness/store/transfer.h"

namespace assay::cli {

namespace {

struct ExportOptions {
  std::string run = "latest";
  std::string format = "json";
  std::optional<std::string> output;
  std::string selector;
};

/// Launches of the selected cases; paths hidden as in every export.
LaunchDocument launch_document(const Store& store, const Run& run, const std::optional<Selector>& selector,
                               bool identify) {
  LaunchDocument document{run.id, {}};
  const auto hide = [&](std::string& path) { path = identify ? path : hide_paths(path, run.host.name); };
  for (const auto& planned : run.plan) {
    if (selector && !matches(*selector, planned.value, planned.params)) continue;
    CaseLaunches one{to_string(planned.value), store.load_case(run.id, planned.ordinal)};
    for (auto& launch : one.launches) {
      for (auto& spot : launch.hot_spots) hide(spot.object), hide(spot.source);
    }
    document.cases.push_back(std::move(one));
  }
  if (document.cases.empty() && selector) throw nothing_matches(run, *selector);
  return document;
}

std::string exported(ExportOptions options, const Context& context) {
  if (options.format == "gbench") options.format = "google_benchmark";  // its name until `import` knew it too
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
  std::optional<Selector> selector;
  if (!options.selector.empty()) selector = parse_selector(options.selector);
  std::vector<std::string> known{"assay"};
  for (const auto& format : launch_formats()) {
    if (format.name == options.format)
      return format.write(launch_document(store, run, selector, context.identify));
    known.push_back(format.name);
  }
  Document document = make_document("export", context, {run});
  document.results = results(store, id, selector);
  if (document.results.empty() && selector) throw nothing_matches(run, *selector);
  for (const auto& format : formats()) {
    if (format.name == options.format) return format.write(document);
    known.push_back(format.name);
  }
  throw Error(ErrorCode::usage, fmt::format("there is no format '{}'", options.format),
              suggest(options.format, known));
}

}  // namespace

CommandSpec export_command() {
  return {"export", "a stored run for other tools, or for another database",
          "assay export latest --format csv -o results.csv", [](Arguments arguments) {
            auto options = std::make_shared<ExportOptions>();
            arguments.add("run", options->run, "id, unique prefix, label, latest, latest~1").show_default();
            arguments
                .add("--format", options->format,
                     "one of 'assay list formats'; assay is a whole run with raw samples")
                .show_default();
            arguments.add("-o,--output", options->output, "a file; '-', the default: standard output");
            arguments.add("--select", options->selector,
                          "only these cases: 'llm.*' (not for --format assay)");
            return [options](Context& context) {
              const std::string text = exported(*options, context);
              if (options->output.value_or("-") == "-") {
                context.terminal.out(text);
              } else {
                write_file(*options->output, text, context.settings.database());
              }
              return int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
