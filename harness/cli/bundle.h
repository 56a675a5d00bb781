// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/cli/command.h"

namespace assay::cli {

/// What a report of a bug needs to know, as one JSON document: {"assay_bundle": 1, "assay_version", "checks":
/// those of the doctor's table, "settings" with their origin, "settings_files", "workers", "run": the newest
/// run with its plan, probes and results, without samples; "lost_launches": those of its launches that did
/// not end well, at most 20, with the last lines of their log}. Where the database cannot be read, "run" is
/// the error.
///
/// It holds no name of a host or a user, no home folder and no serial number: in none of its texts, nor in
/// keys. \param checks Table::json("checks") of the doctor
std::string bundle(const Context& context, const std::string& checks);

/// Texts of a bundle: home folders and hosts as in exports (harness/core/privacy.h), `users` as "user",
/// serial numbers (a GPU's UUID) as "GPU-serial". Pure, but for HOME.
std::string anonymous(std::string text, const std::vector<std::string>& hosts,
                      const std::vector<std::string>& users);

}  // namespace assay::cli
