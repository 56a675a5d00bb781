// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/show_view.h"
#include "harness/store/store.h"

namespace assay::cli {

CommandSpec show_command() {
  return {"show", "results of a stored run as a table", "assay show latest 'llm.*'", [](Arguments arguments) {
            struct Options {
              std::string run = "latest";
              std::string selector;
              std::vector<std::string> metrics;
            };
            auto options = std::make_shared<Options>();
            arguments.add("run", options->run, "id, unique prefix, label, latest, latest~1").show_default();
            arguments.add("selector", options->selector, "only these cases: 'llm.*'");
            arguments
                .add("--metrics", options->metrics,
                     "only these metrics, and all about them: 'perf.*' (see 'assay list metrics')")
                .one_a_flag();
            return [options](Context& context) {
              const Store store = Store::open(context.settings.database(), Store::Mode::read_only);
              std::optional<Selector> selector;
              if (!options->selector.empty()) selector = parse_selector(options->selector);
              const auto rows =
                  show_run("show", store, store.find_run(options->run), selector, context, options->metrics);
              const bool asked = selector || !options->metrics.empty();
              const bool any = options->metrics.empty()
                                   ? !rows.empty()
                                   : std::any_of(rows.begin(), rows.end(),
                                                 [](const ResultRow& row) { return !row.metrics.empty(); });
              return asked && !any ? int{exit_unavailable} : int{exit_fine};
            };
          }};
}

}  // namespace assay::cli
