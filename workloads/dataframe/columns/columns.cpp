// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/columns/columns.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <span>

#include "workloads/dataframe/columns/convert.h"
#include "workloads/support/seeded.h"

namespace assay::dataframe {

namespace {

constexpr std::int64_t largest_rows = std::numeric_limits<std::int32_t>::max();

constexpr const char* missing_values =
    "of a CSV, rows with a missing cell are left out (in a tensor, a NaN contributes nothing)";

/// Whether an array over the keys' range is a sensible table. Beyond 2^28 entries it never is.
bool is_dense(std::int64_t minimum, std::int64_t maximum, std::size_t rows) {
  const std::uint64_t span = static_cast<std::uint64_t>(maximum) - static_cast<std::uint64_t>(minimum);
  const std::uint64_t limit = std::max<std::uint64_t>(65536, 4 * static_cast<std::uint64_t>(rows));
  return span < std::min<std::uint64_t>(limit, std::uint64_t{1} << 28);
}

KeyColumn from_values(Aligned<std::int64_t> values, cpu::Pool* pool) {
  KeyColumn key;
  const std::size_t rows = values.size();
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  key.minimum = *low;
  key.dense = is_dense(*low, *high, rows);
  if (key.dense) {
    key.range = static_cast<std::size_t>(*high - *low) + 1;
    key.code = Aligned<std::int32_t>(rows, pool);
    for (std::size_t i = 0; i < rows; ++i) key.code[i] = static_cast<std::int32_t>(values[i] - key.minimum);
    return key;
  }
  std::vector<std::int64_t> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  key.distinct = Aligned<std::int64_t>(sorted.size());
  std::copy(sorted.begin(), sorted.end(), key.distinct.data());
  key.values = std::move(values);
  return key;
}

}  // namespace

std::size_t count_rows(const Preparation& preparation) {
  std::optional<std::size_t> given;
  for (const auto& [role, path] : preparation.inputs) {
    const Tensor tensor = read_npy(path);
    const auto rows = static_cast<std::size_t>(tensor.elements());
    if (given.has_value() && *given != rows) {
      throw Error(ErrorCode::bad_input,
                  path + ": the column '" + role + "' has " + std::to_string(rows) + " rows, another has " +
                      std::to_string(*given),
                  "give columns of one table");
    }
    given = rows;
  }
  const std::int64_t rows =
      given.has_value() ? static_cast<std::int64_t>(*given) : get_integer(preparation.params, "rows");
  if (rows < 1 || rows > largest_rows) {
    throw Error(ErrorCode::usage, "rows=" + std::to_string(rows),
                "from 1 to " + std::to_string(largest_rows));
  }
  return static_cast<std::size_t>(rows);
}

Int32Column make_int32(const Preparation& preparation, const std::string& role, std::size_t rows,
                       std::uint32_t values, std::int32_t missing, InputDigest& digest) {
  Int32Column column{Aligned<std::int32_t>(rows, preparation.pool)};
  if (const auto tensor = given_input(preparation, role)) {
    each_integer(*tensor, [&](std::size_t row, std::optional<std::int64_t> value) {
      const std::int64_t x = value.value_or(missing);
      if (x != static_cast<std::int32_t>(x)) {
        throw Error(
            ErrorCode::bad_input,
            "column '" + role + "', " + row_text(row) + ": " + std::to_string(x) + " does not fit 32 bits",
            "use it in the role v3");
      }
      column.values[row] = static_cast<std::int32_t>(x);
    });
  } else {
    const Stream stream(preparation.seed, role);
    fill(column.values.data(), rows, preparation.pool,
         [&](std::size_t i) { return static_cast<std::int32_t>(1 + stream.below(i, values)); });
  }
  const auto [low, high] = std::minmax_element(column.values.begin(), column.values.end());
  column.minimum = *low;
  column.maximum = *high;
  digest.add<std::int32_t>(role, std::as_const(column.values).view());
  return column;
}

MicroColumn make_micro(const Preparation& preparation, const std::string& role, std::size_t rows,
                       InputDigest& digest) {
  MicroColumn column{Aligned<std::int64_t>(rows, preparation.pool)};
  if (const auto tensor = given_input(preparation, role)) {
    std::uint64_t magnitudes = 0;
    each_micro(*tensor, [&](std::size_t row, std::optional<std::int64_t> value) {
      const std::int64_t micro = value.value_or(0);
      column.values[row] = micro;
      const std::uint64_t magnitude =
          micro < 0 ? 0 - static_cast<std::uint64_t>(micro) : static_cast<std::uint64_t>(micro);
      if (__builtin_add_overflow(magnitudes, magnitude, &magnitudes) ||
          magnitudes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        throw Error(ErrorCode::bad_input,
                    "column '" + role + "': its sum leaves 64 bits in millionths at " + row_text(row),
                    "give the column in larger units");
      }
    });
  } else {
    const Stream stream(preparation.seed, role);
    fill(column.values.data(), rows, preparation.pool,
         [&](std::size_t i) { return static_cast<std::int64_t>(stream.below(i, 100000000)); });
  }
  digest.add<std::int64_t>(role, std::as_const(column.values).view());
  return column;
}

KeyColumn make_key(const Preparation& preparation, std::size_t rows, const std::string& stream_name,
                   std::uint32_t groups, InputDigest& digest) {
  Aligned<std::int64_t> values(rows, preparation.pool);
  if (const auto tensor = given_input(preparation, "key")) {
    each_integer(*tensor, [&](std::size_t row, std::optional<std::int64_t> value) {
      if (!value.has_value()) {
        throw Error(ErrorCode::bad_input, "column 'key', " + row_text(row) + ": missing",
                    "drop the rows without a key, or give them a key of their own");
      }
      values[row] = *value;
    });
  } else {
    const Stream stream(preparation.seed, stream_name);
    fill(values.data(), rows, preparation.pool,
         [&](std::size_t i) { return 1 + static_cast<std::int64_t>(stream.below(i, groups)); });
  }
  digest.add<std::int64_t>("key", std::as_const(values).view());
  return from_values(std::move(values), preparation.pool);
}

InputRole key_role() {
  return {"key", "column",
          "what rows are grouped by: dictionary codes (i32) or whole numbers (i64), none missing", false};
}

InputRole int32_role(const std::string& name, const std::string& use) {
  return {name, "column", use + "; whole numbers of 32 bits; " + missing_values, false};
}

InputRole micro_role() {
  return {"v3", "column", std::string("summed; reals, rounded to millionths; ") + missing_values, false};
}

Parameter rows_parameter() { return {"rows", Value{std::int64_t{1000000}}, "rows of the table", {}, true}; }

std::vector<Preset> rows_presets(std::int64_t xs_rows) {
  return {{"xs", {{"rows", Value{xs_rows}}}},
          {"1e6", {{"rows", Value{std::int64_t{1000000}}}}},
          {"1e7", {{"rows", Value{std::int64_t{10000000}}}}}};
}

}  // namespace assay::dataframe
