// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "harness/core/tensor.h"

namespace assay::dataframe {

/// "row 3 of those kept", counted from 1, for row 2: reading a CSV leaves rows out, so it is not the file's
/// line.
std::string row_text(std::size_t row);

/// Calls `take(row, value)` with every element as a whole number; nothing stands for a missing one (NaN).
/// \throws Error{bad_input} naming tensor, row and value where an element is not a whole number of 64 bits,
/// or where the tensor is not one column.
void each_integer(const Tensor& tensor,
                  const std::function<void(std::size_t, std::optional<std::int64_t>)>& take);

/// The same in millionths, rounded half away from zero; \throws Error{bad_input} beyond 64 bits, infinities
/// included.
void each_micro(const Tensor& tensor,
                const std::function<void(std::size_t, std::optional<std::int64_t>)>& take);

}  // namespace assay::dataframe
