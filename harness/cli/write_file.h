// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::cli {

/// Refuses what no answer may be written to: no name, `database` (by whatever name, links followed) and what
/// SQLite and Assay keep beside it (-wal, -shm, -journal, -run); a folder, and a place in one that is not
/// there or where nobody may write. For commands that measure first. \throws Error{usage}, Error{io}
void check_output(const std::string& path, const std::string& database);

/// All or nothing: written beside its place and then renamed, so that what stood there is whole until the new
/// one is. Pipes and devices (/dev/stdout) take it as it comes; a link stays one, and the file that it names
/// is made or replaced.
/// \throws Error as check_output; Error{usage} for a folder or a place that is none; Error{io} where the
/// system refuses. All name the file.
void write_file(const std::string& path, const std::string& text, const std::string& database);

/// The whole of a file. \throws Error{bad_input} that names it.
std::string read_file(const std::string& path);

}  // namespace assay::cli
