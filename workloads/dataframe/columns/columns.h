// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"

/// The table that the dataframe queries read: G1 of h2oai's db-benchmark (_data/groupby-datagen.R), K = 100.
///
///     id1: 1..100   id6: 1..max(1, rows / 100)   v1: 1..5   v2: 1..15   v3: [0, 100) with 6 decimals
///
/// v3 is held as i64 millionths, so that every sum is exact and the same in any order, on any number of
/// threads and in any backend. Real columns may stand in for the key, v1, v2 and v3. Encoding them is
/// preparation, never timed.
namespace assay::dataframe {

inline constexpr std::int64_t group_divisor = 100;  ///< K

struct Int32Column {
  Aligned<std::int32_t> values;
  std::int32_t minimum = 0;
  std::int32_t maximum = 0;
};

/// Millionths. The sum of all magnitudes fits i64: no partial sum can overflow.
struct MicroColumn {
  Aligned<std::int64_t> values;
};

/// A key column in the form that its values call for. Dense (their range is at most 4 x rows, or 65,536):
/// `code` holds key - minimum as i32, and an array can be indexed by it. Else `values` holds the keys
/// themselves.
struct KeyColumn {
  bool dense = true;
  Aligned<std::int32_t> code;
  Aligned<std::int64_t> values;
  std::int64_t minimum = 0;
  std::size_t range = 0;           ///< dense: codes are in [0, range)
  Aligned<std::int64_t> distinct;  ///< not dense: every key once, ascending
};

/// Rows of the table: those of the inputs given, else the parameter `rows`.
/// \throws Error{usage} when they are none or above 2^31 - 1; Error{bad_input} when inputs differ in
/// length.
std::size_t count_rows(const Preparation& preparation);

/// A measure column: the input of that role, else `1 + stream.below(i, values)`. A value that is missing
/// (NaN) becomes `missing`: 0 where it is summed, INT32_MAX where it is compared, so that it contributes
/// nothing. \throws Error{bad_input} naming the role and the row when a value is not a whole number of 32
/// bits.
Int32Column make_int32(const Preparation& preparation, const std::string& role, std::size_t rows,
                       std::uint32_t values, std::int32_t missing, InputDigest& digest);

/// v3: the input, rounded to millionths, else the seeded stream. Missing becomes 0.
/// \throws Error{bad_input} when the sum of magnitudes leaves i64.
MicroColumn make_micro(const Preparation& preparation, const std::string& role, std::size_t rows,
                       InputDigest& digest);

/// The key: the input (i32 codes of a dictionary, whole numbers of 64 bits), else `1 + stream.below(i,
/// groups)` of the stream `stream_name`. \throws Error{bad_input} when a key is missing or not whole.
KeyColumn make_key(const Preparation& preparation, std::size_t rows, const std::string& stream_name,
                   std::uint32_t groups, InputDigest& digest);

/// The roles, as definitions list them.
InputRole key_role();
InputRole int32_role(const std::string& name, const std::string& use);
InputRole micro_role();

/// The parameter `rows` and the presets xs, 1e6 and 1e7. `xs_rows` is what fits 8 KiB.
Parameter rows_parameter();
std::vector<Preset> rows_presets(std::int64_t xs_rows);

}  // namespace assay::dataframe
