// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/columns/convert.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "harness/core/error.h"
#include "harness/core/value.h"

namespace assay::dataframe {

namespace {

constexpr double two_to_63 = 9223372036854775808.0;

Error bad(const Tensor& tensor, std::size_t row, const std::string& value, const std::string& what) {
  return {ErrorCode::bad_input, "column '" + tensor.name + "', " + row_text(row) + ": " + value + " " + what,
          "give a column of whole numbers, or use it in the role v3, which takes reals"};
}

/// Calls `take(row, element)` with the tensor's own type.
template <typename F>
void each(const Tensor& tensor, const F& take) {
  if (tensor.shape.size() != 1) {
    throw Error(
        ErrorCode::bad_input,
        "column '" + tensor.name + "' has " + std::to_string(tensor.shape.size()) + " dimensions, not one",
        "give a one-dimensional .npy, or FILE.csv:ROLE=COLUMN");
  }
  const auto walk = [&]<typename T>(T) {
    const auto values = tensor.view<T>();
    for (std::size_t i = 0; i < values.size(); ++i) take(i, values[i]);
  };
  switch (tensor.dtype) {
    case DType::u8:
      return walk(std::uint8_t{});
    case DType::i8:
      return walk(std::int8_t{});
    case DType::i16:
      return walk(std::int16_t{});
    case DType::i32:
      return walk(std::int32_t{});
    case DType::i64:
      return walk(std::int64_t{});
    case DType::u32:
      return walk(std::uint32_t{});
    case DType::u64:
      return walk(std::uint64_t{});
    case DType::f32:
      return walk(float{});
    case DType::f64:
      return walk(double{});
  }
}

}  // namespace

std::string row_text(std::size_t row) { return "row " + std::to_string(row + 1) + " of those kept"; }

void each_integer(const Tensor& tensor,
                  const std::function<void(std::size_t, std::optional<std::int64_t>)>& take) {
  each(tensor, [&](std::size_t row, auto value) {
    using T = decltype(value);
    if constexpr (std::is_floating_point_v<T>) {
      const double real = static_cast<double>(value);
      if (std::isnan(real)) return take(row, std::nullopt);
      if (std::trunc(real) != real || real < -two_to_63 || real >= two_to_63) {
        throw bad(tensor, row, shortest(real), "is not a whole number of 64 bits");
      }
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        throw bad(tensor, row, std::to_string(value), "does not fit 64 bits with a sign");
      }
    }
    take(row, static_cast<std::int64_t>(value));
  });
}

void each_micro(const Tensor& tensor,
                const std::function<void(std::size_t, std::optional<std::int64_t>)>& take) {
  each(tensor, [&](std::size_t row, auto value) {
    using T = decltype(value);
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value)) return take(row, std::nullopt);
      const double micro = std::round(static_cast<double>(value) * 1e6);
      if (micro < -two_to_63 || micro >= two_to_63) {
        throw bad(tensor, row, shortest(static_cast<double>(value)), "does not fit 64 bits in millionths");
      }
      take(row, static_cast<std::int64_t>(micro));
    } else {
      std::int64_t micro = 0;
      if (__builtin_mul_overflow(value, std::int64_t{1000000}, &micro)) {
        throw bad(tensor, row, std::to_string(value), "does not fit 64 bits in millionths");
      }
      take(row, micro);
    }
  });
}

}  // namespace assay::dataframe
