// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
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
/// Where one over ssh was named, those that were named alone: a run has one host.
std::vector<run::WorkerSpec> find_workers(const Context& context);

/// A worker as its command line, as --worker takes it, starts it; its id is that text. "ssh:HOST" before it:
/// it runs there. A worker file (*.toml) alone is read as those in share/assay/workers are.
/// \throws Error{usage}, {bad_input} of a worker file.
run::WorkerSpec worker_spec(const std::string& text, const Settings& settings);

/// How a worker's command line begins that runs on another machine: "ssh:HOST ./my_worker".
inline constexpr std::string_view far_word = "ssh:";

/// For commands that judge this machine. \throws Error{usage} where a worker over ssh was named.
void refuse_far_workers(const Context& context, const char* command);

/// A program's name as it is found from the folder it is started in; "": from here.
std::string in_folder(const std::string& name, const std::string& folder);

/// The file that a program's name stands for, by PATH where it has no slash; the name itself where there is
/// none.
std::string find_on_path(const std::string& name);

/// The inverse of split_command(): one line that it splits into these words.
std::string join_command(const std::vector<std::string>& words);

/// Of open_workers(): every emulated board.
inline constexpr const char* all_boards = "qemu:*";

/// Their answers to hello. One that cannot be started is a note on the terminal, unless --worker named it.
/// `only`: of this one alone, by its id; empty: of all. Emulated boards are started only where one of
/// `boards`
/// ("qemu:mps2-an386", "qemu:*") matches their device, and then one whose emulator is not here is an error.
std::vector<run::WorkerInfo> open_workers(const Context& context, const std::string& only = {},
                                          const std::vector<std::string>& boards = {});

/// A command line as a shell would split it (quotes and backslashes, nothing expanded). \throws Error{usage}.
std::vector<std::string> split_command(const std::string& text);

}  // namespace assay::cli
