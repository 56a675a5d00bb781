// SPDX-License-Identifier: Apache-2.0
// Input: one byte, then a CSV file whose columns "a" and "b" are asked for. Read whole and in two pieces (cut
// where the first byte says) it is refused alike, or gives the same columns, all of one length. The input
// also serves as an
// --input option.
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/error.h"
#include "harness/inputs/csv.h"
#include "harness/inputs/option.h"
#include "tests/fuzz/driver.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

/// The digests of the columns, or nothing when the table is refused.
std::optional<std::string> read(std::string_view text, std::size_t cut) {
  inputs::Limits limits;
  limits.csv_kept_bytes = std::size_t{1} << 22;
  try {
    inputs::CsvReader reader("fuzz", {{"key", "a"}, {"v1", "b"}}, limits);
    reader.add(text.substr(0, cut));
    reader.add(text.substr(cut));
    const inputs::Table table = reader.finish();
    must(table.columns.size() == 2 && table.rows >= 1);
    std::string digests;
    for (const Tensor& column : table.columns) {
      must(column.shape.size() == 1 && column.shape[0] == static_cast<std::int64_t>(table.rows));
      must(column.dtype == DType::i64 || column.dtype == DType::f64 || column.dtype == DType::i32);
      digests += digest(column);
    }
    return digests;
  } catch (const Error& error) {
    must(error.code == ErrorCode::bad_input && error.what()[0] != '\0' && !error.remedy.empty());
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = text.empty() ? 0 : data[0] % text.size();
  must(read(text, text.size()) == read(text, cut));
  try {
    must(!inputs::parse_input_option(text).path.empty());
  } catch (const Error& error) {
    must(error.code == ErrorCode::usage);
  }
  return 0;
}
