// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/run.h"

/// The columns that hold JSON. Writing replaces invalid UTF-8 (a worker may say anything); reading throws
/// Error{bad_input} that names the column.
namespace assay::store_detail {

using TextMap = std::map<std::string, std::string>;

std::string to_json(const TextMap& map);
TextMap parse_text_map(const std::string& json, const char* column);

std::string to_json(const Params& params);
Params parse_params(const std::string& json, const char* column);

std::string to_json(const std::vector<int>& numbers);
std::vector<int> parse_numbers(const std::string& json, const char* column);

std::string to_json(const std::vector<std::string>& texts);
std::vector<std::string> parse_texts(const std::string& json, const char* column);

std::string to_json(const RunSettings& settings);
RunSettings parse_settings(const std::string& json, const char* column);

/// An array of [address, count, line, target, taken, text].
std::string to_json(const std::vector<HotInstruction>& listing);
std::vector<HotInstruction> parse_listing(const std::string& json, const char* column);

}  // namespace assay::store_detail
