// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/import_source.h"
#include "harness/store/transfer.h"

namespace assay::cli {

/// How a stored run says that it was imported: its key in RunSettings::more, with the format's name.
inline constexpr const char* import_format_key = "import.format";

/// Runs as the store holds them, from what another tool wrote. The same bytes give the same UUIDs. `commit`
/// is theirs that say none themselves; one that they say is completed by the repository of the current
/// folder, where that knows it.
std::vector<WholeRun> whole_runs(const ImportSource& from, const std::map<std::string, std::string>& labels,
                                 const std::optional<Commit>& commit);

/// One sentence of an imported run: from what, and that nothing of it was measured or verified here. "" of
/// another run.
std::string import_sentence(const Run& run);

}  // namespace assay::cli
