// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::inputs {

/// What a real input may be at most; everything beyond is Error{bad_input} before memory is taken for it.
struct Limits {
  std::uint64_t image_file_bytes = std::uint64_t{256} << 20;
  std::int64_t image_extent = 16384;                  ///< either side, in pixels
  std::int64_t image_pixels = std::int64_t{1} << 27;  ///< 134 million: 384 MiB once decoded
  std::uint64_t model_file_bytes = std::uint64_t{64} << 20;
  std::uint64_t csv_file_bytes = std::uint64_t{4} << 30;
  std::size_t csv_columns = 4096;
  std::size_t csv_field_bytes = std::size_t{1} << 20;
  std::size_t csv_rows = 200'000'000;
  std::size_t csv_kept_bytes = std::size_t{4}
                               << 30;  ///< text of the columns asked for, held until types are known
};

}  // namespace assay::inputs
