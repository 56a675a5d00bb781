// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

/// Runs a program that says something short, for at most 5 s, and gives the first line that it prints and
/// `is_it` takes; "" when it prints none. Empty where it cannot be started, fails, or does not end.
std::optional<std::string> first_line(const std::vector<std::string>& words,
                                      bool (*is_it)(const std::string& line) = nullptr);

}  // namespace assay::cli
