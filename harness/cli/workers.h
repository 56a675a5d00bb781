// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/run/worker.h"

namespace assay::cli {

/// share/assay beside this program, in the build tree as in the install tree.
std::string share_directory();

/// The page of the protocol's rules: where it was installed with this program, else its place in the sources.
std::string protocol_page();

/// Workers of --worker, of [[worker]] in settings files, and in share/assay/workers/*.toml; no two with one
/// name. In this order: of two that offer the same case, the one that was asked for runs it.
std::vector<run::WorkerSpec> find_workers(const Context& context);

/// Their answers to hello. One that cannot be started is a note on the terminal, unless --worker named it.
std::vector<run::WorkerInfo> open_workers(const Context& context);

/// A command line as a shell would split it (quotes and backslashes, nothing expanded). \throws Error{usage}.
std::vector<std::string> split_command(const std::string& text);

}  // namespace assay::cli
