// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "harness/cli/command.h"

namespace assay::cli {

/// The whole command line as CLI11 sees it, built from commands(): used to parse, to complete and to
/// document.
struct Application {
  Application();
  ~Application();
  std::unique_ptr<CLI::App> root;
  std::vector<std::function<int(Context&)>> run;  ///< by index of commands()
  // Global options, as parsed.
  std::string db;
  std::vector<std::string> workers;
  bool json = false;
  bool identify = false;
  bool quiet = false;
  bool no_color = false;
};

}  // namespace assay::cli
