// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/exchange/readers.h"

/// Inside harness/exchange/llama_bench: rows of its formats that are not JSON.
namespace assay {

struct LlamaRow {
  std::map<std::string, std::string> fields;  ///< by the names of its JSON
  std::vector<double> samples_ns;
  std::string_view at;  ///< the row in the source
};

/// `-o sql`: one statement a row, all values between single quotes.
std::vector<LlamaRow> llama_sql_rows(const ToolSource& source);

/// `-o md`: a table; t/s is "MEAN ± STDDEV". \throws Error{bad_input} with the byte of a row that is cut.
std::vector<LlamaRow> llama_markdown_rows(const ToolSource& source);
bool has_llama_table(std::string_view text);

}  // namespace assay
